/*
 * way.h - the way back: a report's own stops, the way out of the mail that it is about, the thread between.
 *
 * A report is a new mail with a route of its own.  Its hops have numbers; the hops of the original are
 * grey; a thread leads from where the original failed to the host that would not have it.
 *
 * Owner   the caller's; `recipient` is borrowed from the recording.
 * Errors  false: there is no way back to show; hops beyond WAY_HOPS are left out.
 */
#ifndef RENDER_STAGE_WAY_H
#define RENDER_STAGE_WAY_H

#include "render/widgets/ui.h"

enum { WAY_HOPS = 48 };

struct way_hop {
    uint32_t from, to; /* hosts */
    uint32_t record;   /* mail.relayed */
};

struct way {
    uint32_t mail, about;
    uint32_t writer;               /* host that wrote the report */
    uint32_t failed;               /* host that would not have the original, or NONE */
    struct text recipient;         /* for whom it is, the first of them */
    int class;                     /* of what it says: 5 failed, 4 delayed, 2 fine */
    struct way_hop out[WAY_HOPS];  /* of the original, greyed */
    struct way_hop back[WAY_HOPS]; /* of the report, numbered from 1 */
    uint32_t out_count, back_count;
};

/* Of the mail in view, if it is a report on one that is known. */
bool way_at(const struct ui *ui, struct way *out);
/* The hops of a mail up to now: each pair of hosts once, in their order. */
uint32_t way_hops(const struct ui *ui, uint32_t mail, struct way_hop *out, uint32_t room);

#endif
