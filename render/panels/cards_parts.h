/*
 * cards_parts.h - what cards and questions share: their surface, their buttons, and where panels stand.
 *
 * Units   points.
 * Owner   everything is borrowed for the frame.
 * Errors  none.
 */
#ifndef RENDER_PANELS_CARDS_PARTS_H
#define RENDER_PANELS_CARDS_PARTS_H

#include "render/panels/cards.h"

/* Around what is written, small text, between paragraphs; octets of a heading. */
enum { CARDS_PAD = 24, CARDS_SMALL = 16, CARDS_GAP = 12, CARDS_WORDS = 64 };

/* How much larger than usual text is wished; at least 1. */
double cards_text_factor(const struct ui *ui);
/* Where a panel stands in this frame; false: it is not shown. */
bool cards_panel(const struct ui *ui, enum panel panel, struct rect *out);
void cards_surface(struct ui *ui, struct rect r);
/* A button from the right of a row; returns what is left of it. */
struct rect cards_button(struct ui *ui, struct rect row, const char *word, enum act act);
double cards_row_height(const struct ui *ui);

void cards_question_draw(struct ui *ui, struct rect all);

#endif
