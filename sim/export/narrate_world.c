/*
 * The world: its beginning and end, faults, hosts and links going down and up, blocklists.
 */
#include "sim/export/narrate_parts.h"
#include "sim/kernel/clock.h"

#define NONE RECORDING_NONE

static bool is(struct text t, const char *word)
{
    return text_equal(t, text_of(word));
}

/* ---- faults -------------------------------------------------------------------------------- */

/* The record stands before the reply that it is about. */
static void say_fault(struct narrator *n)
{
    static const struct {
        struct text verb;
        const char *head, *more;
    } rows[] = {
        {TEXT_INIT("answer"), "A fault: %H will not answer %t by its rules",
         "What it will say is written in the scenario."},
        {TEXT_INIT("drop"), "A fault: the reply of %H to %t will be lost",
         "And the connection with it: the client will not learn what was decided."},
        {TEXT_INIT("delay"), "A fault: the reply of %H to %t will be late",
         "Somebody has to wait."},
        {TEXT_INIT("close"), "A fault: %H closes the connection at %t",
         "Without a reply: the client has to guess."},
        {TEXT_INIT("crash"), "A fault: %H will lose power at %t",
         "What lies in its queue stays on its disk."},
        {TEXT_INIT("stop"), "A fault: %H will stop at %t", "In good order, with 421."},
    };
    const struct trace_sim_fault *d = n->line->record->data;
    struct text met = is(d->met, ".")         ? TEXT("the end of the letter")
                      : is(d->met, "connect") ? TEXT("a new connection")
                                              : text_from(d->met.at, text_find(d->met, ' '));

    narrate_head(n, "A fault at %H meets %t", met);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(d->verb, rows[i].verb)) {
            narrate_head(n, rows[i].head, met);
            narrate_more(n, "%s", rows[i].more);
        }
    narrate_more(n, "Entry %d of the timeline.", d->entry + 1);
    if (d->left > 0)
        narrate_more(n, "It will act %d more time%s.", d->left, d->left == 1 ? "" : "s");
}

/* ---- hosts, links, lists --------------------------------------------------------------------- */

static void say_host(struct narrator *n)
{
    const struct trace_host_stopped *stopped = n->line->record->data;
    const struct trace_host_crashed *crashed = n->line->record->data;

    switch ((int)n->line->record->kind) {
    case TRACE_HOST_STARTED:
        narrate_head(n, n->line->record->time_ns > 0 ? "%H is up again" : "%H is up");
        if (n->line->record->time_ns > 0)
            narrate_more(n, "Its queue is still there; what it had looked up is forgotten.");
        else
            narrate_more(n, "Its part begins with the world.");
        break;
    case TRACE_HOST_STOPPED:
        narrate_head(n, "%H stops in good order");
        if (stopped->sessions > 0)
            narrate_more(n, "Open sessions that got 421: %d (RFC 5321 3.8).", stopped->sessions);
        narrate_more(n, "From now on connections are refused.");
        break;
    default:
        narrate_head(n, "%H loses power");
        narrate_more(n, "Connections lost without a word: %d.", crashed->connections);
        narrate_more(n, "Its queue stays on its disk.");
        break;
    }
}

static void say_link(struct narrator *n)
{
    const struct trace_link_state *d = n->line->record->data;

    if (is(d->state, "changed"))
        narrate_head(n, "The link %t is another one now", d->link);
    else
        narrate_head(n, "The link %t is %t", d->link, d->state);
    if (is(d->state, "down"))
        narrate_more(n, "Every packet that is sent there is lost.");
    else
        narrate_more(n, "One way takes %D.", d->latency_ns);
    if (d->loss_ppm > 0)
        narrate_more(n, "Of a million packets %d are lost.", d->loss_ppm);
}

static void say_listed(struct narrator *n)
{
    const struct trace_list_listed *d = n->line->record->data; /* both have the same fields */
    struct text reason = d->reason;

    if (text_starts_nocase(reason, d->address))
        reason = text_trim(text_after(reason, d->address.size + 1));
    if (n->line->record->kind == TRACE_LIST_LISTED) {
        narrate_head(n, "%t lists %x", d->list, d->address);
        narrate_more(n, "%t: %t.", d->address, reason);
        narrate_more(n, "Whoever asks this list is told so (RFC 5782).");
    } else {
        narrate_head(n, "%t no longer lists %x", d->list, d->address);
        narrate_more(n, "%t: %t.", d->address, reason);
    }
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void say_end(struct narrator *n)
{
    static const struct {
        struct text reason;
        const char *words;
    } rows[] = {
        {TEXT_INIT("quiet"), "Nothing is left to happen"},
        {TEXT_INIT("until"), "The run stops here, as was asked for"},
        {TEXT_INIT("time_limit"), "The run stops: its time is up"},
        {TEXT_INIT("event_limit"), "The run stops: too many events"},
        {TEXT_INIT("queue_limit"), "The run stops: too much in the queues"},
        {TEXT_INIT("message_limit"), "The run stops: a message is too big"},
        {TEXT_INIT("memory_limit"), "The run stops: no memory is left"},
    };
    const struct trace_sim_ended *d = n->line->record->data;

    narrate_head(n, "The run is over: %t", d->reason);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_equal(d->reason, rows[i].reason))
            narrate_head(n, rows[i].words);
    narrate_more(n, "%D after the beginning.", n->line->record->time_ns);
}

bool narrate_world(struct narrator *n)
{
    const struct trace_sim_started *started = n->line->record->data;

    switch ((int)n->line->record->kind) {
    case TRACE_SIM_STARTED:
        narrate_head(n, "The world begins, with %d hosts", started->hosts);
        narrate_more(n, "It is %t.", started->start);
        break;
    case TRACE_SIM_INPUT: narrate_input(n); break;
    case TRACE_SIM_FAULT: say_fault(n); break;
    case TRACE_SIM_ENDED: say_end(n); break;
    case TRACE_HOST_STARTED:
    case TRACE_HOST_STOPPED:
    case TRACE_HOST_CRASHED: say_host(n); break;
    case TRACE_LINK_STATE: say_link(n); break;
    case TRACE_LIST_LISTED:
    case TRACE_LIST_DELISTED: say_listed(n); break;
    default: return false;
    }
    return true;
}
