/*
 * route.c - shortest ways over declared links (see route.h).
 *
 * Hosts with links are numbered as nodes.  For a destination, Dijkstra's algorithm runs from it
 * outwards and leaves each node the link that leads towards it: 4 octets a node.  A destination that
 * hangs on one router shares that router's numbers, so that a tree of 10,000 hosts costs as many
 * tables as it has routers.  When the tables outgrow ROUTE_WORDS_MAX they are all dropped and made
 * again as needed; that changes the time a run takes and nothing else.
 */
#include "sim/net/route.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "sim/net/host.h"

enum { ROUTE_WORDS_MAX = 16 * 1024 * 1024 }; /* 64 MB of next links */

/* What it costs to get to the destination, the most important first. */
struct cost {
    uint32_t down; /* links that are down */
    uint32_t hops;
    int64_t latency_ns;
};

struct reach {
    struct cost cost;
    uint32_t link; /* towards the destination; NET_NONE at the destination itself */
    bool reached, settled;
};

struct waypoint {
    struct cost cost;
    uint32_t node;
};

/* Where to go from each node, on the way to one destination. */
struct ways {
    uint32_t *links; /* by node; NET_NONE: no way, or there already */
    uint32_t room;   /* nodes when it was made */
    uint32_t entry;  /* the nearest router on the internet from which links lead there */
};

struct route_cache {
    uint32_t generation;
    uint32_t links_seen; /* links whose ends are numbered */
    uint32_t node_count, node_room;
    uint32_t *hosts;    /* by node */
    struct ways **ways; /* by node of the destination; NULL: not asked for */
    uint32_t ways_room;
    struct ways *gateways; /* to the nearest router on the internet */
    uint64_t words;        /* in all tables */
};

/* ---- a heap of waypoints ------------------------------------------------------------------- */

struct heap {
    struct waypoint *items;
    uint32_t count;
};

static int compare_cost(const struct cost *a, const struct cost *b)
{
    if (a->down != b->down)
        return a->down < b->down ? -1 : 1;
    if (a->latency_ns != b->latency_ns)
        return a->latency_ns < b->latency_ns ? -1 : 1;
    return a->hops == b->hops ? 0 : a->hops < b->hops ? -1 : 1;
}

static bool before(const struct waypoint *a, const struct waypoint *b)
{
    int order = compare_cost(&a->cost, &b->cost);

    return order != 0 ? order < 0 : a->node < b->node;
}

static void heap_push(struct heap *h, struct waypoint w)
{
    uint32_t i = h->count++;

    for (; i > 0 && before(&w, &h->items[(i - 1) / 2]); i = (i - 1) / 2)
        h->items[i] = h->items[(i - 1) / 2];
    h->items[i] = w;
}

static struct waypoint heap_pop(struct heap *h)
{
    struct waypoint top = h->items[0], last = h->items[--h->count];
    uint32_t i = 0;

    for (;;) {
        uint32_t child = 2 * i + 1;

        if (child >= h->count)
            break;
        if (child + 1 < h->count && before(&h->items[child + 1], &h->items[child]))
            child++;
        if (!before(&h->items[child], &last))
            break;
        h->items[i] = h->items[child];
        i = child;
    }
    h->items[i] = last;
    return top;
}

/* ---- Dijkstra ------------------------------------------------------------------------------ */

struct search {
    struct net *net;
    struct route_cache *cache;
    struct reach *reach; /* by node */
    struct heap heap;
};

static uint32_t other_end(const struct net_link *link, uint32_t host)
{
    return link->ends[link->ends[0] == host];
}

/* Of two equal ways, the one over the lower host, then over the lower link. */
static bool lower(const struct net *net, uint32_t host, uint32_t link, uint32_t than)
{
    uint32_t a = other_end(&net->links[link], host), b = other_end(&net->links[than], host);

    return a != b ? a < b : link < than;
}

static void start_at(struct search *s, uint32_t node)
{
    s->reach[node] = (struct reach){.link = NET_NONE, .reached = true};
    heap_push(&s->heap, (struct waypoint){.node = node});
}

