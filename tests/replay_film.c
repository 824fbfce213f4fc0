/*
 * replay_film.c - see replay_film.h.
 */
#include "tests/replay_film.h"

#include <criterion/criterion.h>

void film_begin(struct film *f, struct replay_lab *l)
{
    struct buffer what;

    *f = (struct film){.lab = l};
    buffer_init(&what, l->memory);
    recording_init(&f->recording, l->memory, &l->cast);
    steps_init(&f->steps, l->memory, &f->recording);
    pace_init(&f->pace, l->memory, &f->recording, PACE_STEPS);
    pace_init(&f->truth, l->memory, &f->recording, PACE_TRUE);
    cr_assert(lesson_read(&f->lesson, l->memory, &l->header, &f->recording, &what), "%.*s",
              TEXT_ARG(buffer_text(&what)));
}

void film_grow(struct film *f, uint32_t count)
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

void film_make(struct film *f, struct replay_lab *l)
{
    film_begin(f, l);
    film_grow(f, l->count);
}

uint32_t film_find(const struct film *f, uint32_t from, enum trace_kind kind, const char *host)
{
    for (uint32_t i = from == RECORDING_NONE ? 0 : from + 1; i < f->recording.count; i++) {
        const struct trace_record *r = f->recording.lines[i].record;

        if (r->kind == kind && (!host || text_equal(r->where.host, text_of(host))))
            return i;
    }
    return RECORDING_NONE;
}
