/*
 * Questions to name servers and their answers, which host is tried, connections, what is lost.
 */
#include <string.h>

#include "sim/export/narrate_parts.h"
#include "sim/kernel/clock.h"

#define NONE RECORDING_NONE

/* ---- answers ------------------------------------------------------------------------------- */

/* "shop.example 3600 MX 10 mx.shop.example" */
struct answer {
    struct text name, ttl, type, data;
};

static struct text next_word(struct text *rest)
{
    size_t blank = text_find(*rest, ' ');
    struct text word = text_from(rest->at, blank);

    *rest = text_after(*rest, blank + 1);
    return word;
}

static struct answer parse(struct text line)
{
    struct answer a;

    a.name = next_word(&line);
    a.ttl = next_word(&line);
    a.type = next_word(&line);
    a.data = line;
    return a;
}

static int64_t number_of(struct text t)
{
    int64_t number = 0;

    return text_to_int(t, &number) ? number : 0;
}

static const char *what_of(struct text type)
{
    return text_equal(type, TEXT("MX"))     ? "the mail hosts (MX)"
           : text_equal(type, TEXT("A"))    ? "the address (A)"
           : text_equal(type, TEXT("AAAA")) ? "the address (AAAA)"
           : text_equal(type, TEXT("TXT"))  ? "the texts (TXT)"
           : text_equal(type, TEXT("PTR"))  ? "the name (PTR)"
                                            : "a record";
}

/* What was learnt, whether from a server or from the cache: `who` says or remembers it. */
struct learnt {
    const char *says; /* "ns: " is "%h: ", "remembers: " */
    struct text name, type, rcode;
    struct trace_texts answers;
};

static void put_mx(struct narrator *n, uint32_t who, const struct learnt *l)
{
    struct answer first = parse(l->answers.items[0]);
    struct text host = first.data;
    int64_t preference = number_of(next_word(&host));

    if (text_equal(host, TEXT(".")))
        narrate_head(n, "%h%s %a takes no mail (null MX)", who, l->says, l->name);
    else if (l->answers.count == 1)
        narrate_head(n, "%h%s mail for %a goes to %x (MX %d)", who, l->says, l->name, host,
                     preference);
    else
        narrate_head(n, "%h%s mail for %a goes to one of %d hosts", who, l->says, l->name,
                     (int64_t)l->answers.count);
}

static void list_mx(struct narrator *n, const struct learnt *l)
{
    for (uint32_t i = 0; l->answers.count > 1 && i < l->answers.count && i < 4; i++) {
        struct text host = parse(l->answers.items[i]).data;
        struct text preference = next_word(&host);

        narrate_more(n,
                     i == 0                     ? "MX %t %x,"
                     : i + 1 < l->answers.count ? "%t %x,"
                                                : "%t %x.",
                     preference, host);
    }
}

static void put_address(struct narrator *n, uint32_t who, const struct learnt *l)
{
    struct answer first = parse(l->answers.items[0]);

    if (text_starts_nocase(first.data, TEXT("127.")))
        narrate_head(n, "%h%s %a has the answer %t", who, l->says, l->name, first.data);
    else if (l->answers.count == 1)
        narrate_head(n, "%h%s %x is at %t", who, l->says, l->name, first.data);
    else
        narrate_head(n, "%h%s %x is at %t, and %d more", who, l->says, l->name, first.data,
                     (int64_t)l->answers.count - 1);
}

static bool is_none(const struct learnt *l)
{
    return l->answers.count == 0;
}

static void put_learnt(struct narrator *n, uint32_t who, const struct learnt *l)
{
    if (text_equal(l->rcode, TEXT("NXDOMAIN")))
        narrate_head(n, "%h%s there is no name %a", who, l->says, l->name);
    else if (!text_equal(l->rcode, TEXT("NOERROR")))
        narrate_head(n, "%h%s no answer about %a (%t)", who, l->says, l->name, l->rcode);
    else if (is_none(l))
        narrate_head(n, "%h%s %a has no %t record", who, l->says, l->name, l->type);
    else if (text_equal(l->type, TEXT("MX")))
        put_mx(n, who, l);
    else if (text_equal(l->type, TEXT("A")) || text_equal(l->type, TEXT("AAAA")))
        put_address(n, who, l);
    else
        narrate_head(n, "%h%s %a has %d %t record%s", who, l->says, l->name,
                     (int64_t)l->answers.count, l->type, l->answers.count == 1 ? "" : "s");
}

