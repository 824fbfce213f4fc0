/*
 * port.c - see port.h.
 *
 * The order in which ephemeral ports are used: round and round from a place of the host's own (RFC
 * 6056 3.3.5 adds randomness against attackers that a simulated network does not have), so a port is
 * used again as late as possible.
 */
#include "sim/net/port.h"

#include <assert.h>

#include "sim/net/host.h"

struct port_table {
    struct port *slots;
    uint32_t room, used; /* room is a power of two */
};

static uint64_t port_key(uint32_t host, enum net_protocol protocol, uint16_t port)
{
    return (uint64_t)host << 32 | (uint64_t)protocol << 16 | port;
}

static uint32_t first_slot(const struct port_table *t, uint64_t key)
{
    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (t->room - 1);
}

static struct port *find_slot(const struct port_table *t, uint64_t key)
{
    uint32_t at = first_slot(t, key);

    while (t->slots[at].key != 0 && t->slots[at].key != key)
        at = (at + 1) & (t->room - 1);
    return &t->slots[at];
}

static struct port_table *make_room(struct net *net)
{
    struct port_table *t = net->ports;

    if (t == NULL)
        t = net->ports = MEMORY_NEW(net->memory, struct port_table);
    if ((t->used + 1) * 2 <= t->room)
        return t;
    struct port_table old = *t;
    t->room = old.room == 0 ? 16 : old.room * 2;
    t->slots = memory_take_clear(net->memory, t->room * sizeof *t->slots);
    for (uint32_t i = 0; i < old.room; i++)
        if (old.slots[i].key != 0)
            *find_slot(t, old.slots[i].key) = old.slots[i];
    memory_give(net->memory, old.slots, old.room * sizeof *old.slots);
    return t;
}

struct port *port_find(const struct net *net, uint32_t host, enum net_protocol protocol,
                       uint16_t port)
{
    if (net->ports == NULL)
        return NULL;
    struct port *slot = find_slot(net->ports, port_key(host, protocol, port));
    return slot->key != 0 ? slot : NULL;
}

struct port *port_bind(struct net *net, uint32_t host, enum net_protocol protocol, uint16_t port)
{
    assert(host < net->host_count && port != 0);
    struct port_table *t = make_room(net);
    struct port *slot = find_slot(t, port_key(host, protocol, port));

    if (slot->key != 0)
        return NULL;
    *slot = (struct port){.key = port_key(host, protocol, port)};
    t->used++;
    return slot;
}

/* Removes without tombstones: what was pushed past the hole moves back into it (Knuth 6.4 R). */
void port_unbind(struct net *net, uint32_t host, enum net_protocol protocol, uint16_t port)
{
    struct port *slot = port_find(net, host, protocol, port);

    if (slot == NULL)
        return;
    struct port_table *t = net->ports;
    uint32_t mask = t->room - 1, hole = (uint32_t)(slot - t->slots);

    for (uint32_t at = (hole + 1) & mask; t->slots[at].key != 0; at = (at + 1) & mask) {
        uint32_t home = first_slot(t, t->slots[at].key);

        if (((at - home) & mask) >= ((at - hole) & mask)) {
            t->slots[hole] = t->slots[at];
            hole = at;
        }
    }
    t->slots[hole].key = 0;
    t->used--;
}

/* ---- ephemeral ports ----------------------------------------------------------------------- */

static bool bit_set(const struct net_ephemeral *e, uint32_t slot)
{
    return e->bits[slot / 64] >> slot % 64 & 1;
}

static void clear_bit(struct net_ephemeral *e, uint32_t slot)
{
    assert(bit_set(e, slot));
    e->bits[slot / 64] &= ~(UINT64_C(1) << slot % 64);
    e->busy--;
}

/* Forgets the oldest in TIME-WAIT. */
static void wake_first(struct net_ephemeral *e)
{
    clear_bit(e, e->waiting[e->waiting_first].slot);
    e->waiting_first = (e->waiting_first + 1) % e->waiting_room;
    e->waiting_count--;
}

static void grow_bits(struct net *net, struct net_ephemeral *e)
{
    uint32_t count = e->bit_count == 0 ? 64 : e->bit_count * 2;

    e->bits = memory_grow(net->memory, e->bits, e->bit_count / 8, count / 8);
    memset(e->bits + e->bit_count / 64, 0, (count - e->bit_count) / 8);
    e->bit_count = count;
}

/* The next free slot, from e->next on; there is one. */
static uint32_t free_slot(const struct net_ephemeral *e)
{
    uint32_t slot = e->next % e->bit_count;

    while (bit_set(e, slot))
        slot = (slot + 1) % e->bit_count;
    return slot;
}

static uint16_t slot_port(const struct net_host *host, uint32_t slot)
{
    uint32_t start = (uint32_t)(host->secret >> 48) % PORT_DYNAMIC_COUNT;

    return (uint16_t)(PORT_DYNAMIC_FIRST + (start + slot) % PORT_DYNAMIC_COUNT);
}

uint16_t port_take_ephemeral(struct net *net, uint32_t host)
{
    struct net_host *h = &net->hosts[host];
    struct net_ephemeral *e = &h->ephemeral;

    while (e->waiting_count > 0 && e->waiting[e->waiting_first].until_ns <= net->queue->now_ns)
        wake_first(e);
    /* Bits are few at first, but ports must go all the way round: so room grows with each use. */
    if (e->next >= e->bit_count && e->bit_count < PORT_DYNAMIC_COUNT)
        grow_bits(net, e);
    for (uint32_t tries = 0; tries < 2 * PORT_DYNAMIC_COUNT; tries++) {
        if (e->busy == e->bit_count) {
            if (e->waiting_count == 0)
                return 0;
            wake_first(e);
        }
        uint32_t slot = free_slot(e);
        uint16_t port = slot_port(h, slot);

        e->next = (slot + 1) % PORT_DYNAMIC_COUNT;
        if (port_find(net, host, NET_TCP, port) != NULL)
            continue;
        e->bits[slot / 64] |= UINT64_C(1) << slot % 64;
        e->busy++;
        return port;
    }
    return 0;
}

/* A full ring unrolled into one twice as large. */
static void grow_ring(struct net *net, struct net_ephemeral *e)
{
    uint32_t room = e->waiting_room == 0 ? 4 : e->waiting_room * 2;
    struct net_time_wait *ring = memory_take(net->memory, room * sizeof *ring);

    for (uint32_t i = 0; i < e->waiting_count; i++)
        ring[i] = e->waiting[(e->waiting_first + i) % e->waiting_room];
    memory_give(net->memory, e->waiting, e->waiting_room * sizeof *ring);
    e->waiting = ring;
    e->waiting_room = room;
    e->waiting_first = 0;
}

void port_give_ephemeral(struct net *net, uint32_t host, uint16_t port, bool time_wait)
{
    struct net_host *h = &net->hosts[host];
    struct net_ephemeral *e = &h->ephemeral;
    uint32_t start = slot_port(h, 0);
    uint32_t slot = ((uint32_t)port + PORT_DYNAMIC_COUNT - start) % PORT_DYNAMIC_COUNT;

    if (!time_wait) {
        clear_bit(e, slot);
        return;
    }
    if (e->waiting_count == e->waiting_room)
        grow_ring(net, e);
    e->waiting[(e->waiting_first + e->waiting_count++) % e->waiting_room] =
        (struct net_time_wait){net->queue->now_ns + PORT_TIME_WAIT_NS, slot};
}
