/*
 * inspector_states.h - where the states of the two machines stand in the diagram, and which ways are drawn.
 *
 * Chosen by hand; tests/test_view_inspector.c holds it against the machines: every state has a place, every
 * way that is drawn is an arrow of the table, and every arrow is drawn or leads to a state named in
 * `gathers`.
 *
 * Units   columns and rows of a grid, from the upper left.
 * Owner   constant data.
 * Errors  none: a state without a place fails the test, not the window.
 */
#ifndef RENDER_PANELS_INSPECTOR_STATES_H
#define RENDER_PANELS_INSPECTOR_STATES_H

#include <stdint.h>

struct state_place {
    const char *state;
    int column, row;
};

struct state_map {
    const struct state_place *places;
    uint32_t place_count;
    const char *const (*ways)[2]; /* from, to */
    uint32_t way_count;
    int columns;
    const char *gathers[2]; /* states to which so many lead that not all ways are drawn */
};

extern const struct state_map inspector_state_maps[2]; /* by enum machine_side */

#endif
