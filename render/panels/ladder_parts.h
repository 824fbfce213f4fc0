/*
 * ladder_parts.h - what the files of the ladder share among themselves.
 *
 * Units   points; times of records in nanoseconds, as in the trace.
 * Owner   a ladder_view and its memory live for one drawing (ladder.c, ladder_print.c); `text` and `more`
 *         hold the words of the row that was said last.
 * Errors  none: a row without a host says "somebody".
 */
#ifndef RENDER_PANELS_LADDER_PARTS_H
#define RENDER_PANELS_LADDER_PARTS_H

#include "render/panels/ladder_rows.h"
#include "render/widgets/ui.h"
#include "sim/kernel/text.h"

#define LADDER_MS     (INT64_C(1000000))
#define LADDER_SECOND (1000 * LADDER_MS)

static inline const struct recording_line *ladder_line(const struct ladder *l, uint32_t record)
{
    return &l->recording->lines[record];
}

static inline enum trace_kind ladder_kind(const struct ladder *l, uint32_t record)
{
    return ladder_line(l, record)->record->kind;
}

static inline int64_t ladder_time(const struct ladder *l, uint32_t record)
{
    return ladder_line(l, record)->record->time_ns;
}

#define LADDER_DATA(l, record, name) RECORDING_DATA(ladder_line(l, record), name)

/* The host's label; "somebody" if it is not in the cast. */
struct text ladder_host(const struct ladder *l, uint32_t host);
/* What the server read is not what the client sent: the letter had an end of data inside. */
bool ladder_letter_differs(const struct ladder *l, const struct ladder_row *row);
/* "1 line", "2 lines": the words with their blank. */
void ladder_put_count(struct buffer *b, int64_t n, const char *one, const char *several);

/* ---- a ladder on the canvas -------------------------------------------------------------------- */

/* Where a row is, from the first row's upper edge. */
struct ladder_box {
    double y, h;
    uint32_t lines; /* of the reply: 1, or all if it is unfolded */
    uint32_t drawn; /* lines of text: more than `lines` if a long one is shown whole */
    bool below;     /* its remark has a line of its own */
};

struct ladder_view {
    struct ui *ui;
    struct memory memory;
    struct buffer text, more;
    struct ladder l;
    struct rect area;      /* of the rows */
    double left, right;    /* lifelines of a connection */
    double text_x, text_w; /* where words may stand */
    double said;           /* size of what is said, points */
    uint32_t lanes;        /* lifelines of a whole message; 0: a connection */
    double lane_x, lane_w; /* the first one, and from one to the next */
    double line, small, gap,
        time_w;               /* heights of lines; below a text, for its arrow; of the times */
    uint32_t current, chosen; /* rows, or NONE */
    bool quiet;               /* rows cannot be clicked */
    bool room;                /* room mode: few rows, large */
    uint32_t middle, partner; /* room mode: the row that is looked at, and what it answers */
    bool paper;               /* printed: everything is unfolded, nothing moves */
    struct ladder_box *boxes; /* one for each row */
    double total;             /* height of all rows */
    uint32_t from, to;        /* rows that are shown: [from, to) */
    double above;             /* free space above the first of them */
};

/* Octets of t that go on one line of `columns` characters, broken between words if there is one. */
size_t ladder_break(struct text t, size_t columns);
/* Characters of what is said that fit between the lifelines; the shape of a reply takes some room. */
size_t ladder_columns(struct ladder_view *v, const struct ladder_row *row);
/* Styles: what is said, strong and plain; remarks. */
struct style ladder_strong(const struct ladder_view *v, enum colour colour);
struct style ladder_plain(const struct ladder_view *v);
struct style ladder_remark(enum colour colour);
/* The shape of a reply's class with its distance to the text. */
double ladder_mark_width(const struct ladder_view *v);
/* The icon or shape before a sentence with its distance; 0: none. */
double ladder_sign_width(const struct ladder_view *v, const struct ladder_row *row);
/* How far the words of what nobody sent are moved in. */
double ladder_inside(const struct ladder_view *v, const struct ladder_row *row);
/* Do its words begin at the left? */
bool ladder_leads(const struct ladder_view *v, uint32_t row);

/* Where everything is in this area, of a connection's ladder or of a whole message's. */
void ladder_place_rows(struct ladder_view *v, struct rect area);
/* Which rows are shown: the current one with what is around it, moved by choice.ladder_scroll. */
void ladder_choose_rows(struct ladder_view *v);
double ladder_row_y(const struct ladder_view *v, uint32_t row);

/* ---- of a connection */
void ladder_paint_rows(struct ladder_view *v);
/* What is under way, as far as it has come; each frame. */
void ladder_paint_moving(struct ladder_view *v);
/* Names, roles and addresses of both ends. */
double ladder_plates_height(struct ladder_view *v);
void ladder_paint_plates(struct ladder_view *v, struct rect r);

/* ---- in room mode */
/* The reply to a command or letter, what a reply answers; or NONE. */
uint32_t ladder_partner(const struct ladder *l, uint32_t row);
/* Rows that are not shown get no height. */
void ladder_room_choose(struct ladder_view *v);
void ladder_room_tick(struct ladder_view *v, uint32_t row);
static inline bool ladder_room_large(const struct ladder_view *v, uint32_t row)
{
    return row == v->middle || row == v->partner;
}

/* ---- of a whole message */
/* How many lifelines there will be in that width, and how high their names are. */
void ladder_all_lanes(struct ladder_view *v, double width);
double ladder_all_head_height(struct ladder_view *v);
void ladder_all_paint(struct ladder_view *v, struct rect head);
/* The same in two: the hosts' names, and the rows, of which those without a height are left out. */
void ladder_all_paint_head(struct ladder_view *v, struct rect head);
void ladder_all_paint_rows(struct ladder_view *v);
void ladder_all_moving(struct ladder_view *v);

/* ---- of both */
void ladder_paint_time(struct ladder_view *v, uint32_t row);
void ladder_paint_box(struct ladder_view *v, uint32_t row);
void ladder_paint_hit(struct ladder_view *v, uint32_t row);
void ladder_paint_words(struct ladder_view *v, uint32_t row);
void ladder_cross(struct canvas *c, struct point at, double size, enum colour colour);
bool ladder_under_way(const struct ladder_row *row);
/* 0 .. 1: how far what is under way has come. */
double ladder_part(const struct ladder_view *v, const struct ladder_row *row);

/* The row's sentence and its remark, in v->text and v->more. */
size_t ladder_say(struct ladder_view *v, const struct ladder_row *row, uint32_t line);
void ladder_say_more(struct ladder_view *v, uint32_t row);
/* Colours of a row's arrow, and of its code or verb. */
enum colour ladder_stroke(const struct ladder_view *v, const struct ladder_row *row);
enum colour ladder_ink(const struct ladder_view *v, const struct ladder_row *row);

#endif