static void explain_learnt(struct narrator *n, const struct learnt *l)
{
    if (text_equal(l->rcode, TEXT("NXDOMAIN")))
        narrate_more(n, "The name does not exist; that may be remembered, too (RFC 2308 5).");
    else if (text_equal(l->rcode, TEXT("SERVFAIL")))
        narrate_more(n, "The server has trouble and cannot say (RFC 1035 4.1.1).");
    else if (!is_none(l) && text_equal(l->type, TEXT("MX")) && l->answers.count > 1)
        narrate_more(n, "The lowest number is tried first (RFC 5321 5.1).");
    else if (!is_none(l) && text_equal(l->type, TEXT("A")) &&
             text_starts_nocase(parse(l->answers.items[0]).data, TEXT("127.")))
        narrate_more(n, "With an address that begins with 127, a blocklist says: listed (RFC 5782 "
                        "2.1).");
}

static void say_answer(struct narrator *n)
{
    const struct trace_dns_answer *d = n->line->record->data;
    uint32_t server = n->line->leaves ? n->line->host : n->line->other;
    uint32_t asker = n->line->leaves ? n->line->other : n->line->host;
    struct learnt l = {":", d->name, d->type, d->rcode, d->answers};

    put_learnt(n, server, &l);
    list_mx(n, &l);
    explain_learnt(n, &l);
    if (!n->line->leaves && asker != NONE)
        narrate_more(n, "%h asked for %s of %a and had the answer after %D.", asker,
                     what_of(d->type), d->name, d->waited_ns);
    else if (asker != NONE)
        narrate_more(n, "%h had asked for %s of %a.", asker, what_of(d->type), d->name);
    if (d->answers.count > 0)
        narrate_more(n, "It may keep it for %D.",
                     number_of(parse(d->answers.items[0]).ttl) * CLOCK_SECOND);
}

static void say_cached(struct narrator *n)
{
    const struct trace_dns_cached *d = n->line->record->data;
    struct learnt l = {" remembers:", d->name, d->type, d->rcode, d->answers};

    put_learnt(n, n->line->host, &l);
    list_mx(n, &l);
    if (d->ttl_s > 0)
        narrate_more(n, "From its cache, without asking: good for another %D (RFC 1035 3.2.1).",
                     d->ttl_s * CLOCK_SECOND);
    else
        narrate_more(n, "From its cache, without asking: good for less than a second.");
}

static void say_query(struct narrator *n)
{
    const struct trace_dns_query *d = n->line->record->data;

    if (n->line->leaves)
        narrate_head(n, "%H asks %O for %s of %a", what_of(d->type), d->name);
    else
        narrate_head(n, "%H is asked for %s of %a", what_of(d->type), d->name);
    if (text_equal(d->type, TEXT("MX")))
        narrate_more(n,
                     "Which hosts take the mail of that domain, and which first (RFC 5321 5.1)?");
    else
        narrate_more(n, "A question in one datagram, by UDP to port 53 (RFC 1035 4.2.1).");
    if (d->attempt > 1)
        narrate_more(n, "Attempt %d: the one before had no answer in time.", d->attempt);
}

static void say_silence(struct narrator *n)
{
    const struct trace_dns_timeout *d = n->line->record->data;

    narrate_head(n, "%H has no answer from %O in time");
    narrate_more(n, "It asked for %s of %a and waited %D; that was attempt %d.", what_of(d->type),
                 d->name, d->waited_ns, d->attempt);
}

/* ---- which host ---------------------------------------------------------------------------- */

static const struct trace_candidate *candidate(const struct trace_dns_mx_chosen *d,
                                               const char *verdict)
{
    for (uint32_t i = d->candidates.count; i-- > 0;)
        if (text_equal(d->candidates.items[i].verdict, text_of(verdict)))
            return &d->candidates.items[i];
    return NULL;
}

static void say_nowhere(struct narrator *n, const struct trace_dns_mx_chosen *d)
{
    static const struct {
        struct text reason;
        const char *head, *more;
    } rows[] = {
        {TEXT_INIT("null_mx"), "%H finds that %a takes no mail at all",
         "Its only MX record names no host: a null MX (RFC 7505 3)."},
        {TEXT_INIT("no_domain"), "%H finds no such domain: %a",
         "The name servers know no such name, so no host can take its mail (RFC 5321 5.1)."},
        {TEXT_INIT("loop"), "%H is itself the best host left for %a",
         "Sent on, the mail would run in a circle, so it is not sent (RFC 5321 5.1)."},
    };
    const struct trace_candidate *failed = candidate(d, "failed");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(d->reason, rows[i].reason)) {
            narrate_head(n, rows[i].head, d->domain);
            narrate_more(n, "%s", rows[i].more);
            return;
        }
    narrate_head(n, "%H has no host left to try for %a", d->domain);
    if (failed)
        narrate_more(n, "The last one, %x: %t.", failed->host, failed->why);
    else
        narrate_more(n, "It cannot find out now which hosts take that domain's mail.");
}

