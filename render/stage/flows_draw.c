/*
 * Flows: where too much is under way to be looked at one by one, ways with few things show each of them,
 * the others are a band for each direction, as wide as it carries much; the largest say how much.
 * Look-ups stay dotted.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "render/stage/draw_parts.h"
#include "render/stage/pieces.h"

enum { FLOWS_ROOM = 1024, FLOWS_NAMED = 6, FEW = 3, CROWD = 30 };

/* In a denser crowd than that no band has a head. */
static const double HEADS = 0.3;

static uint32_t all_of(const struct flow *flow)
{
    assert(flow);
    return flow->letters + flow->lines + flow->lookups;
}

/* Both directions side by side. */
static struct track lane_of(const struct map *map, const struct flow *flow, double width)
{
    struct track t = track_between(map, flow->from, flow->to), aside = t;

    if (t.length <= 0)
        return t;
    for (int i = 0; i < 4; i++) {
        struct point p = track_at(&t, i / 3.0, width / 2 + 1.5), on = track_at(&t, i / 3.0, 0);
        aside.p[i].x += p.x - on.x;
        aside.p[i].y += p.y - on.y;
    }
    return aside;
}

/* How the bands look together: the more there are, the thinner and paler is each. */
struct looks {
    uint32_t most; /* that any of them carries */
    double crowd;  /* 1 for few, towards 0 for many */
};

static double width_of(const struct flow *flow, const struct looks *looks, double length)
{
    double share = (double)all_of(flow) / looks->most;

    return fmin(1.2 + 10 * sqrt(share) * looks->crowd, fmax(length / 8, 1.2));
}

static void draw_band(struct ui *ui, const struct map *map, const struct flow *flow,
                      const struct looks *looks)
{
    bool asks = flow->lookups > flow->letters + flow->lines;
    enum colour colour = asks ? COLOUR_WAIT : COLOUR_MAIL;
    double length = track_between(map, flow->from, flow->to).length,
           width = width_of(flow, looks, length) * (asks ? 0.5 : 1);
    struct track t = lane_of(map, flow, width);

    if (length <= 0)
        return;
    canvas_curve(
        ui->canvas, t.p,
        (struct pen){colour, width, asks ? DASH_DOTTED : DASH_NONE, 0.1 + 0.3 * looks->crowd});
    if (looks->crowd < HEADS)
        return;
    double head = fmin(width + 5, length / 4), at = 0.62;
    canvas_arrow_head(ui->canvas, track_at(&t, at, 0), track_at(&t, fmin(at + head / length, 1), 0),
                      head, colour);
}

static void draw_count(struct ui *ui, const struct map *map, struct clear *clear,
                       const struct flow *flow)
{
    char words[32];
    struct track t = lane_of(map, flow, 6);
    bool asks = flow->lookups > flow->letters + flow->lines;
    int size = snprintf(words, sizeof words, "\xc3\x97 %u", all_of(flow));
    struct piece p = {.words = text_from(words, (size_t)size),
                      .font = FONT_MEDIUM,
                      .icon =
                          flow->letters > flow->lines + flow->lookups ? ICON_ENVELOPE : ICON_COUNT,
                      .ink = asks ? COLOUR_WAIT_TEXT : COLOUR_MAIL_TEXT,
                      .fill = asks ? COLOUR_WAIT_FILL : COLOUR_MAIL_FILL,
                      .edge = asks ? COLOUR_WAIT : COLOUR_MAIL,
                      .alpha = 1};

    struct point dimensions = piece_size(ui, &p, 0), at;
    if (t.length <= 90 || !clear_beside(clear, &t, 2, dimensions, false, &at))
        return;
    box_take(ui, clear, rect_around(at, dimensions));
    piece_draw(ui, &p, at, 0);
}

static bool is_folded(const struct map *map, uint32_t host)
{
    return host != RECORDING_NONE && map_folded(map, host);
}

/* The first host of its site stands for all of a folded site. */
static uint32_t end_of(const struct map *map, uint32_t host)
{
    uint32_t first = 0;

    if (!is_folded(map, host))
        return host;
    while (map->cast->hosts[first].site != map->cast->hosts[host].site)
        first++;
    return first;
}

/* Flows between the same ends become one; empty ones go. */
static uint32_t join(const struct map *map, struct flow *flows, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        bool folded = is_folded(map, flows[i].from) || is_folded(map, flows[i].to);
        uint32_t j = kept;

        if (all_of(&flows[i]) == 0)
            continue;
        flows[i].from = end_of(map, flows[i].from);
        flows[i].to = end_of(map, flows[i].to);
        if (folded)
            for (j = 0; j < kept; j++)
                if (flows[j].from == flows[i].from && flows[j].to == flows[i].to)
                    break;
        if (j == kept) {
            flows[kept++] = flows[i];
        } else {
            flows[j].letters += flows[i].letters;
            flows[j].lines += flows[i].lines;
            flows[j].lookups += flows[i].lookups;
        }
    }
    return kept;
}

/* Ways with few things show each of them and are no flow any more. */
static void draw_few(struct ui *ui, const struct map *map, const struct flight *flights,
                     uint32_t count, struct flow *flows, uint32_t n, const uint32_t *way)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct flow *flow = way[i] == RECORDING_NONE ? NULL : &flows[way[i]];
        if (flow && all_of(flow) <= FEW && !is_folded(map, flow->from) && !is_folded(map, flow->to))
            flight_mote_draw(ui, map, &flights[i]);
    }
    for (uint32_t i = 0; i < n; i++)
        if (all_of(&flows[i]) <= FEW && !is_folded(map, flows[i].from) &&
            !is_folded(map, flows[i].to))
            flows[i].letters = flows[i].lines = flows[i].lookups = 0;
}

static uint32_t largest(const struct flow *flows, uint32_t count, const bool *named)
{
    uint32_t best = 0;

    for (uint32_t i = 0; i < count; i++)
        if (named[best] || (!named[i] && all_of(&flows[i]) > all_of(&flows[best])))
            best = i;
    return best;
}

void flows_draw(struct ui *ui, const struct map *map, struct clear *clear,
                const struct flight *flights, uint32_t count)
{
    struct memory *memory = ui->moment.recording->memory;
    uint32_t *way = memory_take(memory, count * sizeof *way);
    struct flow *flows = memory_take(memory, FLOWS_ROOM * sizeof *flows);
    uint32_t n = flows_of(flights, count, flows, FLOWS_ROOM, way);
    bool named[FLOWS_ROOM] = {false};

    draw_few(ui, map, flights, count, flows, n, way);
    n = join(map, flows, n);
    struct looks looks = {n > 0 ? all_of(&flows[largest(flows, n, named)]) : 1, 1};
    if (n > CROWD)
        looks.crowd = (double)CROWD / n;
    for (uint32_t i = 0; i < n; i++)
        draw_band(ui, map, &flows[i], &looks);
    for (uint32_t i = 0; i < FLOWS_NAMED && i < n; i++) {
        uint32_t best = largest(flows, n, named);
        named[best] = true;
        draw_count(ui, map, clear, &flows[best]);
    }
    memory_give(memory, flows, FLOWS_ROOM * sizeof *flows);
    memory_give(memory, way, count * sizeof *way);
}
