/*
 * mail_queue_slots.c - how many deliveries at a time, in all and to one next hop.
 *
 *   group --> line of its next hop --> line of the host --> delivery
 *
 * A group of recipients first gets one of the places to its next hop, then one of the host's, each in
 * the order of asking, so nobody overtakes and whoever holds a place of the host is on its way.  Until
 * then its recipients wait as they were.  Every step is O(1).  The next ones start from an event of
 * their own: an end that starts another that ends at once would else go as deep as the line is long.
 *
 * Postfix: default_destination_concurrency_limit and default_process_limit, postconf(5).
 */
#include "sim/agents/mail_queue/mail_queue_parts.h"

#include <string.h>

struct group {
    struct group *next;
    struct queue_entry *entry;
    struct hop hop;
    struct queue_destination *to;
    uint32_t count;
    uint32_t who[];
};

struct line {
    struct group *first, *last;
};

struct queue_destination {
    struct text key;
    uint32_t index; /* in all */
    uint32_t busy;  /* deliveries under way, or in the line of the host */
    struct line line;
};

struct queue_slots {
    struct mail_queue *queue;
    struct event turn;           /* places are free and somebody waits */
    uint32_t parallel, per_host; /* 0: no limit */
    uint32_t busy;
    struct line line;
    struct table names; /* key of the hop -> index */
    struct queue_destination **all;
    uint32_t count, room;
    struct buffer key;
};

static void append(struct line *line, struct group *g)
{
    g->next = NULL;
    *(line->last ? &line->last->next : &line->first) = g;
    line->last = g;
}

static struct group *take_first(struct line *line)
{
    struct group *g = line->first;

    line->first = g->next;
    if (!line->first)
        line->last = NULL;
    return g;
}

static struct memory *memory_of(const struct queue_slots *s)
{
    return &s->queue->host->world->memory;
}

static void free_group(struct queue_slots *s, struct group *g)
{
    memory_give(memory_of(s), g, sizeof *g + g->count * sizeof *g->who);
}

/* ---- destinations ---------------------------------------------------------------------------------- */

static struct queue_destination *destination_of(struct queue_slots *s, const struct hop *hop)
{
    struct memory *m = memory_of(s);

    queue_put_hop_key(&s->key, hop);
    uint32_t index = table_get(&s->names, buffer_text(&s->key));
    if (index != TABLE_NONE)
        return s->all[index];
    if (s->count == s->room) {
        uint32_t room = s->room ? 2 * s->room : 4;
        s->all = memory_grow(m, s->all, s->room * sizeof *s->all, room * sizeof *s->all);
        s->room = room;
    }
    struct queue_destination *to = MEMORY_NEW(m, struct queue_destination);
    to->key = text_copy(m, buffer_text(&s->key));
    to->index = s->count;
    s->all[s->count++] = to;
    table_set(&s->names, to->key, to->index);
    return to;
}

static void forget_destination(struct queue_slots *s, struct queue_destination *to)
{
    struct memory *m = memory_of(s);

    table_remove(&s->names, to->key);
    s->all[to->index] = s->all[--s->count];
    if (to->index < s->count) {
        s->all[to->index]->index = to->index;
        table_set(&s->names, s->all[to->index]->key, to->index);
    }
    memory_give(m, (char *)(uintptr_t)to->key.at, to->key.size + 1);
    memory_give(m, to, sizeof *to);
}

/* ---- places ---------------------------------------------------------------------------------------- */

static bool host_is_full(const struct queue_slots *s)
{
    return s->parallel > 0 && s->busy >= s->parallel;
}

static void turn_has_come(void *world, struct event *turn)
{
    struct queue_slots *s = EVENT_OWNER(turn, struct queue_slots, turn);

    (void)world;
    while (s->line.first && !host_is_full(s)) {
        struct group *g = take_first(&s->line);
        s->busy++;
        queue_start_delivery(g->entry, &g->hop, g->who, g->count, g->to);
        free_group(s, g);
    }
}

static void call_next(struct queue_slots *s)
{
    struct queue *events = &s->queue->host->world->queue;

    if (s->line.first && !host_is_full(s) && s->queue->host->up && !event_pending(&s->turn))
        queue_set(events, &s->turn, events->now_ns);
}

static struct group *make_group(struct queue_slots *s, struct queue_entry *e, const struct hop *hop,
                                const uint32_t *who, uint32_t count, struct queue_destination *to)
{
    struct group *g = memory_take(memory_of(s), sizeof *g + count * sizeof *who);

    *g = (struct group){.entry = e, .hop = *hop, .to = to, .count = count};
    memcpy(g->who, who, count * sizeof *who);
    return g;
}

void queue_take_slot(struct queue_entry *e, const struct hop *hop, const uint32_t *group,
                     uint32_t count)
{
    struct queue_slots *s = e->queue->slots;
    struct queue_destination *to = NULL;

    e->active++;
    if (!s) {
        queue_start_delivery(e, hop, group, count, NULL);
        return;
    }
    if (s->per_host > 0) {
        to = destination_of(s, hop);
        if (to->busy >= s->per_host) {
            append(&to->line, make_group(s, e, hop, group, count, to));
            return;
        }
        to->busy++;
    }
    if (s->line.first || host_is_full(s)) {
        append(&s->line, make_group(s, e, hop, group, count, to));
        call_next(s);
        return;
    }
    s->busy++;
    queue_start_delivery(e, hop, group, count, to);
}

void queue_give_slot(struct mail_queue *q, struct queue_destination *to)
{
    struct queue_slots *s = q->slots;

    if (!s)
        return;
    s->busy--;
    if (to && to->line.first)
        append(&s->line, take_first(&to->line)); /* takes over the place to the next hop */
    else if (to && --to->busy == 0)
        forget_destination(s, to);
    call_next(s);
}

/* ---- begin and end --------------------------------------------------------------------------------- */

void queue_limit_deliveries(struct mail_queue *q, uint32_t parallel, uint32_t per_host)
{
    struct memory *m = &q->host->world->memory;

    if (parallel == 0 && per_host == 0)
        return;
    q->slots = MEMORY_NEW(m, struct queue_slots);
    q->slots->queue = q;
    q->slots->turn.fire = turn_has_come;
    q->slots->parallel = parallel;
    q->slots->per_host = per_host;
    table_init(&q->slots->names, m, false);
    buffer_init(&q->slots->key, m);
}

static void send_home(struct queue_slots *s, struct line *line)
{
    while (line->first) {
        struct group *g = take_first(line);
        queue_delivery_broken_off(g->entry);
        free_group(s, g);
    }
}

void queue_slots_down(struct mail_queue *q)
{
    struct queue_slots *s = q->slots;

    if (!s)
        return;
    queue_clear(&q->host->world->queue, &s->turn);
    for (const struct group *g = s->line.first; g; g = g->next)
        if (g->to)
            g->to->busy--;
    send_home(s, &s->line);
    for (uint32_t i = s->count; i > 0; i--) {
        send_home(s, &s->all[i - 1]->line);
        if (s->all[i - 1]->busy == 0) /* else a delivery outlives the stop */
            forget_destination(s, s->all[i - 1]);
    }
}
