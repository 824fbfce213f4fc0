/*
 * packet.c - one hop of a packet over a link, the internet, or from a host to itself (see link.h).
 */
#include "sim/net/packet.h"

#include <assert.h>

#include "sim/net/host.h"

/* Puts a packet on a line: tail drop, then its turn, then its luck. */
static void plan_line(const struct net_link *link, struct net_line *line, int64_t now,
                      int64_t sending, struct packet_fate *fate)
{
    const struct link_traits *t = &link->traits;
    int64_t start = line->free_ns > now ? line->free_ns : now;

    if (t->down) {
        fate->drop = NET_LINK_DOWN;
        return;
    }
    if (t->queue_octets > 0 && t->rate_bits > 0 && start + sending - now > link->queue_ns) {
        fate->drop = NET_QUEUE_FULL;
        return;
    }
    line->free_ns = start + sending;
    fate->event_ns = line->free_ns + t->latency_ns;
    if (t->jitter_ns > 0)
        fate->event_ns += (int64_t)random_below(&line->jitter, (uint64_t)t->jitter_ns + 1);
    if (random_chance(&line->loss, t->loss_ppm))
        fate->drop = NET_LOSS;
    fate->arrives_ns = fate->event_ns;
}

static struct net_line *access_line(struct net *net, uint32_t host)
{
    if (net->hosts[host].access == NULL) {
        struct net_line *line = MEMORY_NEW(net->memory, struct net_line);

        net_line_init(line, net->seed, net_access_name(net, host));
        net->hosts[host].access = line;
    }
    return net->hosts[host].access;
}

/* The receiver's own way to the internet: what it adds to what the sender's has done. */
static void plan_own(struct packet *p, uint32_t to, struct packet_fate *fate)
{
    struct net *net = p->net;
    const struct link_traits *t = &net->hosts[to].own->traits, *sent = link_access(net, p->at);
    int64_t more = link_sending_time(t, p->octets) - p->sending_ns;

    if (t->down)
        fate->drop = NET_LINK_DOWN;
    else if (random_chance(&access_line(net, to)->loss, t->loss_ppm))
        fate->drop = NET_LOSS;
    if (more < 0)
        more = 0;
    p->sending_ns += more;
    if (t->latency_ns > sent->latency_ns)
        more += t->latency_ns - sent->latency_ns;
    fate->event_ns += more;
    fate->arrives_ns += more;
}

static void plan_internet(struct packet *p, const struct route *route, struct packet_fate *fate)
{
    struct net *net = p->net;
    struct net_link *internet = net->hosts[p->at].own;

    if (internet == NULL)
        internet = net->internet;
    p->sending_ns = link_sending_time(&internet->traits, p->octets);
    plan_line(internet, access_line(net, p->at), net->queue->now_ns, p->sending_ns, fate);
    if (fate->drop != NET_PASSED)
        return;
    if (route->next == NET_NONE) {
        fate->drop = NET_NO_SUCH_ADDRESS;
        return;
    }
    if (net->hosts[route->next].own != NULL) {
        plan_own(p, route->next, fate);
        if (fate->drop != NET_PASSED)
            return;
    }
    if (p->sending_ns == 0)
        return;
    /* As things stand now; others may yet come before it. */
    int64_t turn = net->hosts[route->next].receive_free_ns + p->sending_ns;
    if (turn > fate->arrives_ns)
        fate->arrives_ns = turn;
    p->met_line = false;
}

struct packet_fate packet_plan(struct packet *p, const struct route *route)
{
    struct net *net = p->net;
    int64_t now = net->queue->now_ns;
    struct packet_fate fate = {.arrives_ns = now, .from = p->at, .route = *route};

    p->met_line = true;
    switch ((enum route_kind)route->kind) {
    case ROUTE_NONE: fate.drop = NET_NO_ROUTE; break;
    case ROUTE_LOOPBACK: fate.arrives_ns = fate.event_ns = now + NET_LOOPBACK_NS; break;
    case ROUTE_LINK: {
        struct net_link *link = &net->links[route->link];

        plan_line(link, &link->lines[link->ends[1] == p->at], now,
                  link_sending_time(&link->traits, p->octets), &fate);
        break;
    }
    case ROUTE_INTERNET: plan_internet(p, route, &fate); break;
    }
    p->at = route->next;
    return fate;
}

/* ---- drops --------------------------------------------------------------------------------- */

