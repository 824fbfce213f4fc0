/*
 * delivery_ghost.c - what stays known of a delivery when its end of the connection was given up.
 *
 * A client that crashes, or loses patience, may have sent the whole message; the server takes it, and
 * a second copy comes of the next try (RFC 5321 6.1, RFC 1047).  The observer must see both as copies
 * of one letter.  Nothing that an agent does depends on this.
 */
#include "sim/agents/delivery/delivery_parts.h"

#include <string.h>

struct ghost {
    uint32_t count;
    size_t size; /* of this block */
    struct ghost_recipient {
        struct text address;
        struct custody last; /* closed: its name and fate */
    } recipients[];          /* then the addresses */
};

static struct ghost *make_ghost(const struct delivery *d)
{
    const struct queue_recipient *all = d->entry ? d->entry->recipients : NULL;
    uint32_t count = d->entry ? d->transaction_size : 0;
    size_t head = sizeof(struct ghost) + count * sizeof(struct ghost_recipient), size = head;

    for (uint32_t i = 0; i < count; i++)
        size += all[d->members[i]].address.size;
    struct ghost *g = memory_take(&d->host->world->memory, size);
    char *at = (char *)g + head;
    *g = (struct ghost){.count = count, .size = size};
    for (uint32_t i = 0; i < count; i++) {
        const struct queue_recipient *r = &all[d->members[i]];
        memcpy(at, r->address.at, r->address.size);
        g->recipients[i] = (struct ghost_recipient){.address = text_from(at, r->address.size),
                                                    .last = {.host = r->custody.host,
                                                             .number = r->custody.number,
                                                             .fate = r->custody.fate}};
        at += r->address.size;
    }
    return g;
}

void delivery_leave_ghost(struct delivery *d)
{
    struct world *w = d->host->world;
    uint32_t conn = tcp_conn(d->tcp);

    if (d->cut)
        return;
    d->cut = true;
    carriers_remove(&w->carriers, conn);
    if (tcp_peer_gone(d->tcp)) { /* nobody is left to take anything */
        tcp_set_tag(d->tcp, TEXT(""));
        return;
    }
    struct delivery *g = MEMORY_NEW(&w->memory, struct delivery);
    g->host = d->host;
    g->letter = letter_hold(d->letter);
    g->letter_taken = d->letter_taken;
    g->mail.size = d->mail.size;
    g->ghost = make_ghost(d);
    carriers_add(&w->carriers, conn, g);
}

void delivery_ghost_end(struct world *w, struct tcp *server)
{
    uint32_t conn = tcp_conn(server);
    struct delivery *d = carriers_get(&w->carriers, conn);

    if (!d || !d->ghost)
        return;
    carriers_remove(&w->carriers, conn);
    tcp_set_tag(server, TEXT(""));
    letter_release(d->letter);
    memory_give(&w->memory, d->ghost, d->ghost->size);
    memory_give(&w->memory, d, sizeof *d);
}

/* The sender's queue may hold it still. */
static const struct custody *find_open(const struct mail_queue *q, const struct custody *last)
{
    for (const struct queue_entry *e = q->first; e; e = e->next)
        for (uint32_t i = 0; i < e->count; i++)
            if (custody_is_open(&e->recipients[i].custody) &&
                e->recipients[i].custody.number == last->number)
                return &e->recipients[i].custody;
    return NULL;
}

const struct custody *delivery_ghost_custody(const struct delivery *d, struct text recipient)
{
    for (uint32_t i = 0; i < d->ghost->count; i++) {
        const struct ghost_recipient *r = &d->ghost->recipients[i];
        const struct custody *open = NULL;
        if (!text_equal(r->address, recipient))
            continue;
        for (const struct mail_queue *q = d->host->queues; q && !open; q = q->sibling)
            open = find_open(q, &r->last);
        return open ? open : &r->last;
    }
    return NULL;
}
