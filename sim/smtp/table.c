/*
 * table.c - names of states and inputs, and the way from (state, input) to its cell.
 *
 * The cells themselves are in server_reply_table.c and client_step_table.c.
 */
#include "sim/smtp/table.h"

#include <assert.h>

#include "sim/smtp/table_cells.h"

struct name {
    struct text name, doc;
};

#define X(suffix, name, doc) {TEXT_INIT(name), TEXT_INIT(doc)},
static const struct name server_states[] = {SMTP_SERVER_STATES(X)};
static const struct name client_states[] = {SMTP_CLIENT_STATES(X)};
static const struct name server_inputs[] = {SMTP_SERVER_INPUTS(X)};
static const struct name client_inputs[] = {SMTP_CLIENT_INPUTS(X)};
#undef X

unsigned smtp_table_states(enum smtp_side side)
{
    return side == SMTP_SERVER ? (unsigned)SMTP_SERVER_STATE_COUNT
                               : (unsigned)SMTP_CLIENT_STATE_COUNT;
}

unsigned smtp_table_inputs(enum smtp_side side)
{
    return side == SMTP_SERVER ? (unsigned)SMTP_SERVER_INPUT_COUNT
                               : (unsigned)SMTP_CLIENT_INPUT_COUNT;
}

static const struct name *state_of(enum smtp_side side, unsigned state)
{
    assert(state < smtp_table_states(side));
    return side == SMTP_SERVER ? &server_states[state] : &client_states[state];
}

static const struct name *input_of(enum smtp_side side, unsigned input)
{
    assert(input < smtp_table_inputs(side));
    return side == SMTP_SERVER ? &server_inputs[input] : &client_inputs[input];
}

struct text smtp_table_state_name(enum smtp_side side, unsigned state)
{
    return state_of(side, state)->name;
}

struct text smtp_table_state_doc(enum smtp_side side, unsigned state)
{
    return state_of(side, state)->doc;
}

struct text smtp_table_input_name(enum smtp_side side, unsigned input)
{
    return input_of(side, input)->name;
}

struct text smtp_table_action_name(enum smtp_action action)
{
    static const struct text names[] = {
#define X(suffix, name) TEXT_INIT(name),
        SMTP_ACTIONS(X)
#undef X
    };

    assert(action < SMTP_ACTION_COUNT);
    return names[action];
}

const struct smtp_cell *smtp_table_cell(enum smtp_side side, const struct smtp_overlay *overlay,
                                        unsigned state, unsigned input)
{
    assert(state < smtp_table_states(side) && input < smtp_table_inputs(side));
    for (; overlay != NULL; overlay = overlay->under) {
        const struct smtp_cell *cell = overlay->cells[state * smtp_table_inputs(side) + input];

        if (cell != NULL)
            return cell;
    }
    return side == SMTP_SERVER ? &smtp_server_cells[state][input]
                               : &smtp_client_cells[state][input];
}
