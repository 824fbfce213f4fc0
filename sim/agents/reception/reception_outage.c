/*
 * reception_outage.c - how server sessions end, and what a stop or a crash of the host does to them.
 */
#include "sim/agents/delivery/delivery.h"
#include "sim/agents/reception/fault.h"
#include "sim/agents/reception/reception_parts.h"

void reception_free(struct reception *r)
{
    struct world *w = r->host->world;

    queue_clear(&w->queue, &r->timer.event);
    reception_stop_waiting(r);
    if (r->fault)
        fault_forget(r);
    reception_drop_message(r);
    judge_notes_free(r->notes);
    reception_free_door(r);
    smtp_server_free(&r->session);
    buffer_free(&r->octets);
    buffer_free(&r->names);
    if (r->next)
        r->next->prev = r->prev;
    if (r->prev)
        r->prev->next = r->next;
    else
        r->host->receptions = r->next;
    memory_give(&w->memory, r, sizeof *r);
}

void reception_close(struct reception *r, uint64_t cause)
{
    r->cause = cause;
    r->closing = true;
    reception_stop_waiting(r);
    smtp_server_lost(&r->session, &r->host->world->server_acts);
    tcp_close(r->tcp, cause);
}

void reception_break(struct reception *r, uint64_t cause)
{
    if (r->fault)
        fault_forget(r);
    r->gone = true;
    if (!r->closing) {
        reception_stop_waiting(r);
        smtp_server_lost(&r->session, &r->host->world->server_acts);
        reception_act(r, cause);
    }
    delivery_ghost_end(r->host->world, r->tcp);
    tcp_abort(r->tcp, cause);
    reception_free(r);
}

uint32_t reception_count(const struct host *h)
{
    uint32_t count = 0;

    for (const struct reception *r = h->receptions; r; r = r->next)
        count += !r->closing;
    return count;
}

bool reception_exceeds(const struct host *h, uint32_t limit)
{
    uint32_t open = 0;

    for (const struct reception *r = h->receptions; r && open <= limit; r = r->next)
        open += r->listener->kind != LISTENER_LMTP && !r->closing;
    return open > limit;
}

/* RFC 5321 3.8: 421, whatever the client was about to say. */
static void shut_down(struct reception *r, uint64_t cause)
{
    if (r->closing)
        return;
    reception_stop_waiting(r);
    if (r->fault)
        fault_forget(r);
    smtp_server_shutdown(&r->session, &r->host->world->server_acts);
    reception_act(r, cause);
}

/* Sessions that accepted connections refer to their listener, so its storage stays. */
static void close_listeners(struct host *h)
{
    for (const struct listener *l = h->listeners; l; l = l->next)
        tcp_unlisten(&h->world->net, h->index, l->port);
    h->listeners = NULL;
}

void reception_reload(struct host *h)
{
    struct listener *before = h->listeners;

    close_listeners(h);
    for (const struct listener *l = before; l; l = l->next)
        reception_listen(h, l->kind, l->port);
}

void reception_host_down(struct host *h, bool crash, uint64_t cause)
{
    close_listeners(h);
    for (struct reception *r = h->receptions, *next; r; r = next) {
        next = r->next;
        if (!crash) {
            shut_down(r, cause);
            continue;
        }
        delivery_ghost_end(h->world, r->tcp);
        reception_free(r);
    }
}
