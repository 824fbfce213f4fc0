/*
 * recent.h - what has just happened: records that are still felt for a moment of presentation time.
 *
 * Units   milliseconds of presentation time.
 * Owner   nothing is kept.
 * Errors  none: for RECORDING_NONE nothing has happened, so the age is negative.
 */
#ifndef RENDER_STAGE_RECENT_H
#define RENDER_STAGE_RECENT_H

#include "render/widgets/ui.h"

/* How long a picture of what happened stays: it stands, then fades. */
#define RECENT_STANDS_MS 900.0
#define RECENT_FADES_MS  500.0
/* What has landed makes room for what comes next. */
#define RECENT_LANDED_MS 350.0

enum { RECENT_MANY = 400 }; /* records looked back at most */

/* Milliseconds since that record; negative: not yet, or veiled. */
double recent_age(const struct ui *ui, uint32_t record);
/* 1 while it stands, then down to 0; landed_alpha: of something that has arrived with that record. */
double recent_alpha(const struct ui *ui, uint32_t record);
double recent_landed_alpha(const struct ui *ui, uint32_t record);
/* The last record, and the one before it as long as it is recent; RECORDING_NONE ends. */
uint32_t recent_first(const struct ui *ui);
uint32_t recent_before(const struct ui *ui, uint32_t record);

#endif
