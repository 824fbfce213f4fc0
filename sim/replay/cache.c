/*
 * cache.c - a host's records, backwards, until it had just started.
 */
#include "sim/replay/cache.h"

#include "sim/kernel/clock.h"

#define NONE RECORDING_NONE

/* Nobody keeps a denial for longer (RFC 2308 5). */
#define DENIAL_MAX (3 * CLOCK_HOUR)

struct rows {
    const struct recording *recording;
    struct memory *memory;
    struct cache_row *items;
    uint32_t count, capacity;
    int64_t now_ns;
};

/* "shop.example 3600 MX 10 mx.shop.example" */
struct answer {
    struct text name, type, data;
    int64_t ttl_s;
};

static struct text next_word(struct text *rest)
{
    size_t end = text_find(*rest, ' ');
    struct text word = text_from(rest->at, end);

    *rest = text_after(*rest, end + 1);
    return word;
}

static bool read_answer(struct text t, struct answer *a)
{
    a->name = next_word(&t);
    if (!text_to_int(next_word(&t), &a->ttl_s))
        return false;
    a->type = next_word(&t);
    a->data = t;
    return a->type.size > 0;
}

static struct cache_row *find(const struct rows *rows, struct text name, struct text type)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        struct cache_row *row = &rows->items[i];

        if (text_equal_nocase(row->name, name) && (row->no_name || text_equal(row->type, type)))
            return row;
    }
    return NULL;
}

static struct cache_row *add(struct rows *rows, struct cache_row row)
{
    rows->items = memory_make_room(rows->memory, rows->items, rows->count, &rows->capacity,
                                   sizeof *rows->items);
    rows->items[rows->count] = row;
    return &rows->items[rows->count++];
}

/* The records of that name and type in an answer, as one row. */
static void add_set(struct rows *rows, const struct trace_dns_answer *d, const struct answer *first,
                    uint32_t record)
{
    struct cache_row *row = add(rows, (struct cache_row){.name = first->name,
                                                         .type = first->type,
                                                         .data = first->data,
                                                         .ttl_s = first->ttl_s,
                                                         .record = record});
    struct answer a;

    row->all = memory_take(rows->memory, d->answers.count * sizeof *row->all);
    for (uint32_t i = 0; i < d->answers.count; i++) {
        if (!read_answer(d->answers.items[i], &a) || !text_equal_nocase(a.name, first->name) ||
            !text_equal(a.type, first->type))
            continue;
        row->all[row->count++] = a.data;
        if (a.ttl_s < row->ttl_s)
            row->ttl_s = a.ttl_s;
    }
    int64_t left =
        rows->recording->lines[record].record->time_ns + row->ttl_s * CLOCK_SECOND - rows->now_ns;
    row->left_ns = left > 0 ? left : 0;
}

static void add_denial(struct rows *rows, const struct trace_dns_answer *d, uint32_t record)
{
    int64_t age = rows->now_ns - rows->recording->lines[record].record->time_ns;

    (void)add(rows, (struct cache_row){.name = d->name,
                                       .type = d->type,
                                       .no_name = text_equal(d->rcode, TEXT("NXDOMAIN")),
                                       .ttl_s = -1,
                                       .left_ns = age < DENIAL_MAX ? -1 : 0,
                                       .record = record});
}

static void take_answer(struct rows *rows, uint32_t at)
{
    const struct trace_dns_answer *d = RECORDING_DATA(&rows->recording->lines[at], dns_answer);
    bool denied = text_equal(d->rcode, TEXT("NXDOMAIN"));
    struct answer a;

    if (!denied && !text_equal(d->rcode, TEXT("NOERROR")))
        return; /* failures are not kept */
    for (uint32_t i = 0; i < d->answers.count; i++)
        if (read_answer(d->answers.items[i], &a) && find(rows, a.name, a.type) == NULL)
            add_set(rows, d, &a, at);
    if (d->answers.count == 0 && find(rows, d->name, d->type) == NULL)
        add_denial(rows, d, at);
}

/* What was said of an entry since it came; going back, that is met before its answer. */
struct said {
    struct text name, type;
    uint32_t hits;
    bool expired, answered;
    int64_t left_ns; /* a denial's; -1: not known */
};

struct sayings {
    struct said *items;
    uint32_t count, capacity;
};

static struct said *said_of(struct rows *rows, struct sayings *s, struct text name,
                            struct text type)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (!s->items[i].answered && text_equal_nocase(s->items[i].name, name) &&
            text_equal(s->items[i].type, type))
            return &s->items[i];
    s->items = memory_make_room(rows->memory, s->items, s->count, &s->capacity, sizeof *s->items);
    s->items[s->count] = (struct said){.name = name, .type = type, .left_ns = -1};
    return &s->items[s->count++];
}

static void take_cached(struct rows *rows, struct sayings *s, uint32_t at)
{
    const struct recording_line *line = &rows->recording->lines[at];
    const struct trace_dns_cached *c = line->record->data;
    struct said *said = said_of(rows, s, c->name, c->type);

    said->hits++;
    if (said->left_ns < 0) {
        int64_t left = line->record->time_ns + c->ttl_s * CLOCK_SECOND - rows->now_ns;
        said->left_ns = left > 0 ? left : 0;
    }
}

/* Rows that came with this answer get what was said of them. */
static void give(struct rows *rows, struct sayings *s, uint32_t from)
{
    for (uint32_t i = from; i < rows->count; i++) {
        struct cache_row *row = &rows->items[i];

        for (uint32_t k = 0; k < s->count; k++) {
            struct said *said = &s->items[k];

            if (said->answered || !text_equal_nocase(said->name, row->name) ||
                !(row->no_name || text_equal(said->type, row->type)))
                continue;
            row->hits += said->hits;
            if (row->count == 0 && row->left_ns != 0)
                row->left_ns = said->left_ns;
            if (said->expired)
                row->left_ns = 0;
            said->answered = true;
        }
    }
}

uint32_t cache_rows(struct cache_row **out, struct memory *m, uint32_t most,
                    const struct recording *r, uint32_t last, int64_t now_ns)
{
    struct rows rows = {.recording = r, .memory = m, .now_ns = now_ns};
    struct sayings sayings = {0};

    for (uint32_t i = last; i != NONE && rows.count < most; i = r->lines[i].host_before) {
        const struct trace_record *record = r->lines[i].record;
        uint32_t before = rows.count;

        if (record->kind == TRACE_HOST_STOPPED || record->kind == TRACE_HOST_CRASHED)
            break; /* what it knew was forgotten */
        if (record->kind == TRACE_DNS_CACHED) {
            take_cached(&rows, &sayings, i);
        } else if (record->kind == TRACE_DNS_EXPIRED) {
            const struct trace_dns_expired *e = record->data;
            said_of(&rows, &sayings, e->name, e->type)->expired = true;
        } else if (record->kind == TRACE_DNS_ANSWER && record->where.side == TRACE_SIDE_CLIENT) {
            take_answer(&rows, i);
            give(&rows, &sayings, before);
        }
    }
    *out = rows.items;
    return rows.count;
}