/* Why this one of several: as the record says. */
static void say_why(struct narrator *n, const struct trace_dns_mx_chosen *d)
{
    const struct trace_candidate *chosen = candidate(d, "chosen"),
                                 *dropped = candidate(d, "dropped");

    if (chosen && d->candidates.count > 1)
        narrate_more(n, "MX %d, of %d hosts: %t (RFC 5321 5.1).", chosen->preference,
                     (int64_t)d->candidates.count, chosen->why);
    else if (chosen)
        narrate_more(n, "MX %d: the only host that %a names (RFC 5321 5.1).", chosen->preference,
                     d->domain);
    if (dropped)
        narrate_more(n, "%x is left out: %t.", dropped->host, dropped->why);
}

static void say_choice(struct narrator *n)
{
    const struct trace_dns_mx_chosen *d = n->line->record->data;
    const struct trace_candidate *failed = candidate(d, "failed");

    if (d->chosen.size == 0) {
        say_nowhere(n, d);
        return;
    }
    if (text_equal(d->reason, TEXT("next"))) {
        narrate_head(n, "%H goes on to the next host: %x", d->chosen);
        if (failed)
            narrate_more(n, "%x: %t. The next one is tried at once (RFC 5321 5.1).", failed->host,
                         failed->why);
    } else if (text_equal(d->reason, TEXT("mx"))) {
        narrate_head(n, "%H will try %x for %a", d->chosen, d->domain);
        say_why(n, d);
    } else if (text_equal(d->reason, TEXT("implicit_mx"))) {
        narrate_head(n, "%H will try %a itself: it has no MX record", d->domain);
        narrate_more(n, "Without MX records the domain's own address counts as its mail host "
                        "(RFC 5321 5.1).");
    } else if (text_equal(d->reason, TEXT("literal"))) {
        narrate_head(n, "%H needs no look-up: the address is given");
        narrate_more(n, "The recipient's domain is the address %t itself (RFC 5321 4.1.3).",
                     d->address);
    } else {
        narrate_head(n, "%H will hand it to %x, as its settings say", d->chosen);
        narrate_more(n, "No MX look-up: mail for %a takes a route that is written down.",
                     d->domain);
    }
    narrate_more(n, "Address: %t.", d->address);
}

/* ---- connections --------------------------------------------------------------------------- */

static void explain_port(struct narrator *n, int64_t port)
{
    static const struct {
        int64_t port;
        const char *words;
    } rows[] = {
        {25, "Port 25 is where servers take mail from others (RFC 5321 4.5.4.2). The server speaks "
             "first."},
        {587, "Port 587 is for new mail from people: submission (RFC 6409 3.1). The server speaks "
              "first."},
        {465, "Port 465 is for submission with TLS before the first word (RFC 8314 3.3)."},
        {110, "Port 110 is for reading mail: POP3 (RFC 1939 3). The server speaks first."},
        {995, "Port 995 is for POP3 with TLS before the first word (RFC 8314 3.1)."},
        {24, "Port 24 is used for LMTP here: delivery within a site (RFC 2033). The server speaks "
             "first."},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].port == port)
            narrate_more(n, "%s", rows[i].words);
}

static void say_opened(struct narrator *n)
{
    const struct trace_tcp_opened *d = n->line->record->data;
    int64_t port = n->line->leaves ? d->remote_port : d->local_port;

    if (n->line->leaves) {
        narrate_head(n, "%H has reached %O, port %d", port);
        narrate_more(n, "TCP: request and consent took %D (RFC 9293 3.5).", d->waited_ns);
    } else {
        narrate_head(n, "%O is connected to %H, port %d", port);
    }
    explain_port(n, port);
}

