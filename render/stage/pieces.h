/*
 * pieces.h - the small things that move, each drawn around a point.
 *
 * A client's command is a tag that points where it goes; a server's reply is a pill with the shape of its
 * class; the letter is an envelope; a look-up is a round plate with a question mark, or its answer.
 *
 * Units   points; alpha 0 .. 1.
 * Owner   nothing is kept but the canvas's sprites of envelopes and motes.
 * Errors  none: words that do not fit end with an ellipsis.
 */
#ifndef RENDER_STAGE_PIECES_H
#define RENDER_STAGE_PIECES_H

#include "render/widgets/ui.h"

enum piece_shape { PIECE_PLATE, PIECE_TAG_RIGHT, PIECE_TAG_LEFT };

struct piece {
    enum piece_shape shape;
    struct text words;
    enum font font;
    enum icon icon; /* before the words; ICON_COUNT: none */
    int class;      /* shape of a reply class before the words; 0: none, -1: a question mark */
    enum colour ink, fill, edge;
    double alpha;
};

/* Size of that piece; its words shortened to max_width (0: as they are). */
struct point piece_size(const struct ui *ui, const struct piece *p, double max_width);
struct rect piece_draw(struct ui *ui, const struct piece *p, struct point middle, double max_width);

enum letter { LETTER_MAIL, LETTER_REPORT, LETTER_SPAM };
/* An envelope of that width. */
void letter_draw(struct ui *ui, enum letter kind, struct point middle, double width, double alpha);
/* A small mark for what is not in view: a few points large, copied. */
void mote_draw(struct ui *ui, uint8_t travel, int class, struct point at, double alpha);
/* A cross at that point and why. */
void cross_draw(struct ui *ui, struct point at, struct text why, double alpha);
/* The baton: whole, or its left or right half. */
enum baton { BATON_WHOLE, BATON_GIVER, BATON_TAKER };
void baton_draw(struct ui *ui, enum baton kind, struct point middle, double size, double alpha);

/* The letter that a mail is. */
enum letter letter_of(const struct ui *ui, uint32_t mail);
/* Text that fits into a rect of that kind of thing. */
void words_in(struct ui *ui, enum font font, double size, enum colour ink, enum align align,
              struct rect r, struct text words);

#endif
