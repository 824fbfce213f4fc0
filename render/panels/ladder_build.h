/*
 * ladder_build.h - how rows are found, for ladder_rows.c (a connection) and ladder_hops.c (a message).
 *
 * Index   as in ladder_rows.h.
 * Owner   rows go into the ladder's memory; what the builder itself needs is given back by build_end().
 * Errors  none.
 */
#ifndef RENDER_PANELS_LADDER_BUILD_H
#define RENDER_PANELS_LADDER_BUILD_H

#include "render/panels/ladder_rows.h"

/* What is known of a connection while its records pass. */
struct link {
    uint32_t conn;
    uint32_t last;             /* its last row, or NONE */
    uint32_t asked;            /* the row that waits for a verdict, or NONE */
    uint32_t sealing, closing; /* the rows of its TLS and its end, or NONE */
    uint16_t group;
    bool sealed;
};

struct builder {
    struct ladder *l;
    struct link *links; /* by connection */
    uint32_t link_count, link_capacity;
};

/* Which of a record's chains is followed. */
enum chain { BY_CONN, BY_MAIL };

static inline const struct recording_line *build_line(const struct builder *b, uint32_t record)
{
    return &b->l->recording->lines[record];
}

static inline enum trace_kind build_kind(const struct builder *b, uint32_t record)
{
    return build_line(b, record)->record->kind;
}

void build_begin(struct builder *b, struct ladder *l, struct memory *m, const struct recording *r,
                 uint32_t limit);
/* The last record of the chain that counts, and the first to look at, so that there are not more than
 * `records`. */
uint32_t build_last(const struct ladder *l, uint32_t number, uint32_t last, enum chain chain);
uint32_t build_first(struct ladder *l, uint32_t first, uint32_t last, uint32_t records,
                     enum chain chain);
struct ladder_row *build_row(struct builder *b, uint32_t record, enum ladder_what what);
/* Notes that a record belongs to a row. */
void build_place(struct builder *b, uint32_t record, uint32_t row);
void build_attach(struct builder *b, uint32_t record);
void build_conn_record(struct builder *b, uint32_t record);
/* What never arrives is known to be lost when its connection, or the answer's time, is over. */
void build_losses(struct builder *b);
void build_end(struct builder *b);

#endif