static struct text drop_word(enum net_drop drop)
{
    static const struct text words[NET_DROP_COUNT] = {
        [NET_LOSS] = TEXT_INIT("loss"),
        [NET_QUEUE_FULL] = TEXT_INIT("queue_full"),
        [NET_LINK_DOWN] = TEXT_INIT("link_down"),
        [NET_NO_ROUTE] = TEXT_INIT("no_route"),
        [NET_HOST_DOWN] = TEXT_INIT("host_down"),
        [NET_NO_SUCH_ADDRESS] = TEXT_INIT("no_such_address"),
        [NET_FAULT] = TEXT_INIT("fault"),
    };
    return words[drop];
}

/* "a > b" of the line that dropped it, into `b`; nothing if no line was reached. */
static void put_way(struct buffer *b, const struct net *net, const struct route *route,
                    uint32_t from, bool receiving)
{
    if (route == NULL)
        return;
    if (route->kind == ROUTE_LINK) {
        const struct net_link *link = &net->links[route->link];

        buffer_put_text(b, link->ways[link->ends[1] == from]);
    } else if (route->kind == ROUTE_INTERNET && receiving) {
        buffer_put_text(b, TEXT("internet > "));
        buffer_put_text(b, net->hosts[route->next].name);
    } else if (route->kind == ROUTE_INTERNET) {
        buffer_put_text(b, net->hosts[from].name);
        buffer_put_text(b, TEXT(" > internet"));
    }
}

/* Records the loss, observed at `host`, and hands the packet back. */
static void drop_packet(struct packet *p, uint32_t host, enum net_drop why,
                        const struct route *route, bool receiving)
{
    struct net *net = p->net;
    struct trace_where where = {.host = net->hosts[host].name, .cause = p->cause};

    net->dropped++;
    if (trace_wants(net->trace, TRACE_NET_DROPPED)) {
        struct trace_net_dropped drop = {.reason = drop_word(why)};
        struct buffer way;

        buffer_init(&way, net->memory);
        put_way(&way, net, route, host, receiving);
        drop.link = buffer_text(&way);
        p->type->describe(p, &where, &drop);
        trace_emit_net_dropped(net->trace, &where, &drop);
        buffer_free(&way);
    } else {
        trace_skip(net->trace, TRACE_NET_DROPPED, &where);
    }
    p->type->lose(p);
}

/* ---- arrival ------------------------------------------------------------------------------- */

/* False if the receiver's access line is still busy: then the packet waits for its turn there, in
 * the order of arrival, or finds the queue full. */
static bool meet_line(struct packet *p)
{
    struct net *net = p->net;
    const struct net_link *internet = net->internet;
    struct net_host *host = &net->hosts[p->at];
    int64_t now = net->queue->now_ns;
    int64_t turn = host->receive_free_ns + p->sending_ns;

    p->met_line = true;
    if (turn <= now) {
        host->receive_free_ns = now;
        return true;
    }
    if (internet->traits.queue_octets > 0 && turn - now > internet->queue_ns) {
        drop_packet(p, p->at, NET_QUEUE_FULL,
                    &(struct route){.kind = ROUTE_INTERNET, .next = p->at}, true);
        return false;
    }
    host->receive_free_ns = turn;
    queue_set(net->queue, &p->event, turn);
    return false;
}

static void forward(struct packet *p)
{
    struct route route = route_find(p->net, p->at, p->to);
    struct packet_fate fate = packet_plan(p, &route);

    packet_commit(p, &fate, p->cause);
}

static void packet_fire(void *world, struct event *event)
{
    struct packet *p = EVENT_OWNER(event, struct packet, event);

    (void)world;
    if (!p->met_line && !meet_line(p))
        return;
    if (!p->net->hosts[p->at].up) {
        p->net->hosts[p->at].missed++;
        drop_packet(p, p->at, NET_HOST_DOWN, NULL, false);
    } else if (p->at == p->to)
        p->type->arrive(p);
    else
        forward(p);
}

void packet_commit(struct packet *p, const struct packet_fate *fate, uint64_t cause)
{
    p->cause = cause;
    if (fate->drop == NET_PASSED) {
        p->event.fire = packet_fire;
        queue_set(p->net->queue, &p->event, fate->event_ns);
        return;
    }
    bool sent = fate->drop != NET_NO_ROUTE && fate->drop != NET_FAULT;
    drop_packet(p, fate->from, fate->drop, sent ? &fate->route : NULL, false);
}

void packet_filter(struct packet *p, struct packet_fate *fate, uint64_t cause)
{
    struct net *net = p->net;
    struct net_sight sight = {.from = fate->from, .to = p->to};
    int64_t delay = 0;

    p->type->show(p, &sight);
    enum net_drop drop = net->filter(net->filter_context, &sight, &delay, cause);
    assert(delay >= 0);
    if (fate->drop == NET_PASSED && drop != NET_PASSED)
        fate->drop = drop;
    fate->arrives_ns += delay;
    fate->event_ns += delay;
}
