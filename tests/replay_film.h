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

#define FILM_LAYERS                                                                                \
    (1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP | 1U << TRACE_LAYER_POP3 |                    \
     1U << TRACE_LAYER_DNS | 1U << TRACE_LAYER_TCP)

struct film {
    struct replay_lab *lab; /* borrowed */
    struct recording recording;
    struct steps steps;
    struct pace pace, truth; /* by steps, and true */
    struct lesson lesson;
};

/* Of the first `count` records; film_grow() takes up more, film_make() all of them at once. */
void film_begin(struct film *f, struct replay_lab *l);
void film_grow(struct film *f, uint32_t count);
void film_make(struct film *f, struct replay_lab *l);
/* The first record after `from` of that kind at that host (NULL: any), or RECORDING_NONE. */
uint32_t film_find(const struct film *f, uint32_t from, enum trace_kind kind, const char *host);

#endif
