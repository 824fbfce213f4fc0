/*
 * ladder_parts.h - what the files of the ladder share among themselves.
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
/* "1 line", "2 lines": the words with their blank. */
void ladder_put_count(struct buffer *b, int64_t n, const char *one, const char *several);

#endif
