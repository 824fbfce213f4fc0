/* Who has ever talked to whom, and what is under way now. */
#include "render/stage/map_parts.h"

static struct text key_of(const uint32_t ends[2])
{
    return text_from((const char *)ends, 2 * sizeof *ends);
}

struct way_known *way_find(const struct map *map, uint32_t a, uint32_t b)
{
    uint32_t ends[2] = {a < b ? a : b, a < b ? b : a},
             i = table_get(&map->own->by_ends, key_of(ends));

    return i == TABLE_NONE ? NULL : map->own->ways[i];
}

static struct way_known *way_add(struct map *map, uint32_t a, uint32_t b)
{
    struct map_own *own = map->own;
    struct way_known *w = way_find(map, a, b);

    if (w)
        return w;
    w = MEMORY_NEW(map->memory, struct way_known);
    w->ends[0] = a < b ? a : b;
    w->ends[1] = a < b ? b : a;
    for (int kind = 0; kind < WAY_KINDS; kind++)
        w->first[kind][0] = w->first[kind][1] = RECORDING_NONE;
    own->ways = memory_make_room(map->memory, own->ways, own->way_count, &own->way_room,
                                 sizeof(struct way_known *));
    own->ways[own->way_count] = w;
    table_set(&own->by_ends, key_of(w->ends), own->way_count++);
    return w;
}

static void forget(struct map *map)
{
    struct map_own *own = map->own;

    for (uint32_t i = 0; i < own->way_count; i++)
        memory_give(map->memory, own->ways[i], sizeof **own->ways);
    table_free(&own->by_ends);
    table_init(&own->by_ends, map->memory, false);
    own->way_count = own->change_count = own->set_count = own->taken = 0;
    own->waits = false;
    for (uint32_t i = 0; i < map->cast->link_count; i++)
        if (map->cast->links[i].a != map->cast->links[i].b)
            way_add(map, map->cast->links[i].a, map->cast->links[i].b)->first[0][0] = 0;
}

void ways_init(struct map *map)
{
    table_init(&map->own->by_ends, map->memory, false);
}

void ways_end(struct map *map)
{
    struct map_own *own = map->own;

    for (uint32_t i = 0; i < own->way_count; i++)
        memory_give(map->memory, own->ways[i], sizeof **own->ways);
    memory_give(map->memory, own->ways, own->way_room * sizeof(struct way_known *));
    memory_give(map->memory, own->changes, own->change_room * sizeof *own->changes);
    memory_give(map->memory, own->sets, own->set_room * sizeof *own->sets);
    memory_give(map->memory, own->shown, own->shown_room * sizeof *own->shown);
    table_free(&own->by_ends);
}

/* ---- links that change ---- */

/* "a - b", "internet", "a - internet". */
static void take_change(struct map *map, const struct recording *r, uint32_t index)
{
    const struct trace_link_state *data = RECORDING_DATA(&r->lines[index], link_state);
    struct text link = data->link, first = link, second = TEXT("");
    struct map_own *own = map->own;

    for (size_t i = 0; i + 3 <= link.size; i++)
        if (text_equal(text_from(link.at + i, 3), TEXT(" - "))) {
            first = text_from(link.at, i);
            second = text_after(link, i + 3);
            break;
        }
    own->changes = memory_make_room(map->memory, own->changes, own->change_count, &own->change_room,
                                    sizeof *own->changes);
    own->changes[own->change_count++] =
        (struct link_change){.record = index,
                             .a = cast_host(map->cast, first),
                             .b = cast_host(map->cast, second),
                             .down = text_equal(data->state, TEXT("down"))};
}

bool link_down(const struct map *map, uint32_t now, uint32_t a, uint32_t b)
{
    const struct map_own *own = map->own;

    for (uint32_t i = own->change_count; i-- > 0;) {
        const struct link_change *c = &own->changes[i];
        bool same = (c->a == a && c->b == b) || (c->a == b && c->b == a);
        if (now != RECORDING_NONE && c->record <= now && same)
            return c->down;
    }
    return false;
}

/* ---- settings that change ---- */

