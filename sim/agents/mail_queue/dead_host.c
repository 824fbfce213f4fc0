/*
 * dead_host.c - rows by address and port, and a list of them by the time of the last bad news.
 *
 * Every row lives equally long after its last news, so the list is in the order in which they are
 * forgotten, and a look at its first rows now and then is all the cleaning there is.
 */
#include "sim/agents/mail_queue/dead_host.h"

#include <string.h>

#include "sim/agents/mail_queue/mail_queue.h"

enum { KEY_MAX = 1 + 16 + 2 }; /* family, address, port */

struct dead_host {
    struct dead_host *newer, *older;
    char key[KEY_MAX];
    uint8_t key_size;
    uint32_t index; /* in rows */
    uint32_t failures;
    int64_t first_ns, last_ns, next_ns; /* first and last failure, next try */
    bool hopeless;
    enum tcp_reason why;
    struct delivery *asking;       /* now, since its time had come */
    struct delivery *first, *last; /* those that wait for what it finds */
};

struct dead_hosts {
    struct table names; /* key -> index */
    struct dead_host **rows;
    uint32_t count, room;
    struct dead_host *newest, *oldest;
};

static size_t put_key(char *key, const struct address *a, uint16_t port)
{
    size_t size = address_size(a);

    key[0] = (char)a->family;
    memcpy(key + 1, a->octets, size);
    key[1 + size] = (char)(port >> 8);
    key[2 + size] = (char)(port & 255);
    return size + 3;
}

static struct dead_host *find(const struct dead_hosts *all, const struct address *a, uint16_t port)
{
    char key[KEY_MAX];
    size_t size = put_key(key, a, port);
    uint32_t index = table_get(&all->names, text_from(key, size));

    return index == TABLE_NONE ? NULL : all->rows[index];
}

static void unlink_row(struct dead_hosts *all, struct dead_host *row)
{
    *(row->newer ? &row->newer->older : &all->newest) = row->older;
    *(row->older ? &row->older->newer : &all->oldest) = row->newer;
}

static void link_newest(struct dead_hosts *all, struct dead_host *row)
{
    row->older = all->newest;
    row->newer = NULL;
    *(all->newest ? &all->newest->newer : &all->oldest) = row;
    all->newest = row;
}

static void forget(struct mail_queue *q, struct dead_host *row)
{
    struct dead_hosts *all = q->dead;
    struct memory *m = &q->host->world->memory;

    table_remove(&all->names, text_from(row->key, row->key_size));
    unlink_row(all, row);
    all->rows[row->index] = all->rows[--all->count];
    if (row->index < all->count) {
        struct dead_host *moved = all->rows[row->index];
        moved->index = row->index;
        table_set(&all->names, text_from(moved->key, moved->key_size), moved->index);
    }
    memory_give(m, row, sizeof *row);
}

static int64_t memory_ns(const struct mail_queue *q)
{
    int64_t ns = retry_habits(q->plan.personality)->host_memory_ns;

    return ns ? ns : q->plan.give_up_ns;
}

static void forget_old(struct mail_queue *q)
{
    int64_t now_ns = q->host->world->queue.now_ns;

    while (q->dead->oldest && !q->dead->oldest->asking &&
           q->dead->oldest->last_ns + memory_ns(q) <= now_ns)
        forget(q, q->dead->oldest);
}

static struct dead_host *add(struct mail_queue *q, const struct address *a, uint16_t port)
{
    struct memory *m = &q->host->world->memory;
    struct dead_hosts *all = q->dead;

    if (!all) {
        all = q->dead = MEMORY_NEW(m, struct dead_hosts);
        table_init(&all->names, m, false);
    }
    if (all->count == all->room) {
        uint32_t room = all->room ? 2 * all->room : 4;
        all->rows =
            memory_grow(m, all->rows, all->room * sizeof *all->rows, room * sizeof *all->rows);
        all->room = room;
    }
    struct dead_host *row = MEMORY_NEW(m, struct dead_host);
    row->key_size = (uint8_t)put_key(row->key, a, port);
    row->index = all->count;
    all->rows[all->count++] = row;
    table_set(&all->names, text_from(row->key, row->key_size), row->index);
    link_newest(all, row);
    return row;
}

