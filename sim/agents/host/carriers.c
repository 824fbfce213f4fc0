/*
 * carriers.c - open addressing by connection number.
 *
 * Numbers come in a row; they are spread, or the table would be one long cluster.
 */
#include "sim/agents/host/carriers.h"

#include <assert.h>
#include <stddef.h>

static uint32_t home_of(uint32_t conn)
{
    uint32_t h = conn * UINT32_C(0x9E3779B1);

    return h ^ h >> 15;
}

/* The slot of `conn`, or the empty one where it would go. */
static uint32_t find(const struct carrier *slots, uint32_t room, uint32_t conn)
{
    uint32_t i = home_of(conn) & (room - 1);

    while (slots[i].conn != 0 && slots[i].conn != conn)
        i = (i + 1) & (room - 1);
    return i;
}

void carriers_init(struct carriers *c, struct memory *m)
{
    *c = (struct carriers){.memory = m};
}

struct delivery *carriers_get(const struct carriers *c, uint32_t conn)
{
    return c->room ? c->slots[find(c->slots, c->room, conn)].delivery : NULL;
}

static void make_room(struct carriers *c)
{
    uint32_t room = c->room ? 2 * c->room : 64;
    struct carrier *slots = memory_take_clear(c->memory, room * sizeof *slots);

    for (uint32_t i = 0; i < c->room; i++)
        if (c->slots[i].conn != 0)
            slots[find(slots, room, c->slots[i].conn)] = c->slots[i];
    memory_give(c->memory, c->slots, c->room * sizeof *c->slots);
    c->slots = slots;
    c->room = room;
}

void carriers_add(struct carriers *c, uint32_t conn, struct delivery *d)
{
    assert(conn != 0 && d);
    if (2 * (c->count + 1) > c->room)
        make_room(c);
    uint32_t i = find(c->slots, c->room, conn);
    assert(c->slots[i].conn == 0);
    c->slots[i] = (struct carrier){conn, d};
    c->count++;
}

/* Removing leaves no mark: what was displaced by it moves up (Knuth 6.4, algorithm R). */
void carriers_remove(struct carriers *c, uint32_t conn)
{
    uint32_t mask = c->room - 1, hole;

    if (c->room == 0 || c->slots[hole = find(c->slots, c->room, conn)].conn == 0)
        return;
    for (uint32_t i = (hole + 1) & mask; c->slots[i].conn != 0; i = (i + 1) & mask) {
        uint32_t home = home_of(c->slots[i].conn) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            c->slots[hole] = c->slots[i];
            hole = i;
        }
    }
    c->slots[hole] = (struct carrier){0, NULL};
    c->count--;
}