/* Offers the other end of `link` a way over `node`. */
static void relax(struct search *s, uint32_t node, uint32_t index)
{
    const struct net_link *link = &s->net->links[index];
    uint32_t host = other_end(link, s->cache->hosts[node]);
    uint32_t other = s->net->hosts[host].node;
    struct reach *r = &s->reach[other];
    struct cost cost = s->reach[node].cost;

    cost.down += link->traits.down;
    cost.latency_ns += link->traits.latency_ns;
    cost.hops++;
    int order = r->reached ? compare_cost(&cost, &r->cost) : -1;
    if (r->settled || order > 0)
        return;
    if (order == 0 && (r->link == NET_NONE || !lower(s->net, host, index, r->link)))
        return;
    *r = (struct reach){.cost = cost, .link = index, .reached = true};
    if (order < 0)
        heap_push(&s->heap, (struct waypoint){.cost = cost, .node = other});
}

static void spread_out(struct search *s)
{
    bool first = true;

    while (s->heap.count > 0) {
        uint32_t node = heap_pop(&s->heap).node, host = s->cache->hosts[node];

        if (s->reach[node].settled)
            continue;
        s->reach[node].settled = true;
        /* What lies behind a host that does not forward is reached only if it is the goal itself. */
        if (first || s->net->hosts[host].router)
            for (uint32_t i = s->net->hosts[host].first_link; i != NET_NONE;) {
                const struct net_link *link = &s->net->links[i];

                relax(s, node, i);
                i = link->next_link[link->ends[1] == host];
            }
        first = false;
    }
}

static bool is_gateway(const struct net_host *host)
{
    return host->router && host->on_internet;
}

/* The gateway of least cost among those reached; of equal ones the lowest host. */
static uint32_t nearest_gateway(const struct search *s)
{
    uint32_t best = NET_NONE;

    for (uint32_t node = 0; node < s->cache->node_count; node++) {
        uint32_t host = s->cache->hosts[node];

        if (!s->reach[node].reached || !is_gateway(&s->net->hosts[host]))
            continue;
        int order = best == NET_NONE ? -1
                                     : compare_cost(&s->reach[node].cost,
                                                    &s->reach[s->net->hosts[best].node].cost);
        if (order < 0 || (order == 0 && host < best))
            best = host;
    }
    return best;
}

/* Ways to `goal`, a node; or, if it is NET_NONE, to the nearest gateway. */
static struct ways *find_ways(struct net *net, struct route_cache *cache, uint32_t goal)
{
    struct memory *m = net->memory;
    size_t reach_size = cache->node_count * sizeof(struct reach);
    size_t heap_size = (2 * (size_t)net->link_count + cache->node_count) * sizeof(struct waypoint);
    struct search s = {.net = net, .cache = cache};
    struct ways *ways = MEMORY_NEW(m, struct ways);

    s.reach = memory_take_clear(m, reach_size);
    s.heap.items = memory_take(m, heap_size);
    if (goal != NET_NONE)
        start_at(&s, goal);
    else
        for (uint32_t node = 0; node < cache->node_count; node++)
            if (is_gateway(&net->hosts[cache->hosts[node]]))
                start_at(&s, node);
    spread_out(&s);

    ways->entry = nearest_gateway(&s);
    ways->room = cache->node_count;
    ways->links = memory_take(m, ways->room * sizeof *ways->links);
    for (uint32_t node = 0; node < ways->room; node++)
        ways->links[node] = s.reach[node].reached ? s.reach[node].link : NET_NONE;
    cache->words += ways->room;
    memory_give(m, s.reach, reach_size);
    memory_give(m, s.heap.items, heap_size);
    return ways;
}

/* ---- the tables ---------------------------------------------------------------------------- */

static void drop_ways(struct net *net, struct ways *ways)
{
    if (ways == NULL)
        return;
    memory_give(net->memory, ways->links, ways->room * sizeof *ways->links);
    memory_give(net->memory, ways, sizeof *ways);
}

static void drop_all(struct net *net, struct route_cache *cache)
{
    for (uint32_t node = 0; node < cache->ways_room; node++) {
        drop_ways(net, cache->ways[node]);
        cache->ways[node] = NULL;
    }
    drop_ways(net, cache->gateways);
    cache->gateways = NULL;
    cache->words = 0;
}