static void take_input(struct map *map, const struct recording *r, uint32_t index)
{
    struct map_own *own = map->own;

    if (!text_equal(RECORDING_DATA(&r->lines[index], sim_input)->verb, TEXT("set")))
        return;
    own->sets =
        memory_make_room(map->memory, own->sets, own->set_count, &own->set_room, sizeof *own->sets);
    own->sets[own->set_count++] = (struct rules_change){index, r->lines[index].host};
}

bool rules_changed(const struct map *map, uint32_t now, uint32_t host)
{
    const struct map_own *own = map->own;

    for (uint32_t i = 0; i < own->set_count; i++)
        if (now != RECORDING_NONE && own->sets[i].record <= now &&
            (own->sets[i].host == host || own->sets[i].host == RECORDING_NONE))
            return true;
    return false;
}

/* ---- records ---- */

static int kind_of(const struct recording *r, const struct recording_line *line)
{
    if (line->travel == TRAVEL_QUESTION)
        return 2;
    if (line->conn == RECORDING_NONE || line->travel == TRAVEL_ANSWER)
        return -1;
    return r->conns[line->conn].pop3 ? 3 : 1;
}

static void take(struct map *map, const struct recording *r, uint32_t index)
{
    const struct recording_line *line = &r->lines[index];
    uint32_t a = line->host, b = line->other;
    int kind = kind_of(r, line);

    if (line->record->kind == TRACE_LINK_STATE)
        take_change(map, r, index);
    if (line->record->kind == TRACE_SIM_INPUT)
        take_input(map, r, index);
    map->own->waits = map->own->waits || line->record->kind == TRACE_QUEUE_DEFERRED;
    if (kind < 0 || a == RECORDING_NONE || b == RECORDING_NONE || a == b)
        return;
    /* A connection leads from its client, whoever is heard first. */
    if (kind != 2 && r->conns[line->conn].client == b) {
        b = a;
        a = r->conns[line->conn].client;
    } else if (kind == 2 && !line->leaves) {
        b = a;
        a = line->other;
    }
    struct way_known *w = way_add(map, a, b);
    uint32_t *first = &w->first[kind][a != w->ends[0]];
    if (*first == RECORDING_NONE)
        *first = index;
}

void ways_take(struct map *map, const struct recording *r)
{
    struct map_own *own = map->own;

    if (own->recording != r || own->taken > r->count) {
        forget(map);
        own->recording = r;
    }
    for (; own->taken < r->count; own->taken++)
        take(map, r, own->taken);
}

/* ---- of this moment ---- */

static void show(struct map *map, struct way_known *w, uint32_t now)
{
    struct map_own *own = map->own;
    struct map_way shown = {.a = w->ends[0], .b = w->ends[1]};

    w->shown = UINT32_MAX;
    for (int kind = 0; kind < WAY_KINDS; kind++)
        for (int end = 0; end < 2; end++)
            if (w->first[kind][end] != RECORDING_NONE &&
                (kind == 0 || (now != RECORDING_NONE && w->first[kind][end] <= now))) {
                shown.kinds |= 1U << kind;
                shown.from[end] |= 1U << kind;
            }
    if (!shown.kinds)
        return;
    w->shown = own->shown_count;
    own->shown = memory_make_room(map->memory, own->shown, own->shown_count, &own->shown_room,
                                  sizeof *own->shown);
    own->shown[own->shown_count++] = shown;
}

static void count_flight(struct map *map, const struct recording_line *line)
{
    const struct way_known *known = way_find(map, line->host, line->other);

    if (!known || known->shown == UINT32_MAX)
        return;
    struct map_way *w = &map->own->shown[known->shown];
    bool back = line->host == w->b;
    if (line->travel == TRAVEL_MESSAGE)
        w->letters[back]++;
    else if (line->travel == TRAVEL_QUESTION || line->travel == TRAVEL_ANSWER)
        w->lookups[back]++;
    else
        w->others[back]++;
}

void ways_show(struct map *map, const struct ui *ui)
{
    const struct scene *s = ui->moment.scene;

    map->own->shown_count = 0;
    for (uint32_t i = 0; i < map->own->way_count; i++)
        show(map, map->own->ways[i], s->index);
    for (uint32_t i = 0; i < s->flight_count; i++)
        count_flight(map, &ui->moment.recording->lines[s->flights[i].sent]);
}
