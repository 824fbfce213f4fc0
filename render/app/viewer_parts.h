/*
 * viewer_parts.h - what the viewer's files share: going somewhere in time.
 *
 * Units   presentation time in milliseconds, as in pace.h; rects in points.
 * Owner   the viewer owns all that it shows; these borrow it.
 * Errors  *done false: the action is known, but there is nothing to do it to (no such record, the end is
 *         reached, a question stands before it).
 */
#ifndef RENDER_APP_VIEWER_PARTS_H
#define RENDER_APP_VIEWER_PARTS_H

#include "render/app/viewer.h"

/* The record from which on nothing may be shown, or RECORDING_NONE. */
uint32_t viewer_veil(const struct viewer *v);
void viewer_go_record(struct viewer *v, uint32_t index);
/* The record that is shown, or that one glides to. */
uint32_t viewer_record(const struct viewer *v);
/* Turns to another run of the same scenario, which stays the caller's; what is not there in it is no
 * longer chosen. */
void viewer_turn_to(struct viewer *v, struct film *film);
/* The run with the change that the comparison is about, or NULL. */
struct film *viewer_changed(const struct viewer *v);
/* A line of the comparison: it is chosen, or if it is already, unfolded, or one goes there. */
bool viewer_compare_line(struct viewer *v, int64_t number);
/* A click on it, which unfolds a fold at once; a key while the comparison is open. */
bool viewer_compare_click(struct viewer *v, int64_t number);
bool viewer_compare_key(struct viewer *v, struct text key);
/* Closes the run with the change, if it is aside. */
void viewer_drop_aside(struct viewer *v);
/* Carries out the actions that are about time; false: it is not one of them. */
bool viewer_do_time(struct viewer *v, const struct action *action, bool *done);
/* Those that choose the next thing of a kind. */
bool viewer_do_choose(struct viewer *v, enum act act, bool *done);
/* The line at the bottom, and the whole of a text that was cut, below the pointer. */
void viewer_draw_status(struct viewer *v);
void viewer_draw_tip(struct viewer *v);
/* An overlay's plate over the dimmed picture; returns what is inside. */
struct rect viewer_plate(struct viewer *v, struct rect r, struct rect box);
/* The help, the search's line, what is asked about a run that is not saved. */
void viewer_draw_help(struct viewer *v, struct rect r);
void viewer_draw_search(struct viewer *v, struct rect r);
void viewer_draw_unsaved(struct viewer *v, struct rect r);
/* Would a changed run be lost that was not saved?  Then it is asked, once, and this waits. */
bool viewer_asks(struct viewer *v, enum act what, int64_t number);
/* The answer: ACT_SAVE, what waits, or ACT_RELEASE to stay. */
bool viewer_unsaved_act(struct viewer *v, enum act answer);
bool viewer_unsaved_key(struct viewer *v, struct text key);
/* Does a line take what is typed? */
bool viewer_wants_text(const struct viewer *v);
/* A number for what covers the story: overlay, card, question, its votes; and which story it is. */
uint64_t viewer_cover(const struct viewer *v);
/* What has come up below the pointer is not lit before it moves. */
void viewer_rest(struct viewer *v);

#endif
