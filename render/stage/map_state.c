/* In what state hosts are at this moment, in two words. */
#include "render/stage/map_parts.h"

static struct host_state *state_of(struct map *map, uint32_t host)
{
    return host < map->cast->host_count ? &map->own->states[host] : NULL;
}

static void take_part(struct map *map, uint32_t host, bool server)
{
    struct host_state *s = state_of(map, host);

    if (!s)
        return;
    s->client = !server;
    s->server = server;
    s->word = server ? "server" : "client";
}

/* Who is client and who is server is known while a connection is open; the one in view counts most. */
static void find_parts(struct map *map, const struct ui *ui)
{
    const struct scene *s = ui->moment.scene;
    uint32_t view = ui_conn(ui);

    for (int in_view = 0; in_view < 2; in_view++)
        for (uint32_t i = 0; i < s->conn_count; i++) {
            const struct recording_conn *conn = &ui->moment.recording->conns[s->conns[i].conn];
            if ((s->conns[i].conn == view) != in_view)
                continue;
            take_part(map, conn->client, false);
            take_part(map, conn->server, true);
        }
}

static void activate(struct map *map, uint32_t host)
{
    struct host_state *s = state_of(map, host);

    if (s)
        s->active = true;
}

enum { FEW = 4 }; /* things under way that can be followed at once */

/* Those whom the step in view is about: both ends of what is said, or a host alone. */
static void activate_story(struct map *map, const struct ui *ui)
{
    const struct recording *r = ui->moment.recording;
    uint32_t index = ui->moment.place.index, conn = ui->choice.conn;

    if (index == RECORDING_NONE || !ui->moment.steps)
        return;
    uint32_t step = steps_at(ui->moment.steps, index);
    if (step != RECORDING_NONE) {
        const struct recording_line *line = &r->lines[ui->moment.steps->items[step].record];
        activate(map, line->host);
        activate(map, line->other);
    }
    uint32_t flights = ui->moment.scene->flight_count, view = ui_conn(ui), mail = ui_mail(ui);
    for (uint32_t i = 0; i < flights; i++) {
        const struct recording_line *line = &r->lines[ui->moment.scene->flights[i].sent];
        bool ours = (view != RECORDING_NONE && line->conn == view) ||
                    (mail != RECORDING_NONE && line->mail == mail);
        if (flights > FEW && !ours)
            continue;
        activate(map, line->host);
        activate(map, line->other);
    }
    if (conn != RECORDING_NONE && conn < r->conn_count) {
        activate(map, r->conns[conn].client);
        activate(map, r->conns[conn].server);
    }
}

void states_find(struct map *map, const struct ui *ui)
{
    const struct scene *s = ui->moment.scene;
    uint32_t now = s->index;
    bool internet = link_down(map, now, CAST_NONE, CAST_NONE);

    for (uint32_t i = 0; i < map->cast->host_count; i++) {
        struct host_state *state = &map->own->states[i];
        *state = (struct host_state){.power = s->hosts[i].power, .word = ""};
        if (s->hosts[i].deferred > 0)
            state->word = "waits";
        state->cut = internet || link_down(map, now, i, CAST_NONE);
    }
    find_parts(map, ui);
    activate_story(map, ui);
    for (uint32_t i = 0; i < map->cast->host_count; i++) {
        struct host_state *state = &map->own->states[i];
        if (state->power == SCENE_STOPPED)
            state->word = "stopped";
        else if (state->power == SCENE_CRASHED)
            state->word = "crashed";
        else if (state->power == SCENE_NOT_YET && s->now_ns > 0)
            state->word = "not started";
        else if (state->cut)
            state->word = "offline";
    }
}

uint64_t states_key(const struct map *map, uint64_t key)
{
    for (uint32_t i = 0; i < map->cast->host_count; i++) {
        const struct host_state *s = &map->own->states[i];
        key = ui_mix(key, (uint64_t)(uintptr_t)s->word ^ (uint64_t)s->power << 56 ^
                              (uint64_t)s->active << 60 ^ (uint64_t)s->cut << 61);
    }
    return key;
}
