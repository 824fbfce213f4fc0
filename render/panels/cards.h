/*
 * cards.h - the lesson's cards before time starts, and its questions: what stands before the picture.
 *
 * Which one is part of `struct choice` (card, prompt); votes are the lesson's.  While a card or a
 * question stands there, time does not run.  A question is asked (keys 1 to 9 choose, V asks again),
 * then answered (Return), and the next Return goes on and lets it happen.  The app opens a question when
 * playback, a step or a seek would pass its record: choice.prompt = its index, and the place stays before
 * the record.
 *
 * Owner   everything is borrowed.  Errors  none.
 */
#ifndef RENDER_PANELS_CARDS_H
#define RENDER_PANELS_CARDS_H

#include "render/widgets/ui.h"

enum cards_shown { CARDS_NOTHING, CARDS_CARD, CARDS_QUESTION, CARDS_ANSWER };
enum cards_shown cards_shown(const struct choice *choice, const struct lesson *lesson);
/* The question or answer that is shown, or NULL. */
struct lesson_prompt *cards_prompt(const struct choice *choice, const struct lesson *lesson);

/* Carries out ANSWER, REVEAL, VOTE, SKIP and BACK (one card back); true: the action was for what is shown.
 * `now_unix` is written beside a vote.  *play: nothing is left to read, time may run. */
bool cards_act(struct choice *choice, struct lesson *lesson, const struct action *action,
               int64_t now_unix, bool *play);

/* Over the whole window `r`; nothing if nothing is shown. */
void cards_draw(struct ui *ui, struct rect r);

#endif
