/*
 * arrivals.h - small pictures of what has just become of a mail at a host.
 *
 * A letter drops into a mailbox, an hourglass stands by a queue, an octagon where it failed; each fades
 * a moment after its record.
 *
 * Units   milliseconds of presentation time; alpha 0 .. 1.
 * Owner   the caller's: `out` holds ARRIVALS_SHOWN arrivals, or ARRIVAL_WORDS octets.
 * Errors  none: of more arrivals the latest are shown; longer words are cut.
 */
#ifndef RENDER_STAGE_ARRIVALS_H
#define RENDER_STAGE_ARRIVALS_H

#include "render/widgets/ui.h"

enum { ARRIVALS_SHOWN = 6, ARRIVAL_WORDS = 96 };

enum arrival_kind {
    ARRIVAL_COMPOSED,  /* written, into the tray */
    ARRIVAL_REPORT,    /* a report was written */
    ARRIVAL_DELIVERED, /* into a mailbox */
    ARRIVAL_COLLECTED, /* on the reader's own computer */
    ARRIVAL_DEFERRED,
    ARRIVAL_WARNED,
    ARRIVAL_BOUNCED,
    ARRIVAL_EXPIRED,
    ARRIVAL_DISCARDED
};

struct arrival {
    uint32_t record, host, mail;
    uint8_t kind; /* enum arrival_kind */
    double age_ms, alpha;
};

/* Of the story in view first, the latest first; one a host and kind; returns how many. */
uint32_t arrivals_at(const struct ui *ui, struct arrival *out);
/* "bob", "450 try again in 15 min", "550 5.1.1", "written by mail.uni". */
struct text arrival_words(const struct ui *ui, const struct arrival *a, char *out);

#endif