static struct dead_host_news news_of(const struct dead_host *row)
{
    return (struct dead_host_news){row->why, row->next_ns, row->hopeless};
}

/* The addresses of one host fail one after another, and not always after the same time; whoever comes
 * for the first of them is not sent back for the last. */
static int64_t leeway_ns(const struct dead_host *row)
{
    return (row->next_ns - row->last_ns) / 20;
}

static void wait_in_line(struct dead_host *row, struct delivery *d)
{
    *dead_host_next(d) = NULL;
    if (row->last)
        *dead_host_next(row->last) = d;
    else
        row->first = d;
    row->last = d;
}

enum dead_host_advice dead_host_ask(struct mail_queue *q, struct delivery *d,
                                    const struct address *address, uint16_t port,
                                    struct dead_host_news *news)
{
    if (!q->dead || q->dead->count == 0)
        return DEAD_HOST_ASK;
    forget_old(q);
    struct dead_host *row = find(q->dead, address, port);
    if (!row)
        return DEAD_HOST_ASK;
    if (row->asking) {
        wait_in_line(row, d);
        return DEAD_HOST_WAIT;
    }
    if (q->host->world->queue.now_ns + leeway_ns(row) < row->next_ns) {
        *news = news_of(row);
        return DEAD_HOST_SKIP;
    }
    row->asking = d;
    return DEAD_HOST_ASK;
}

/* Each may take a place in another line, or ask here: the line was taken off before. */
static void line_goes_on(struct delivery *first, uint64_t cause)
{
    while (first) {
        struct delivery *d = first;
        first = *dead_host_next(d);
        dead_host_go_on(d, cause);
    }
}

struct dead_host_news dead_host_failed(struct mail_queue *q, struct delivery *d,
                                       const struct address *address, uint16_t port,
                                       int64_t asked_ns, enum tcp_reason why, uint64_t cause)
{
    int64_t now_ns = q->host->world->queue.now_ns;
    struct dead_host *row = q->dead ? find(q->dead, address, port) : NULL;

    if (!row) {
        row = add(q, address, port);
        row->first_ns = row->last_ns = now_ns;
    } else if (row->asking != d && asked_ns < row->last_ns) {
        return news_of(row); /* it began before the others knew: no news */
    }
    row->failures++;
    row->why = why;
    row->next_ns = retry_next_host(&q->plan,
                                   &(struct retry_past){.entered_ns = row->first_ns,
                                                        .last_ns = row->last_ns,
                                                        .planned_ns = row->next_ns,
                                                        .tries = row->failures},
                                   now_ns, &row->hopeless);
    row->last_ns = now_ns;
    unlink_row(q->dead, row);
    link_newest(q->dead, row);
    struct dead_host_news news = news_of(row);
    struct delivery *line = row->asking == d ? row->first : NULL;
    if (row->asking == d) {
        row->asking = NULL;
        row->first = row->last = NULL;
    }
    line_goes_on(line, cause);
    return news;
}

void dead_host_answered(struct mail_queue *q, const struct address *address, uint16_t port,
                        uint64_t cause)
{
    if (!q->dead || q->dead->count == 0)
        return;
    struct dead_host *row = find(q->dead, address, port);
    if (!row)
        return;
    struct delivery *line = row->first;
    forget(q, row);
    line_goes_on(line, cause);
}

void dead_host_down(struct mail_queue *q)
{
    bool kept = retry_habits(q->plan.personality)->host_memory_on_disk;

    for (uint32_t i = q->dead ? q->dead->count : 0; i > 0; i--) {
        struct dead_host *row = q->dead->rows[i - 1];
        row->asking = row->first = row->last = NULL;
        if (!kept)
            forget(q, row);
    }
}
