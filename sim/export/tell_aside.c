/*
 * What happens to hosts, links and replies because the scenario says so, and what lists say.
 */
#include "sim/export/tell.h"
#include "sim/export/tell_parts.h"
#include "sim/replay/view_policy.h"

/* What a fault meets: a command, or one of the two that are none. */
static void say_met(struct buffer *b, struct text met)
{
    if (text_equal(met, TEXT(".")))
        tell_string(b, "the end of the message");
    else if (text_equal(met, TEXT("connect")))
        tell_string(b, "a new connection");
    else
        tell_text(b, met);
}

/* The record comes before the reply that it is about. */
static void say_fault(struct buffer *b, const struct trace_record *r)
{
    const struct trace_sim_fault *f = r->data;
    bool now = text_equal(f->met, TEXT("connection"));
    static const struct {
        const char *verb, *before, *after;
    } rows[] = {
        {"answer", "to ", " it gives another answer than it would"},
        {"drop", "its reply to ", " will be lost on its way, and the connection with it"},
        {"delay", "its reply to ", " will come late"},
        {"close", "it closes the connection at ", ""},
        {"crash", "it will lose power at ", ""},
    };

    tell_string(b, "A fault at ");
    tell_text(b, r->where.host);
    tell_string(b, " (timeline entry ");
    buffer_put_int(b, f->entry + 1);
    tell_string(b, "): ");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!text_equal(f->verb, text_of(rows[i].verb)))
            continue;
        tell_string(b, now ? "it closes the connection" : rows[i].before);
        if (!now)
            say_met(b, f->met);
        tell_string(b, rows[i].after);
        tell_string(b, ".");
        return;
    }
    tell_text(b, f->verb);
    tell_string(b, " at ");
    say_met(b, f->met);
    tell_string(b, ".");
}

/* A host goes down, and what that means for `count` connections. */
static void say_lost(struct buffer *b, const char *what, const char *before, int64_t count,
                     const char *after)
{
    tell_string(b, what);
    if (count <= 0)
        return;
    tell_string(b, before);
    tell_count(b, (uint64_t)count, "connection", "connections");
    tell_string(b, after);
}

static void say_host(struct buffer *b, const struct trace_record *r)
{
    tell_text(b, r->where.host);
    if (r->kind == TRACE_HOST_STARTED) {
        tell_string(b, " is up again.");
    } else if (r->kind == TRACE_HOST_CRASHED) {
        say_lost(b, " loses power", ", with ",
                 ((const struct trace_host_crashed *)r->data)->connections, " open");
        tell_string(b, ".");
    } else {
        say_lost(b, " stops", ", with 421 to ",
                 ((const struct trace_host_stopped *)r->data)->sessions, "");
        tell_string(b, "; from now on connections are refused.");
    }
}

static void say_link(struct buffer *b, const struct trace_record *r)
{
    const struct trace_link_state *l = r->data;

    tell_string(b, "The link ");
    tell_text(b, l->link);
    tell_string(b, " is ");
    tell_text(b, l->state);
    tell_string(b, ".");
}

static void say_listed(struct buffer *b, const struct trace_record *r)
{
    const struct trace_list_listed *l = r->data; /* both kinds have the same fields */
    struct text reason = l->reason;

    /* Where the reason is what the list answers in DNS, the address stands before it. */
    if (text_starts_nocase(reason, l->address))
        reason = text_trim(text_after(reason, l->address.size + 1));
    tell_text(b, l->list);
    tell_string(b, r->kind == TRACE_LIST_LISTED ? " lists " : " no longer lists ");
    tell_text(b, l->address);
    tell_string(b, ": ");
    tell_text(b, reason);
    tell_string(b, ".");
}

static bool say_settings(struct buffer *b, const struct trace_record *r)
{
    const struct trace_sim_input *in = r->data;

    if (!text_equal(in->verb, TEXT("set")))
        return false;
    tell_text(b, r->where.host);
    tell_string(b, " gets new settings (timeline entry ");
    buffer_put_int(b, in->entry + 1);
    tell_string(b, "): ");
    tell_text(b, in->detail);
    tell_string(b, ".");
    return true;
}

/* A question without a message (RFC 5321 3.3: each RCPT is answered by itself). */
static void say_probe(struct buffer *b, const struct view_step *step)
{
    const struct trace_record *r = step->record;
    const struct trace_policy_decision *d = r->data;
    bool yes = text_equal(d->verdict, TEXT("accept"));

    tell_text(b, r->where.host);
    tell_string(b, " asks ");
    tell_text(b, step->because != NULL ? step->because->where.host
                                       : text_after(d->rule, strlen("probe ")));
    tell_place(b, step->address, step->port);
    tell_string(b, " by MAIL and RCPT, without sending a message: would it take one for ");
    tell_text(b, d->subject);
    tell_string(b, "? ");
    if (!yes && d->code == 0) {
        tell_string(b, "It gets no answer.");
    } else {
        tell_string(b, yes ? "Yes" : text_equal(d->verdict, TEXT("refuse")) ? "No: " : "Not now: ");
        if (!yes)
            tell_reply(b, d->code, d->enhanced, TEXT(""));
        tell_string(b, ".");
        tell_reference(b, step->because);
    }
    if (step->again > 0) {
        tell_string(b, " Asked again, ");
        tell_count(b, step->again, "time, it gets the same", "times, it gets the same");
        tell_string(b, ".");
    }
}

bool tell_aside(struct buffer *b, const struct view_step *step, enum tell_tone *tone)
{
    const struct trace_record *r = step->record;

    *tone = TELL_WAIT;
    switch ((int)r->kind) {
    case TRACE_SIM_FAULT: say_fault(b, r); break;
    case TRACE_LINK_STATE: say_link(b, r); break;
    case TRACE_SIM_INPUT: return say_settings(b, r);
    case TRACE_POLICY_DECISION:
        if (!view_policy_is_probe(r))
            return false;
        say_probe(b, step);
        break;
    case TRACE_LIST_LISTED:
    case TRACE_LIST_DELISTED: say_listed(b, r); break;
    case TRACE_HOST_STARTED:
    case TRACE_HOST_STOPPED:
    case TRACE_HOST_CRASHED: say_host(b, r); break;
    default: return false;
    }
    return true;
}
