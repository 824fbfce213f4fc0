/*
 * abuse.h - what an open relay looks like: one letter in, many copies out, honest mail behind them.
 *
 * All numbers are counted from records up to now.  A host's address that a blocklist lists bears a plate.
 *
 * Owner   the caller's: structs, and `out` of ABUSE_WORDS octets.
 * Errors  none: false or empty where the records show no abuse; longer words are cut.
 */
#ifndef RENDER_STAGE_ABUSE_H
#define RENDER_STAGE_ABUSE_H

#include "render/widgets/ui.h"

enum { ABUSE_WAYS = 8, ABUSE_BAR = 64, ABUSE_WORDS = 96 };

/* A stranger's letter at a host that took it for others. */
struct abuse {
    uint32_t host, mail;
    uint32_t from;       /* who gave it to this host */
    uint32_t recipients; /* of the one letter that came in */
    uint32_t out;        /* recipients passed on so far */
    struct {
        uint32_t to, recipients;
    } ways[ABUSE_WAYS]; /* where they went */
    uint32_t way_count;
};

/* That of the mail in view, if it is a stranger's letter to several that a host has accepted from it. */
bool abuse_at(const struct ui *ui, struct abuse *out);

/* A queue with strangers' letters in it, as a bar: in the order in which they came, the last ones. */
struct abuse_bar {
    uint32_t count; /* messages in the queue, ABUSE_BAR at most */
    bool spam[ABUSE_BAR];
    uint32_t honest, behind; /* honest letters; spam before the first of them */
    uint32_t first;          /* the first honest one: its mail, or NONE */
};
/* False: there are no two messages, or none of them is a stranger's. */
bool abuse_bar_at(const struct ui *ui, uint32_t host, struct abuse_bar *out);

/* "Alice's letter waits behind 3 of a stranger"; empty: no honest one waits behind any. */
struct text abuse_bar_words(const struct ui *ui, const struct abuse_bar *bar, char *out);

/* "listed by bl.example"; "listed" if the record is far away.  Empty: no blocklist lists the host now. */
struct text abuse_plate(const struct ui *ui, uint32_t host, char *out);

#endif
