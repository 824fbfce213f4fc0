/*
 * compare_parts.h - what the files of the comparison share among themselves.
 *
 * Owner   as in compare.h.  Errors none.
 */
#ifndef RENDER_PANELS_COMPARE_PARTS_H
#define RENDER_PANELS_COMPARE_PARTS_H

#include "render/panels/compare.h"
#include "sim/kernel/text.h"

/* Times closer than this are the same: a ladder tells hundredths of a second. */
#define COMPARE_INSTANT_NS (INT64_C(10000000))

static inline int64_t compare_time(const struct compare_side *side, uint32_t record)
{
    return side->recording->lines[record].record->time_ns;
}

/* What rows say, as keys that are the same in both runs. */
struct compare_keys {
    const struct ladder *ladder;
    struct buffer text;
};

void compare_keys_init(struct compare_keys *k, const struct ladder *l, struct memory *m);
void compare_keys_free(struct compare_keys *k);
uint64_t compare_same_key(struct compare_keys *k, uint32_t row);
uint64_t compare_like_key(struct compare_keys *k, uint32_t row);

/* Fills `twins`. */
void compare_match_mails(struct compare_runs *runs);
/* Fills the ladders' hosts, `lines`, `first` and `chosen`; the ladders are there. */
void compare_make_lines(struct compare_runs *runs);
/* Fills `fates`. */
void compare_find_fates(struct compare_runs *runs);
/* Fills `words`, `cause`, `change`. */
void compare_say(struct compare_runs *runs);
/* The record of the change, if that is what differs first; of the run that has it.  NONE: it is not. */
uint32_t compare_change(const struct compare_runs *runs, int *side);

/* What became of each recipient, a line for each, on both sides; and how high that is. */
double compare_fates_height(struct ui *ui, const struct compare_runs *runs);
void compare_draw_fates(struct ui *ui, const struct compare_runs *runs,
                        const struct rect rects[COMPARE_SIDES]);

#endif
