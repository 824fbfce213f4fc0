/*
 * steps_parts.h - what the files of steps share.
 *
 * Owner   chapters live in the memory of the steps; nothing else is kept.
 * Errors  none: what begins nothing of its own goes on with the chapter before it.
 */
#ifndef SIM_REPLAY_STEPS_PARTS_H
#define SIM_REPLAY_STEPS_PARTS_H

#include "sim/replay/steps.h"

/* The last step is in the last chapter, or begins a new one. */
void steps_put_chapter(struct steps *s, const struct recording_line *line);
/* Was that mail written by a stranger, before `record` or there? */
bool steps_is_abuse(const struct recording *r, uint32_t mail, uint32_t record);

#endif
