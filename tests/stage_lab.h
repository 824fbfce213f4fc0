/*
 * stage_lab.h - a run with all that a window knows about it, at any moment; without a window.
 *
 * Inline, for tests that are linked with librender.
 */
#ifndef TESTS_STAGE_LAB_H
#define TESTS_STAGE_LAB_H

#include <criterion/criterion.h>

#include "render/widgets/ui.h"
#include "tests/replay_lab.h"

#define NONE RECORDING_NONE

struct stage {
    struct recording recording;
    struct scenes scenes;
    struct pace pace;
    struct steps steps;
    struct ui ui;
};

/* With the first `count` records of the run; those of all layers but the octets'. */
static inline void stage_open(struct stage *s, struct replay_lab *l, uint32_t count)
{
    *s = (struct stage){.ui = {.pointer = {-1, -1}}};
    recording_init(&s->recording, l->memory, &l->cast);
    for (uint32_t i = 0; i < l->count && s->recording.count < count; i++)
        if (recording_kinds() >> l->records[i]->kind & 1)
            recording_add(&s->recording, l->records[i]);
    if (count == UINT32_MAX)
        recording_end(&s->recording);
    scenes_init(&s->scenes, l->memory, &s->recording, 16 << 20);
    pace_init(&s->pace, l->memory, &s->recording, PACE_STEPS);
    pace_extend(&s->pace);
    steps_init(&s->steps, l->memory, &s->recording);
    steps_extend(&s->steps);
    s->ui.choice.host = s->ui.choice.conn = s->ui.choice.mail = s->ui.choice.record = NONE;
    s->ui.wish = (struct wish){.text = 1, .speed = 1};
    s->ui.moment = (struct moment){.cast = &l->cast,
                                   .recording = &s->recording,
                                   .pace = &s->pace,
                                   .steps = &s->steps,
                                   .veil = NONE};
}

static inline void stage_at(struct stage *s, double ms)
{
    struct moment *m = &s->ui.moment;

    m->ms = ms;
    m->place = pace_place(&s->pace, ms);
    m->scene = scenes_seek(&s->scenes, m->place.index);
}

/* The moments that a test looks at: each record, and half-way to the next. */
static inline void stage_each_moment(struct stage *s, void (*look)(struct stage *s))
{
    for (uint32_t i = 0; i < s->recording.count; i++) {
        double at = pace_when(&s->pace, i),
               next = i + 1 < s->recording.count ? pace_when(&s->pace, i + 1) : at + 400;

        if (i + 1 == s->recording.count || next > at) { /* the last of its instant */
            stage_at(s, at);
            look(s);
            stage_at(s, (at + next) / 2);
            look(s);
        }
    }
}

/* What stage_everywhere() looks with: replay_lab_each() hands on no more than the run. */
static void (*stage_look)(struct stage *s);

static inline void stage_look_through(struct replay_lab *l, const char *name)
{
    struct stage s;

    (void)name;
    stage_open(&s, l, UINT32_MAX);
    stage_each_moment(&s, stage_look);
}

/* Looks at each moment of every bundled scenario and of so many random worlds. */
static inline void stage_everywhere(void (*look)(struct stage *s), unsigned worlds)
{
    stage_look = look;
    replay_lab_each(WATCHED_LAYERS, stage_look_through);
    if (worlds > 0)
        replay_lab_swarm(100, worlds, WATCHED_LAYERS, stage_look_through);
}

/* The first record from `from` on of that kind, or NONE. */
static inline uint32_t stage_find(const struct stage *s, enum trace_kind kind, uint32_t from)
{
    for (uint32_t i = from; i < s->recording.count; i++)
        if (s->recording.lines[i].record->kind == kind)
            return i;
    return NONE;
}

static inline uint32_t stage_host(const struct stage *s, const char *name)
{
    return cast_host(s->recording.cast, text_of(name));
}

#endif
