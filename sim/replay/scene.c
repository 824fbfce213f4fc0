/*
 * scene.c - keeps scenes at regular spacing, and goes to any record.
 *
 * One scene runs ahead once over all records; what it passes is noted and, where the spacing says so,
 * packed into one block: counts, hosts, connections, flights, custodies.  When the blocks outgrow the
 * budget, every second one goes and the spacing doubles.
 */
#include "sim/replay/scene.h"

#include <assert.h>

#include "sim/replay/scene_parts.h"

#define NONE RECORDING_NONE

enum { FIRST_SPACING = 64 };

struct kept {
    char *block;
    size_t size;
    struct scene scene; /* its numbers; its arrays lie one behind the other in `block` */
};

struct scenes_own {
    struct scene_notes notes;
    struct scene ahead;
    struct kept *kept; /* at records spacing - 1, 2 * spacing - 1, ... */
    uint32_t kept_count, kept_capacity;
    size_t used;
};

void scenes_init(struct scenes *s, struct memory *m, const struct recording *r, size_t budget)
{
    *s = (struct scenes){.recording = r,
                         .memory = m,
                         .budget = budget,
                         .spacing = FIRST_SPACING,
                         .own = MEMORY_NEW(m, struct scenes_own)};
    scene_notes_init(&s->own->notes, m);
    scene_begin(&s->own->ahead, m, r);
    scene_begin(&s->now, m, r);
}

/* ---- keeping ------------------------------------------------------------------------------- */

/* What a block of that size takes from memory. */
static size_t taken(size_t size)
{
    unsigned c = memory_class(size);

    return c == MEMORY_CLASSES ? size : memory_class_size(c);
}

static size_t put(char *block, size_t at, const void *items, size_t size)
{
    if (size > 0)
        memcpy(block + at, items, size);
    return at + size;
}

static void drop_kept(struct scenes *s, struct kept *k)
{
    s->own->used -= taken(k->size);
    memory_give(s->memory, k->block, k->size);
}

/* Every second one stays: those at twice the spacing. */
static void thin_out(struct scenes *s)
{
    struct scenes_own *own = s->own;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < own->kept_count; i++)
        if (i % 2 == 1)
            own->kept[kept++] = own->kept[i];
        else
            drop_kept(s, &own->kept[i]);
    own->kept_count = kept;
    s->spacing *= 2;
}

static void keep(struct scenes *s)
{
    struct scenes_own *own = s->own;
    const struct scene *a = &own->ahead;
    size_t sizes[] = {a->host_count * sizeof *a->hosts, a->conn_count * sizeof *a->conns,
                      a->flight_count * sizeof *a->flights, a->duty_count * sizeof *a->duties};
    struct kept k = {.size = sizes[0] + sizes[1] + sizes[2] + sizes[3], .scene = *a};
    size_t at = 0;

    while (own->used + taken(k.size) > s->budget && s->spacing <= UINT32_MAX / 2) {
        thin_out(s);
        if ((a->index + 1) % s->spacing != 0)
            return;
    }
    k.block = memory_take(s->memory, k.size);
    own->used += taken(k.size);
    at = put(k.block, at, a->hosts, sizes[0]);
    at = put(k.block, at, a->conns, sizes[1]);
    at = put(k.block, at, a->flights, sizes[2]);
    put(k.block, at, a->duties, sizes[3]);
    own->kept =
        memory_make_room(s->memory, own->kept, own->kept_count, &own->kept_capacity, sizeof k);
    own->kept[own->kept_count++] = k;
}

bool scenes_prepare(struct scenes *s, uint32_t records)
{
    struct scenes_own *own = s->own;

    for (; own->notes.count < s->recording->count && records > 0; records--) {
        scene_notes_add(&own->notes, s->recording);
        scene_add(&own->ahead, s->memory, s->recording, &own->notes);
        if ((own->ahead.index + 1) % s->spacing == 0)
            keep(s);
    }
    return own->notes.count < s->recording->count;
}

/* ---- going --------------------------------------------------------------------------------- */

static void *room_for(struct memory *m, void *items, uint32_t *room, uint32_t count, size_t size)
{
    if (*room >= count)
        return items;
    memory_give(m, items, *room * size);
    *room = count;
    return memory_take(m, count * size);
}

static const char *get(void *items, const char *at, size_t size)
{
    if (size > 0)
        memcpy(items, at, size);
    return at + size;
}

