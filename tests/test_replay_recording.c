/*
 * How the records of a trace belong together: pairs, losses, chains, queues.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/replay/record.h"
#include "sim/replay/recording.h"
#include "tests/replay_lab.h"

#define NONE RECORDING_NONE

static void record(struct recording *r, struct replay_lab *l)
{
    recording_init(r, l->memory, &l->cast);
    for (uint32_t i = 0; i < l->count; i++)
        recording_add(r, l->records[i]);
    recording_end(r);
}

static struct text words(struct replay_lab *l, const struct recording_line *line)
{
    struct buffer b;

    buffer_init(&b, l->memory);
    record_put(&b, line->record);
    return buffer_text(&b);
}

/* ---- pairs -------------------------------------------------------------------------------- */

/* What both ends of a pair must say alike. */
static bool same_words(const struct recording_line *a, const struct recording_line *b)
{
    const struct trace_smtp_reply *x = a->record->data, *y = b->record->data;

    switch (a->travel) {
    case TRAVEL_COMMAND:
        if (a->record->kind == TRACE_POP3_COMMAND)
            return text_equal(RECORDING_DATA(a, pop3_command)->line,
                              RECORDING_DATA(b, pop3_command)->line);
        return text_equal(RECORDING_DATA(a, smtp_command)->line,
                          RECORDING_DATA(b, smtp_command)->line);
    case TRAVEL_REPLY:
        if (a->record->kind == TRACE_POP3_REPLY)
            return text_equal(RECORDING_DATA(a, pop3_reply)->line,
                              RECORDING_DATA(b, pop3_reply)->line);
        if (x->code != y->code || x->lines.count != y->lines.count)
            return false;
        for (uint32_t i = 0; i < x->lines.count; i++)
            if (!text_equal(x->lines.items[i], y->lines.items[i]))
                return false;
        return text_equal(x->enhanced, y->enhanced);
    case TRAVEL_QUESTION:
        return RECORDING_DATA(a, dns_query)->id == RECORDING_DATA(b, dns_query)->id &&
               text_equal(RECORDING_DATA(a, dns_query)->name, RECORDING_DATA(b, dns_query)->name) &&
               text_equal(RECORDING_DATA(a, dns_query)->type, RECORDING_DATA(b, dns_query)->type);
    case TRAVEL_ANSWER:
        return RECORDING_DATA(a, dns_answer)->id == RECORDING_DATA(b, dns_answer)->id &&
               text_equal(RECORDING_DATA(a, dns_answer)->name,
                          RECORDING_DATA(b, dns_answer)->name) &&
               RECORDING_DATA(a, dns_answer)->answers.count ==
                   RECORDING_DATA(b, dns_answer)->answers.count;
    default: return true;
    }
}

static void check_pair(struct replay_lab *l, const struct recording *r, uint32_t i,
                       const char *name)
{
    const struct recording_line *a = &r->lines[i], *b = &r->lines[a->pair];

    cr_assert(a->leaves && !b->leaves && a->pair > i && b->pair == i && !a->lost, "%s: %.*s", name,
              TEXT_ARG(words(l, a)));
    cr_assert(a->record->kind == b->record->kind && a->travel == b->travel);
    cr_assert(a->record->time_ns <= b->record->time_ns);
    cr_assert(a->conn == b->conn && a->host == b->other && a->other == b->host, "%s: %.*s", name,
              TEXT_ARG(words(l, a)));
    cr_assert(same_words(a, b), "%s: %.*s", name, TEXT_ARG(words(l, a)));
}

static void check_travels(struct replay_lab *l, const struct recording *r, const char *name)
{
    bool wild = strcmp(name, "smuggled") == 0;

    for (uint32_t i = 0; i < r->count; i++) {
        const struct recording_line *line = &r->lines[i];

        if (line->travel == TRAVEL_NOT)
            continue;
        if (line->leaves && line->pair != NONE)
            check_pair(l, r, i, name);
        else if (line->leaves)
            cr_expect(line->lost && line->over != NONE && line->over >= i,
                      "%s: under way for ever: %.*s", name, TEXT_ARG(words(l, line)));
        else
            cr_expect(line->pair != NONE || wild, "%s: from nowhere: %.*s", name,
                      TEXT_ARG(words(l, line)));
    }
}

static void pairs_of(struct replay_lab *l, const char *name)
{
    struct recording r;

    record(&r, l);
    check_travels(l, &r, name);
}

Test(replay_recording, pairs)
{
    replay_lab_each(TRACE_ALL_LAYERS, pairs_of);
}
