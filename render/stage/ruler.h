/*
 * ruler.h - the tries of a queued mail on a ruler of minutes, hours or days.
 *
 * From when the mail entered that host's queue to now or the next try: each try with the class of its
 * answer, the warning, the end, and a hand that says now.  Only what has happened is on it.
 *
 * Units   simulated nanoseconds.
 * Owner   the caller's.
 * Errors  false: there is no ruler; of more than RULER_TICKS ticks the first ones are left out.
 */
#ifndef RENDER_STAGE_RULER_H
#define RENDER_STAGE_RULER_H

#include "render/widgets/ui.h"

enum { RULER_TICKS = 128 };

enum ruler_kind {
    RULER_TRY,
    RULER_WARNED,  /* a flag */
    RULER_EXPIRED, /* a wall */
    RULER_BOUNCED, /* an octagon */
    RULER_TAKEN    /* the next host took it, or it is in the mailbox */
};

struct ruler_tick {
    uint32_t record;
    int64_t time_ns;
    uint8_t kind;  /* enum ruler_kind */
    int64_t code;  /* of a try's answer; 0: there was none */
    bool answered; /* what became of the try is known */
};

struct ruler {
    uint32_t host, mail;
    int64_t start_ns, now_ns, end_ns; /* end: of what is shown */
    int64_t next_ns;                  /* the next try; -1: none is due */
    bool over;                        /* nothing waits any more */
    uint32_t tries;
    struct ruler_tick ticks[RULER_TICKS]; /* in their order; of more, the last ones */
    uint32_t count;
};

/* The ruler of the mail in view, at the host where it waits (or waited last); false: it never had to. */
bool ruler_at(const struct ui *ui, struct ruler *out);
/* A round distance between marks, so that there are about `marks` of them. */
int64_t ruler_step(const struct ruler *r, int marks);
/* "5 min", "2 h", "3 d", "1 h 30 min". */
struct text ruler_time(int64_t length_ns, char out[32]);

#endif