static void say_failed(struct narrator *n)
{
    const struct trace_tcp_failed *d = n->line->record->data;

    if (text_equal(d->reason, TEXT("refused"))) {
        narrate_head(n, "%O refuses the connection from %H");
        narrate_more(n, "A reset came back: nothing listens at %t, port %d, now (RFC 9293 3.5.2).",
                     d->remote, d->remote_port);
    } else if (text_equal(d->reason, TEXT("timeout"))) {
        narrate_head(n, "%H has no answer from %O to its call");
        narrate_more(n, "It asked %t, port %d, for a connection, again and again, for %D.",
                     d->remote, d->remote_port, d->waited_ns);
    } else {
        narrate_head(n, "%H finds no way to %O");
        narrate_more(n, "Nothing leads to %t.", d->remote);
    }
}

static void say_closed(struct narrator *n)
{
    const struct trace_tcp_closed *d = n->line->record->data;

    if (text_equal(d->reason, TEXT("fin"))) {
        narrate_head(n, "%H and %O have closed their connection");
        narrate_more(n, "Both sides said that they were done (RFC 9293 3.6).");
    } else if (text_equal(d->reason, TEXT("reset"))) {
        narrate_head(n, "%H finds its connection to %O broken");
        narrate_more(n, "A reset came: the other side knows nothing of it any more (RFC 9293 "
                        "3.5.2).");
    } else if (text_equal(d->reason, TEXT("timeout"))) {
        narrate_head(n, "%H gives its connection to %O up");
        narrate_more(n, "What it sent was acknowledged by nobody (RFC 9293 3.8.3).");
    } else {
        narrate_head(n, "%H breaks its connection to %O off");
        narrate_more(n, "It sends a reset instead of closing in good order (RFC 9293 3.5.2).");
    }
    narrate_more(n, "%H had sent %d octets and read %d.", d->sent_octets, d->received_octets);
}

static void say_resent(struct narrator *n)
{
    const struct trace_tcp_timeout *d = n->line->record->data;

    narrate_head(n, "%H sends again what %O has not acknowledged");
    narrate_more(n, "TCP waited %D; this is time %d for the same octets (RFC 6298 5).", d->rto_ns,
                 d->attempt);
}

static void say_dropped(struct narrator *n)
{
    static const struct {
        struct text reason;
        const char *words;
    } rows[] = {
        {TEXT_INIT("loss"), "A packet from %x to %x is lost on its way"},
        {TEXT_INIT("queue_full"), "A packet from %x to %x finds a full queue"},
        {TEXT_INIT("link_down"), "A packet from %x to %x finds the link down"},
        {TEXT_INIT("no_route"), "A packet from %x to %x finds no way"},
        {TEXT_INIT("host_down"), "A packet from %x finds %x down"},
        {TEXT_INIT("no_such_address"), "A packet from %x finds nobody at %x"},
        {TEXT_INIT("fault"), "A fault takes a packet from %x to %x away"},
    };
    const struct trace_net_dropped *d = n->line->record->data;
    bool tcp = text_equal(d->protocol, TEXT("tcp"));

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(rows[i].reason, d->reason))
            narrate_head(n, rows[i].words, d->source, d->destination);
    narrate_more(n, "%s, %d octets, to port %d.", tcp ? "TCP" : "UDP", d->packet_octets,
                 d->destination_port);
    if (tcp)
        narrate_more(n, "As long as a side wants its connection, TCP sends again what is not "
                        "acknowledged.");
    else
        narrate_more(n, "UDP sends nothing again: only who asked can ask again.");
}

bool narrate_network(struct narrator *n)
{
    switch ((int)n->line->record->kind) {
    case TRACE_DNS_QUERY: say_query(n); break;
    case TRACE_DNS_ANSWER: say_answer(n); break;
    case TRACE_DNS_TIMEOUT: say_silence(n); break;
    case TRACE_DNS_CACHED: say_cached(n); break;
    case TRACE_DNS_EXPIRED:
        narrate_head(n, "%H no longer trusts what it knew of %a",
                     RECORDING_DATA(n->line, dns_expired)->name);
        narrate_more(n, "The answer in its cache has outlived its TTL (RFC 1035 3.2.1).");
        break;
    case TRACE_DNS_MX_CHOSEN: say_choice(n); break;
    case TRACE_TCP_OPENED: say_opened(n); break;
    case TRACE_TCP_FAILED: say_failed(n); break;
    case TRACE_TCP_CLOSED: say_closed(n); break;
    case TRACE_TCP_TIMEOUT: say_resent(n); break;
    case TRACE_NET_DROPPED: say_dropped(n); break;
    default: return false;
    }
    return true;
}
