/*
 * replay_film.h - a run with all that plays it back: recording, steps, pace, lesson.
 */
#ifndef TESTS_REPLAY_FILM_H
#define TESTS_REPLAY_FILM_H

#include "sim/replay/lesson.h"
#include "sim/replay/pace.h"
#include "sim/replay/recording.h"
#include "sim/replay/steps.h"
#include "tests/replay_lab.h"

struct played {
    struct replay_lab *lab; /* borrowed */
    struct recording recording;
    struct steps steps;
    struct pace pace, truth; /* by steps, and true */
    struct lesson lesson;
};

/* Of the first `count` records; played_grow() takes up more, played_make() all of them at once. */
void played_begin(struct played *f, struct replay_lab *l);
void played_grow(struct played *f, uint32_t count);
void played_make(struct played *f, struct replay_lab *l);
/* The first record after `from` of that kind at that host (NULL: any), or RECORDING_NONE. */
uint32_t played_find(const struct played *f, uint32_t from, enum trace_kind kind, const char *host);

#endif
