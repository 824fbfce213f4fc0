/*
 * duty.h - who is responsible for the mail in view: the baton beside its holder, and the holders so far.
 *
 * Responsibility moves with the 250 to the end of data.  Between the final dot's arrival and the reading of
 * its answer both hosts may have to keep the mail: half a baton on each, "in doubt", also if the receiver
 * has delivered it meanwhile, and for as long as the sender goes on with it since the answer was lost.
 *
 * Owner   the caller's: arrays with room for `room`, `out` of DUTY_WORDS octets.
 * Errors  none: nothing is returned for RECORDING_NONE; longer words are cut.
 */
#ifndef RENDER_STAGE_DUTY_H
#define RENDER_STAGE_DUTY_H

#include "render/widgets/ui.h"

enum { DUTY_HOLDERS = 64, DUTY_STOPS = 64, DUTY_WORDS = 96 };

struct duty_holder {
    uint32_t host;
    uint32_t recipients; /* for how many; 0: it is not yet, or no more, its own */
    uint32_t opened;     /* the last custody.opened of them; NONE: it holds none, and is in doubt */
    uint32_t from;   /* host that has just handed it over, or NONE: then the baton is on its way */
    uint32_t passed; /* the record that did */
    bool doubt;      /* another holds it too, until the reply has arrived */
    bool taker;      /* in doubt: it is the one who took it, not the one who gave it */
};

/* The holders of that mail in the scene, each host once, in the order of the scene's duties; then those
 * who are in doubt alone. */
uint32_t duty_holders(const struct ui *ui, uint32_t mail, struct duty_holder *out, uint32_t room);

enum duty_end { DUTY_HELD, DUTY_PASSED, DUTY_DELIVERED, DUTY_BOUNCED, DUTY_DISCARDED };

/* A host that has been responsible for the mail: a stop of the strip. */
struct duty_stop {
    uint32_t host;
    uint32_t opened;    /* record */
    uint32_t closed;    /* the last custody.closed there up to now, or NONE */
    uint8_t end;        /* enum duty_end: of what it held */
    bool now;           /* it still holds it */
    bool doubt, taker;  /* as in struct duty_holder */
    uint32_t delivered; /* how often it put the mail into a mailbox */
    uint32_t mailbox;   /* the first custody.closed of those, or NONE */
    bool mailboxes;     /* into several */
};

/* In the order in which they became responsible; the last `room` of them.  *skipped: how many before. */
uint32_t duty_stops(const struct ui *ui, uint32_t mail, struct duty_stop *out, uint32_t room,
                    uint32_t *skipped);

/* What it did with the mail: "mailbox bob", "mailbox bob, twice", "3 mailboxes", "failed"; empty: it
 * passed it on, or still holds it. */
struct text duty_end_words(const struct ui *ui, const struct duty_stop *stop, char *out);
/* "has it: mail.uni", "has it for bob", "has it for 3"; in doubt: "in doubt". */
struct text duty_words(const struct ui *ui, const struct duty_holder *h, uint32_t holders,
                       char *out);

#endif
