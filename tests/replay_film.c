/*
 * replay_film.c - see replay_film.h.
 */
#include "tests/replay_film.h"

#include <criterion/criterion.h>

void played_begin(struct played *f, struct replay_lab *l)
{
    struct buffer what;

    *f = (struct played){.lab = l};
    buffer_init(&what, l->memory);
    recording_init(&f->recording, l->memory, &l->cast);
    steps_init(&f->steps, l->memory, &f->recording);
    pace_init(&f->pace, l->memory, &f->recording, PACE_STEPS);
    pace_init(&f->truth, l->memory, &f->recording, PACE_TRUE);
    cr_assert(lesson_read(&f->lesson, l->memory, &l->header, &f->recording, &what), "%.*s",
              TEXT_ARG(buffer_text(&what)));
}

void played_grow(struct played *f, uint32_t count)
{
    for (uint32_t i = 0; i < count && f->recording.count < f->lab->count; i++)
        recording_add(&f->recording, f->lab->records[f->recording.count]);
    if (f->recording.count == f->lab->count)
        recording_end(&f->recording);
    steps_extend(&f->steps);
    pace_extend(&f->pace);
    pace_extend(&f->truth);
    lesson_extend(&f->lesson);
}

void played_make(struct played *f, struct replay_lab *l)
{
    played_begin(f, l);
    played_grow(f, l->count);
}

uint32_t played_find(const struct played *f, uint32_t from, enum trace_kind kind, const char *host)
{
    for (uint32_t i = from == RECORDING_NONE ? 0 : from + 1; i < f->recording.count; i++) {
        const struct trace_record *r = f->recording.lines[i].record;

        if (r->kind == kind && (!host || text_equal(r->where.host, text_of(host))))
            return i;
    }
    return RECORDING_NONE;
}
