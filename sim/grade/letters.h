/*
 * letters.h - what an expectation has to know of a mail that is under way: who wrote it when, what its
 * recipients became, and whether it is a report and about whom.
 *
 * Units   simulated nanoseconds.
 * Errors  none: letters_find() is NULL for a mail that is over or unknown.
 * Owner   states live in `memory` from mail.composed until each recipient has its verdict, so memory
 *         grows with what is in flight.
 */
#ifndef SIM_GRADE_LETTERS_H
#define SIM_GRADE_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

#define LETTERS_KINDS                                                                              \
    (UINT64_C(1) << TRACE_MAIL_COMPOSED | UINT64_C(1) << TRACE_MAIL_EXPANDED |                     \
     UINT64_C(1) << TRACE_MAIL_NDR | UINT64_C(1) << TRACE_MAIL_ENDED)

struct letter_expansion {
    struct text from, into;
    struct letter_expansion *next;
};

struct letter_state {
    struct text id, from, subject;
    int64_t composed_ns;
    uint32_t open;    /* recipients without a verdict */
    bool is_report;   /* of whatever action */
    int64_t about_ns; /* a report: when the letter that it is about was written; -1: not known */
    struct letter_expansion *expansions;
    uint32_t *answers; /* a report: the expectations that it would meet if it arrives */
    uint32_t answer_count, answer_capacity;
};

struct letters {
    struct memory *memory;
    struct table by_id; /* -> index in states */
    struct letter_state **states;
    uint32_t count, capacity;
};

void letters_init(struct letters *l, struct memory *m);
void letters_free(struct letters *l);
/* Before the record is judged. */
void letters_record(struct letters *l, const struct trace_record *r);
/* After it: a mail whose last recipient has its verdict is forgotten. */
void letters_forget(struct letters *l, const struct trace_record *r);
struct letter_state *letters_find(const struct letters *l, struct text id);
/* Is this recipient the address `named`, or what aliases and lists made of it? */
bool letter_comes_from(const struct letter_state *s, struct text recipient, struct text named);
/* This report would answer that expectation (once each). */
void letter_note_answer(struct letters *l, struct letter_state *s, uint32_t expectation);

#endif