static void restore(struct scenes *s, const struct kept *k)
{
    struct scene *now = &s->now, old = s->now;
    const char *at = k->block;

    *now = k->scene;
    now->hosts = old.hosts;
    now->conn_capacity = old.conn_capacity;
    now->flight_capacity = old.flight_capacity;
    now->duty_capacity = old.duty_capacity;
    now->conns =
        room_for(s->memory, old.conns, &now->conn_capacity, now->conn_count, sizeof *now->conns);
    now->flights = room_for(s->memory, old.flights, &now->flight_capacity, now->flight_count,
                            sizeof *now->flights);
    now->duties =
        room_for(s->memory, old.duties, &now->duty_capacity, now->duty_count, sizeof *now->duties);
    at = get(now->hosts, at, now->host_count * sizeof *now->hosts);
    at = get(now->conns, at, now->conn_count * sizeof *now->conns);
    at = get(now->flights, at, now->flight_count * sizeof *now->flights);
    get(now->duties, at, now->duty_count * sizeof *now->duties);
}

/* How many records are in a scene. */
static uint32_t size_of(uint32_t index)
{
    return index == NONE ? 0 : index + 1;
}

static void go_on(struct scenes *s, uint32_t index)
{
    while (size_of(s->now.index) < size_of(index))
        scene_add(&s->now, s->memory, s->recording, &s->own->notes);
}

/* To the nearest scene that is known and not beyond: the present one, a kept one, or the first. */
static void go_near(struct scenes *s, uint32_t index)
{
    struct scenes_own *own = s->own;
    uint32_t wanted = size_of(index), present = size_of(s->now.index);
    uint32_t kept = wanted / s->spacing;

    if (kept > own->kept_count)
        kept = own->kept_count;
    if (present <= wanted && present >= kept * s->spacing)
        return;
    if (kept > 0)
        restore(s, &own->kept[kept - 1]);
    else
        scene_begin(&s->now, s->memory, s->recording);
}

static uint32_t within(const struct scenes *s, uint32_t index)
{
    if (s->recording->count == 0)
        return NONE;
    return index != NONE && index >= s->recording->count ? s->recording->count - 1 : index;
}

const struct scene *scenes_seek(struct scenes *s, uint32_t index)
{
    index = within(s, index);
    if (size_of(index) > s->own->notes.count)
        scenes_prepare(s, size_of(index) - s->own->notes.count);
    go_near(s, index);
    go_on(s, index);
    return &s->now;
}

void scenes_fold(struct scenes *s, uint32_t index)
{
    index = within(s, index);
    if (size_of(index) > s->own->notes.count)
        scenes_prepare(s, size_of(index) - s->own->notes.count);
    scene_begin(&s->now, s->memory, s->recording);
    go_on(s, index);
}

size_t scenes_used(const struct scenes *s)
{
    return s->own->used;
}

/* ---- comparing ----------------------------------------------------------------------------- */

static bool hosts_equal(const struct scene_host *a, const struct scene_host *b)
{
    return a->queued == b->queued && a->deferred == b->deferred && a->held == b->held &&
           a->mailbox == b->mailbox && a->collected == b->collected && a->duties == b->duties &&
           a->cached == b->cached && a->listed == b->listed && a->sessions == b->sessions &&
           a->relayed == b->relayed && a->refused == b->refused && a->verdict == b->verdict &&
           a->last == b->last && a->power == b->power;
}

static bool conns_equal(const struct scene_conn *a, const struct scene_conn *b)
{
    return a->conn == b->conn && a->opened == b->opened && a->last == b->last &&
           a->mail == b->mail && a->sealed == b->sealed && a->open == b->open &&
           a->in_data == b->in_data;
}

static bool duties_equal(const struct scene_duty *a, const struct scene_duty *b)
{
    return a->host == b->host && a->mail == b->mail && a->opened == b->opened &&
           a->doubt == b->doubt;
}

static bool lists_equal(const struct scene *a, const struct scene *b)
{
    for (uint32_t i = 0; i < a->host_count; i++)
        if (!hosts_equal(&a->hosts[i], &b->hosts[i]))
            return false;
    for (uint32_t i = 0; i < a->conn_count; i++)
        if (!conns_equal(&a->conns[i], &b->conns[i]))
            return false;
    for (uint32_t i = 0; i < a->flight_count; i++)
        if (a->flights[i].sent != b->flights[i].sent)
            return false;
    for (uint32_t i = 0; i < a->duty_count; i++)
        if (!duties_equal(&a->duties[i], &b->duties[i]))
            return false;
    return true;
}

bool scene_equal(const struct scene *a, const struct scene *b)
{
    return a->index == b->index && a->now_ns == b->now_ns && a->host_count == b->host_count &&
           a->conn_count == b->conn_count && a->flight_count == b->flight_count &&
           a->duty_count == b->duty_count && a->links_down == b->links_down &&
           a->delivered == b->delivered && a->bounced == b->bounced && a->reports == b->reports &&
           a->refused == b->refused && lists_equal(a, b);
}
