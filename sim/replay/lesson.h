/*
 * lesson.h - cards, notes and questions of a trace's scenario, and where in the trace they belong.
 *
 * All of it is computed from the header's scenario and the records and never enters the trace.  A
 * question stops playback before its record; nothing at or after that record may be hinted at until it
 * is answered (T1).  A run that was changed by what was typed (header.changed) asks nothing, and its
 * first card says why.  Answers are kept apart, with the trace's sha256, the choice and when it was made.
 *
 * Owner   texts live in the memory given.  Grows with the recording: lesson_extend().
 * Errors  lesson_read() is false, with `what`, if the header's scenario is no object.
 */
#ifndef SIM_REPLAY_LESSON_H
#define SIM_REPLAY_LESSON_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/frame.h"
#include "sim/replay/match.h"
#include "sim/replay/recording.h"

struct lesson_card {
    struct text title, text;
};

struct lesson_note {
    struct matcher on;
    struct text say;
    uint32_t first; /* the first record that it is said of; NONE: none yet */
};

enum { LESSON_CHOICES_MAX = 9, LESSON_VOTES = 2 };

struct lesson_prompt {
    struct text id, ask, because, answer;
    struct text choices[LESSON_CHOICES_MAX];
    uint32_t choice_count;
    struct matcher before;
    /* The first that fits, of a reply the first that leads to it; NONE: none yet. */
    uint32_t record;
    /* ---- what the class said ---- */
    int32_t votes[LESSON_VOTES];      /* index of the choice, -1: none yet */
    int64_t voted_unix[LESSON_VOTES]; /* when, seconds of UTC */
    uint32_t vote_count;              /* votes begun: the last of them may still be changed */
    bool revealed;
};

struct lesson {
    struct memory *memory;
    const struct recording *recording;
    struct lesson_card *cards;
    uint32_t card_count;
    struct lesson_note *notes;
    uint32_t note_count;
    struct lesson_prompt *prompts;
    uint32_t prompt_count;
    uint32_t *note_of; /* by record: 1 + index of its note, 0: none */
    uint32_t taken, room;
    struct match_ends ends;
};

bool lesson_read(struct lesson *l, struct memory *m, const struct replay_header *header,
                 const struct recording *r, struct buffer *what);
void lesson_extend(struct lesson *l);
/* The note of that record, or empty. */
struct text lesson_note(const struct lesson *l, uint32_t record);
/* The first question after `from` (RECORDING_NONE: the beginning) and up to `to` that is not revealed. */
struct lesson_prompt *lesson_next(const struct lesson *l, uint32_t from, uint32_t to);
/* The record of the first question that is not revealed: nothing from it on may be hinted at; or
 * RECORDING_NONE. */
uint32_t lesson_veil(const struct lesson *l);

/* ---- answers: whoever calls says what time it is ---- */

/* Takes a choice for the vote at hand; before the answer is shown it may be changed. */
void lesson_vote(struct lesson_prompt *p, int32_t choice, int64_t at_unix);
/* Asks again: the next choice is a second vote.  False: it was not voted yet, or twice already. */
bool lesson_vote_again(struct lesson_prompt *p);
bool lesson_is_right(const struct lesson_prompt *p, int32_t choice);
/* As if nobody had answered. */
void lesson_reset(struct lesson *l);
/* {"smtplab_answers": 1, "trace_sha256": "...", "answers": [
 *   {"id": "...", "choice": "...", "correct": true, "vote": 1, "at_utc": "2026-03-02T09:00:00Z"}]}:
 * an entry for each vote, in the order of the scenario's questions. */
void lesson_put_answers(struct buffer *out, const struct lesson *l, const char *sha256);

#endif
