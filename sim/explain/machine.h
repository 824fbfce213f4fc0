/*
 * machine.h - the two state machines of sim/smtp/table.h as states and arrows, for whoever draws them.
 *
 * Taken from the table that runs: an arrow is there if some input leads from one state to another.  Inputs
 * that change no state are left out, and so are commands that a state refuses because of their order.
 *
 * Owner   arrays live in the memory given; texts are constant data.  Errors  none.
 */
#ifndef SIM_EXPLAIN_MACHINE_H
#define SIM_EXPLAIN_MACHINE_H

#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

enum machine_side { MACHINE_SERVER, MACHINE_CLIENT };

struct machine_state {
    struct text name, doc; /* as in smtp.state; "at least one recipient is accepted" */
};

struct machine_arrow {
    uint32_t from, to;   /* states */
    struct text input;   /* as in smtp.state: "RCPT fine" */
    int code;            /* a server's reply, 0: none */
    const char *section; /* of RFC 5321, or "RFC nnnn s"; may be empty */
};

struct machine {
    struct machine_state *states;
    struct machine_arrow *arrows; /* by from, input */
    uint32_t state_count, arrow_count;
};

void machine_read(struct machine *out, struct memory *m, enum machine_side side);
/* Index of the state of that name, or UINT32_MAX. */
uint32_t machine_state(const struct machine *m, struct text name);

#endif
