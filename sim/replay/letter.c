/*
 * letter.c - the way back from a place to the author, and the parts met on it.
 *
 * A message in a queue (host, queue id) has the lines that this host put before it and, through the
 * custody that was opened there, a parent: the queue that it came from.
 */
#include "sim/replay/letter.h"

#include <stddef.h>

#include "sim/mail/message.h"
#include "sim/replay/mime.h"

#define NONE RECORDING_NONE

static const struct trace_record *record_of(const struct recording *r, uint32_t i)
{
    return r->lines[i].record;
}

/* The records of a mail up to `index` that say where it lies, in their order. */
struct trail {
    const struct recording *recording;
    uint32_t *items;
    uint32_t count, capacity;
};

static const struct trace_record *trail_record(const struct trail *t, uint32_t i)
{
    return record_of(t->recording, t->items[i]);
}

static uint64_t trail_kinds(void)
{
    return UINT64_C(1) << TRACE_MAIL_CONTENT | UINT64_C(1) << TRACE_MAIL_ACCEPTED |
           UINT64_C(1) << TRACE_CUSTODY_OPENED | UINT64_C(1) << TRACE_MAIL_DELIVERED |
           UINT64_C(1) << TRACE_MAIL_COLLECTED;
}

static struct trail trail_of(const struct recording *r, struct memory *m, uint32_t mail,
                             uint32_t index)
{
    struct trail t = {.recording = r};

    if (index == NONE || mail == NONE)
        return t;
    for (uint32_t i = r->mails[mail].first; i != NONE && i <= index; i = r->lines[i].mail_after) {
        if (!(trail_kinds() >> record_of(r, i)->kind & 1))
            continue;
        t.items = memory_make_room(m, t.items, t.count, &t.capacity, sizeof *t.items);
        t.items[t.count++] = i;
    }
    return t;
}

/* ---- what a host put before it ------------------------------------------------------------------ */

static enum letter_by by_of(const struct trace_mail_content *c)
{
    static const struct {
        struct text word;
        enum letter_by by;
    } words[] = {{TEXT_INIT("whole"), LETTER_WRITTEN},
                 {TEXT_INIT("prepended"), LETTER_PREPENDED},
                 {TEXT_INIT("received"), LETTER_RECEIVED},
                 {TEXT_INIT("final"), LETTER_FINAL},
                 {TEXT_INIT("stored"), LETTER_STORED}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_equal(c->part, words[i].word))
            return words[i].by;
    return LETTER_WRITTEN;
}

static bool is_content(const struct trail *t, uint32_t i, enum letter_by by)
{
    const struct trace_record *r = trail_record(t, i);

    return r->kind == TRACE_MAIL_CONTENT && by_of(r->data) == by;
}

static bool same_queue(const struct trace_record *a, const struct trace_record *b)
{
    return text_equal(a->where.queue, b->where.queue) && text_equal(a->where.host, b->where.host);
}

/* The newest lines of this record's host before it, of its queue or, `conn` given, of what came by that
 * connection: by LMTP the line is written before there is an id for each copy. */
static uint32_t lines_before(const struct trail *t, uint32_t at, uint32_t conn)
{
    const struct trace_record *here = trail_record(t, at);

    for (uint32_t i = at; i-- > 0;) {
        const struct trace_record *c = trail_record(t, i);

        if (!is_content(t, i, LETTER_PREPENDED) && !is_content(t, i, LETTER_RECEIVED))
            continue;
        if (text_equal(c->where.host, here->where.host) &&
            (conn != 0 ? c->where.conn == conn : text_equal(c->where.queue, here->where.queue)))
            return i;
    }
    return NONE;
}

/* The lines of the queue in which this record happened: found with its mail.accepted, else with the
 * first custody opened there. */
static uint32_t lines_of(const struct trail *t, uint32_t at)
{
    const struct trace_record *here = trail_record(t, at);
    uint32_t opened = NONE;

    for (uint32_t i = at + 1; i-- > 0;) {
        const struct trace_record *r = trail_record(t, i);

        if (!same_queue(r, here))
            continue;
        if (r->kind == TRACE_MAIL_ACCEPTED) {
            uint32_t lines = lines_before(t, i, r->where.conn);
            if (lines != NONE)
                return lines;
        }
        if (r->kind == TRACE_CUSTODY_OPENED)
            opened = i;
    }
    return opened == NONE ? NONE : lines_before(t, opened, 0);
}

/* The record that opened the custody from which this queue's first came; NONE: it began here. */
static uint32_t parent_of(const struct trail *t, uint32_t at)
{
    const struct trace_record *here = trail_record(t, at);

    for (uint32_t i = 0; i <= at; i++) {
        const struct trace_record *r = trail_record(t, i);

        if (r->kind != TRACE_CUSTODY_OPENED || !same_queue(r, here))
            continue;
        const struct trace_custody_opened *o = r->data;
        for (uint32_t k = 0; k < i && o->parent.size > 0; k++) {
            const struct trace_record *p = trail_record(t, k);

            if (p->kind == TRACE_CUSTODY_OPENED && !same_queue(p, here) &&
                text_equal(((const struct trace_custody_opened *)p->data)->custody, o->parent))
                return k;
        }
    }
    return NONE;
}

/* ---- the parts, and what they make --------------------------------------------------------------- */

