/*
 * What a host's rules say: relaying, and every other verdict.
 */
#include <string.h>

#include "sim/export/narrate_parts.h"

#define NONE RECORDING_NONE

/* ---- relaying ------------------------------------------------------------------------------ */

static struct text domain_of(struct text address)
{
    return text_after(address, text_find(address, '@') + 1);
}

static void say_relay(struct narrator *n)
{
    const struct trace_policy_relay *d = n->line->record->data;

    if (!d->allowed) {
        narrate_head(n, "%H does not pass mail on for %x", d->client);
        narrate_more(n, "%a is at no domain of its own. Its rule: %q (%t).", d->recipient, d->rule,
                     d->reference);
    } else if (text_equal(d->reason, TEXT("local"))) {
        narrate_head(n, "%H takes mail for %a: its own domain", domain_of(d->recipient));
        narrate_more(n, "No rule about relaying is needed for it (%t).", d->reference);
        return;
    } else if (text_equal(d->reason, TEXT("anyone"))) {
        narrate_head(n, "%H passes mail on for anybody, so for %x", d->client);
        narrate_more(n, "%a is elsewhere. Its rule: %q (%t).", d->recipient, d->rule, d->reference);
    } else {
        narrate_head(n, "%H may pass mail on for %x", d->client);
        narrate_more(n, "To %a. Its rule: %q (%t).", d->recipient, d->rule, d->reference);
    }
    narrate_more(n, "The client: %t.", d->client);
}

/* ---- the others ---------------------------------------------------------------------------- */

static bool rule_is(const struct trace_policy_decision *d, const char *start)
{
    return text_starts_nocase(d->rule, text_of(start));
}

/* The client's label by its address, else the connection's. */
static struct text probed(const struct trace_policy_decision *d)
{
    return text_after(d->rule, strlen("probe "));
}

static void say_probe(struct narrator *n, const struct trace_policy_decision *d)
{
    bool yes = text_equal(d->verdict, TEXT("accept"));
    bool no = text_equal(d->verdict, TEXT("refuse"));

    narrate_head(n,
                 yes  ? "%H tests %x: it takes mail for %a"
                 : no ? "%H tests %x: no mail for %a"
                      : "%H tests %x: no word about %a now",
                 probed(d), d->subject);
    narrate_more(n, "Asked by MAIL and RCPT, without a letter (%t).", d->reference);
}

/* X(start of the rule, headline for "accept", "defer", "refuse"), each with %O for the client and %a for
 * what was in question; NULL: the plain words. */
static const struct decision {
    const char *rule, *accept, *defer, *refuse, *more;
} decisions[] = {
    {"mailbox", "%H has the mailbox %a", NULL, "%H has no mailbox %a", NULL},
    {"domain", NULL, NULL, "%H has no mailboxes of that domain: %a", NULL},
    {"greylist: came back", "%H sees %O come back: accepted", NULL, NULL,
     "Who really has a queue comes again; that was all it wanted to know."},
    {"greylist: known", "%H knows %O already: accepted", NULL, NULL, NULL},
    {"greylist", NULL, "%H does not know %O yet: come back later", NULL,
     "A real mail server tries again, many senders of spam do not."},
    {"blocklist", "%H finds %O on no blocklist", NULL, "%H finds %O on a blocklist", NULL},
    {"SPF", "%H finds that %O may send for %a", "%H cannot check now who may send for %a",
     "%H finds that %O may not send for %a", NULL},
    {"own addresses", "%H: %a is the user's own address", NULL,
     "%H: %a is not the user's own address", NULL},
    {"rate limit", NULL, "%H takes no more mail from %O for now", "%H takes no more mail from %O",
     "Too many in a short time."},
    {"connection limit", NULL, "%H has too many connections", "%H has too many connections", NULL},
    {"tarpit", NULL, NULL, "%H takes its time before it refuses %O", NULL},
    {"hop limit", NULL, NULL, "%H finds too many Received lines: a circle",
     "Every host on the way adds one (RFC 5321 4.4)."},
    {"null MX", NULL, NULL, "%H: %a is at a domain that takes no mail", NULL},
    {"queue limit", NULL, "%H has no room left in its queue", NULL, NULL},
    {"quota", "%H has room in the mailbox %a", "%H has no room left in the mailbox %a",
     "%H has no room left in the mailbox %a", NULL},
    {"call-out", "%H has asked the next host: %a is known",
     "%H could not ask the next host about %a", "%H has asked the next host: no %a", NULL},
    {"qualified domain", NULL, NULL, "%H wants the domain written out: %a", NULL},
    {"allow", "%H lets %O submit mail", NULL, NULL, NULL},
    {"refuse", NULL, NULL, "%H does not let %O submit mail", NULL},
    {"no relay rule matches", NULL, NULL, "%H has no rule that lets %O submit mail", NULL},
};

static const char *words_for(const struct decision *row, const struct trace_policy_decision *d)
{
    return text_equal(d->verdict, TEXT("accept"))  ? row->accept
           : text_equal(d->verdict, TEXT("defer")) ? row->defer
                                                   : row->refuse;
}

static void say_plainly(struct narrator *n, const struct trace_policy_decision *d)
{
    const char *verdict = text_equal(d->verdict, TEXT("accept"))  ? "accepted"
                          : text_equal(d->verdict, TEXT("defer")) ? "not now"
                                                                  : "refused";

    if (d->subject.size > 0)
        narrate_head(n, "%H decides about the %t %a: %s", d->at, d->subject, verdict);
    else
        narrate_head(n, "%H decides about the %t: %s", d->at, verdict);
}

static void say_decision(struct narrator *n)
{
    const struct trace_policy_decision *d = n->line->record->data;
    const struct decision *row = NULL;

    if (rule_is(d, "probe ")) {
        n->out->code = d->code;
        say_probe(n, d);
        return;
    }
    for (size_t i = 0; i < sizeof decisions / sizeof decisions[0] && !row; i++)
        if (rule_is(d, decisions[i].rule) && words_for(&decisions[i], d))
            row = &decisions[i];
    if (row)
        narrate_head(n, words_for(row, d), d->subject);
    else
        say_plainly(n, d);
    if (d->rule.size > 0)
        narrate_more(n, "Its rule: %q (%t).", d->rule, d->reference);
    if (row && row->more)
        narrate_more(n, "%s", row->more);
    if (d->code >= 400)
        narrate_more(n, "The reply will be %d%s%t.", d->code, d->enhanced.size > 0 ? " " : "",
                     d->enhanced);
}

bool narrate_rule(struct narrator *n)
{
    if (n->line->record->kind == TRACE_POLICY_RELAY)
        say_relay(n);
    else if (n->line->record->kind == TRACE_POLICY_DECISION)
        say_decision(n);
    else
        return false;
    return true;
}
