/*
 * narrate.h - what just happened, in a headline and a sentence or two: for the window.
 *
 * The headline says what this record is ("mx.shop refuses carlo@shop.example: 550"), the detail why, with
 * the rule or the section of an RFC that decided, and what comes next where the record says so.  Nothing
 * is said that the records up to this one do not say.  Hosts are called by their labels in the cast,
 * people by their names if they have one there.
 *
 * Units   headlines of at most NARRATE_HEADLINE characters, details of NARRATE_DETAIL; longer ones are
 *         cut with an ellipsis.
 * Owner   the caller's buffers: clean UTF-8 without line ends or control characters.
 * Errors  none; every record has a headline.
 */
#ifndef SIM_EXPORT_NARRATE_H
#define SIM_EXPORT_NARRATE_H

#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

enum { NARRATE_HEADLINE = 72, NARRATE_DETAIL = 170 };

struct narration {
    struct buffer headline, detail;
    int64_t code; /* of the reply that it is about, for a badge; 0: none */
};

void narration_init(struct narration *n, struct memory *m);
void narration_free(struct narration *n);
/* The record of that index; what the narration held is gone. */
void narrate(struct narration *n, const struct recording *r, uint32_t index);

#endif