static void number_node(struct net *net, struct route_cache *cache, uint32_t host)
{
    if (net->hosts[host].node != NET_NONE)
        return;
    cache->hosts = memory_make_room(net->memory, cache->hosts, cache->node_count, &cache->node_room,
                                    sizeof *cache->hosts);
    cache->hosts[cache->node_count] = host;
    net->hosts[host].node = cache->node_count++;
}

/* Brings the tables up to the topology as it is now. */
static struct route_cache *refresh(struct net *net)
{
    struct route_cache *cache = net->routes;

    if (cache == NULL)
        cache = net->routes = MEMORY_NEW(net->memory, struct route_cache);
    if (cache->generation == net->generation && cache->words <= ROUTE_WORDS_MAX)
        return cache;
    drop_all(net, cache);
    for (; cache->links_seen < net->link_count; cache->links_seen++)
        for (int end = 0; end < 2; end++)
            number_node(net, cache, net->links[cache->links_seen].ends[end]);
    if (cache->ways_room < cache->node_count) {
        size_t before_size = cache->ways_room * sizeof(struct ways *);
        size_t size = cache->node_count * sizeof(struct ways *);

        memory_give(net->memory, cache->ways, before_size);
        cache->ways = memory_take_clear(net->memory, size);
        cache->ways_room = cache->node_count;
    }
    cache->generation = net->generation;
    return cache;
}

static const struct ways *ways_to(struct net *net, struct route_cache *cache, uint32_t host)
{
    uint32_t node = net->hosts[host].node;

    if (cache->ways[node] == NULL)
        cache->ways[node] = find_ways(net, cache, node);
    return cache->ways[node];
}

/* The link from `from` towards `to`, or NET_NONE; both have links. */
static uint32_t next_link(struct net *net, struct route_cache *cache, uint32_t from, uint32_t to)
{
    const struct net_host *goal = &net->hosts[to];

    if (goal->first_link == goal->last_link) {
        uint32_t neighbour = other_end(&net->links[goal->first_link], to);

        if (neighbour == from)
            return goal->first_link;
        if (!net->hosts[neighbour].router)
            return NET_NONE;
        to = neighbour;
    }
    return ways_to(net, cache, to)->links[net->hosts[from].node];
}

/* Where a packet to `to` leaves the internet: there itself, or at the router nearest to it. */
static uint32_t internet_entry(struct net *net, uint32_t to)
{
    if (to == NET_NONE || net->hosts[to].on_internet)
        return to;
    if (net->hosts[to].first_link == NET_NONE)
        return NET_NONE;
    return ways_to(net, refresh(net), to)->entry;
}

static struct route over_link(const struct net *net, uint32_t from, uint32_t link)
{
    if (link == NET_NONE)
        return (struct route){.generation = net->generation, .kind = ROUTE_NONE};
    return (struct route){.generation = net->generation,
                          .link = link,
                          .next = other_end(&net->links[link], from),
                          .kind = ROUTE_LINK};
}

struct route route_find(struct net *net, uint32_t from, uint32_t to)
{
    const struct net_host *host = &net->hosts[from];
    struct route route = {.generation = net->generation, .next = to, .kind = ROUTE_NONE};

    assert(from < net->host_count && (to == NET_NONE || to < net->host_count));
    if (from == to) {
        route.kind = ROUTE_LOOPBACK;
        return route;
    }
    if (host->first_link != NET_NONE && to != NET_NONE && net->hosts[to].first_link != NET_NONE) {
        uint32_t link = next_link(net, refresh(net), from, to);

        if (link != NET_NONE)
            return over_link(net, from, link);
    }
    uint32_t entry = internet_entry(net, to);
    if (entry == NET_NONE && to != NET_NONE)
        return route;
    if (host->on_internet) {
        route.next = entry;
        route.kind = ROUTE_INTERNET;
        return route;
    }
    if (host->first_link == NET_NONE)
        return route;
    struct route_cache *cache = refresh(net);
    if (cache->gateways == NULL)
        cache->gateways = find_ways(net, cache, NET_NONE);
    return over_link(net, from, cache->gateways->links[host->node]);
}
