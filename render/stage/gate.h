/*
 * gate.h - a rule at work: the gate before a server while it judges a client or a recipient.
 *
 * Relaying has three lamps, one for each reason to let a client send elsewhere; the one that decided is
 * lit.  A dark lamp only says that it was not the reason.  Every other rule has one lamp with its word.
 * A gate stands from its verdict until the client has heard the reply, and for a moment after.
 *
 * Owner   the caller's: `out` holds GATES_SHOWN gates, or GATE_WORDS octets; rules and subjects are
 *         borrowed from the recording.
 * Errors  none: longer words are cut.
 */
#ifndef RENDER_STAGE_GATE_H
#define RENDER_STAGE_GATE_H

#include "render/widgets/ui.h"

enum { GATES_SHOWN = 3, GATE_WORDS = 128 };

enum gate_lamp { GATE_RANGE, GATE_LOGIN, GATE_OURS, GATE_LAMPS };
enum gate_verdict { GATE_OPEN, GATE_LATER, GATE_CLOSED };

struct gate {
    uint32_t host;
    uint32_t record;    /* policy.relay or policy.decision */
    uint32_t reply;     /* the reply that follows, as sent; NONE: not yet */
    bool relay;         /* three lamps, else one */
    bool anyone;        /* open to everybody: no lamp had to be lit */
    enum gate_lamp lit; /* GATE_LAMPS: none */
    enum gate_verdict verdict;
    double alpha;
};

/* Those of the story in view first, at most GATES_SHOWN; returns how many. */
uint32_t gates_at(const struct ui *ui, struct gate *out);
/* "in range?" */
struct text gate_lamp_words(enum gate_lamp lamp);
/* The rule that decided, as in the scenario: "allow from 192.0.2.0/24", "mailbox". */
struct text gate_rule(const struct ui *ui, const struct gate *g);
/* The verdict in a line: "allow from 192.0.2.0/24: 192.0.2.10", "550 mailbox: nobody@shop.example"; if it
 * is not the whole line, without whom it judged. */
struct text gate_words(const struct ui *ui, const struct gate *g, bool whole, char *out);
/* Whom it judged: the client's address where that decided, else the recipient. */
struct text gate_subject(const struct ui *ui, const struct gate *g);

#endif
