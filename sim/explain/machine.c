/*
 * machine.c - the cells that lead away from their state.
 */
#include "sim/explain/machine.h"

#include "sim/smtp/table.h"

static void add_arrows(struct machine *out, struct memory *m, enum smtp_side side, uint32_t from,
                       uint32_t *room)
{
    for (unsigned input = 0; input < smtp_table_inputs(side); input++) {
        const struct smtp_cell *c = smtp_table_cell(side, NULL, from, input);

        if (!c->possible || c->out_of_order || c->next == from)
            continue;
        out->arrows = memory_make_room(m, out->arrows, out->arrow_count, room, sizeof *out->arrows);
        out->arrows[out->arrow_count++] = (struct machine_arrow){
            .from = from,
            .to = c->next,
            .input = smtp_table_input_name(side, input),
            .code = c->code,
            .section = c->section ? c->section : "",
        };
    }
}

void machine_read(struct machine *out, struct memory *m, enum machine_side which)
{
    enum smtp_side side = which == MACHINE_CLIENT ? SMTP_CLIENT : SMTP_SERVER;
    uint32_t room = 0;

    *out = (struct machine){.state_count = smtp_table_states(side)};
    out->states = memory_take(m, out->state_count * sizeof *out->states);
    for (uint32_t s = 0; s < out->state_count; s++) {
        out->states[s] =
            (struct machine_state){smtp_table_state_name(side, s), smtp_table_state_doc(side, s)};
        add_arrows(out, m, side, s, &room);
    }
}

uint32_t machine_state(const struct machine *m, struct text name)
{
    for (uint32_t s = 0; s < m->state_count; s++)
        if (text_equal(m->states[s].name, name))
            return s;
    return UINT32_MAX;
}