static void add_part(struct letter *l, struct memory *m, uint32_t *room, const struct trail *t,
                     uint32_t i)
{
    const struct trace_mail_content *c = trail_record(t, i)->data;

    l->parts = memory_make_room(m, l->parts, l->part_count, room, sizeof *l->parts);
    l->parts[l->part_count++] = (struct letter_part){
        .octets = c->octets,
        .record = t->items[i],
        .host = t->recording->lines[t->items[i]].host,
        .by = by_of(c),
    };
}

/* From the queue of the record `at` back to the author. */
static bool add_way(struct letter *l, struct memory *m, uint32_t *room, const struct trail *t,
                    uint32_t at)
{
    /* A parent is older than its child, so this ends. */
    for (uint32_t hop = at; hop != NONE; hop = parent_of(t, hop)) {
        uint32_t lines = lines_of(t, hop);

        if (lines == NONE)
            continue;
        add_part(l, m, room, t, lines);
        if (is_content(t, lines, LETTER_RECEIVED))
            return true;
    }
    for (uint32_t i = t->count; i-- > 0;)
        if (is_content(t, i, LETTER_WRITTEN)) {
            add_part(l, m, room, t, i);
            return true;
        }
    return false;
}

static uint32_t part_at(const struct letter *l, size_t offset)
{
    size_t end = 0;

    for (uint32_t i = 0; i < l->part_count; i++) {
        end += l->parts[i].octets.size;
        if (offset < end)
            return i;
    }
    return l->part_count - 1;
}

static void read_fields(struct letter *l, struct memory *m)
{
    struct message *whole = message_new(m, l->octets);
    struct message_fields it;
    struct mail_field f;
    uint32_t room = 0;

    message_fields_begin(&it, whole);
    while (message_fields_next(&it, &f)) {
        l->fields = memory_make_room(m, l->fields, l->field_count, &room, sizeof *l->fields);
        l->fields[l->field_count++] = (struct letter_field){
            .name = text_from(l->octets.at + f.offset, f.name.size),
            .value = mime_words(m, f.value),
            .octets = text_from(l->octets.at + f.offset, f.size),
            .part = part_at(l, f.offset),
        };
    }
    l->body = text_after(l->octets, message_header_size(whole));
    message_release(whole);
}

static bool put_together(struct letter *l, struct memory *m)
{
    struct buffer all;

    buffer_init(&all, m);
    for (uint32_t i = 0; i < l->part_count; i++)
        buffer_put_text(&all, l->parts[i].octets);
    l->octets = buffer_text(&all);
    read_fields(l, m);
    return true;
}

/* ---- places ------------------------------------------------------------------------------------- */

static bool delivered(struct letter *l, struct memory *m, const struct trail *t, uint32_t at)
{
    uint32_t room = 0;

    for (uint32_t i = at; i-- > 0;) {
        const struct trace_record *c = trail_record(t, i);

        if (c->kind == TRACE_MAIL_DELIVERED) /* its lines are another letter's */
            break;
        if (!is_content(t, i, LETTER_FINAL) && !is_content(t, i, LETTER_STORED))
            continue;
        add_part(l, m, &room, t, i);
        if (is_content(t, i, LETTER_STORED))
            return put_together(l, m);
        break;
    }
    return add_way(l, m, &room, t, at) && put_together(l, m);
}

/* The mail.delivered whose letter this mail.collected fetched, or NONE. */
static uint32_t fetched_from(const struct trail *t, uint32_t at)
{
    const struct trace_mail_collected *c = trail_record(t, at)->data;

    for (uint32_t i = at; i-- > 0;) {
        const struct trace_record *d = trail_record(t, i);

        if (d->kind == TRACE_MAIL_DELIVERED &&
            text_equal(((const struct trace_mail_delivered *)d->data)->mailbox, c->mailbox))
            return i;
    }
    return NONE;
}

bool letter_at(struct letter *l, struct memory *m, const struct recording *r, uint32_t mail,
               uint32_t host, uint32_t index)
{
    struct trail t = trail_of(r, m, mail, index);
    uint32_t room = 0;

    *l = (struct letter){0};
    for (uint32_t i = t.count; i-- > 0;) {
        const struct trace_record *here = trail_record(&t, i);

        if (r->lines[t.items[i]].host != host)
            continue;
        if (here->kind == TRACE_MAIL_COLLECTED) {
            uint32_t from = fetched_from(&t, i);
            return from != NONE && delivered(l, m, &t, from);
        }
        if (here->kind == TRACE_MAIL_DELIVERED)
            return delivered(l, m, &t, i);
        if (here->kind == TRACE_CUSTODY_OPENED || here->kind == TRACE_MAIL_ACCEPTED ||
            is_content(&t, i, LETTER_WRITTEN))
            return add_way(l, m, &room, &t, i) && put_together(l, m);
    }
    return false;
}

uint32_t letter_place(const struct recording *r, uint32_t mail, uint32_t index)
{
    uint32_t place = NONE;

    if (index == NONE || mail == NONE)
        return NONE;
    for (uint32_t i = r->mails[mail].first; i != NONE && i <= index; i = r->lines[i].mail_after) {
        enum trace_kind kind = record_of(r, i)->kind;

        if (kind == TRACE_CUSTODY_OPENED || kind == TRACE_MAIL_DELIVERED ||
            kind == TRACE_MAIL_COLLECTED || (place == NONE && kind == TRACE_MAIL_CONTENT))
            place = r->lines[i].host;
    }
    return place;
}

const struct letter_field *letter_field(const struct letter *l, struct text name)
{
    for (uint32_t i = 0; i < l->field_count; i++)
        if (text_equal_nocase(l->fields[i].name, name))
            return &l->fields[i];
    return NULL;
}
