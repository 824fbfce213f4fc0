/*
 * tcp.c - connections: how they begin, change state and end (see tcp.h).
 *
 * tcp_send.c sends and repeats, tcp_receive.c takes what arrives; both change the state only by
 * tcp_enter(), and end a connection only by tcp_fail(), tcp_lose(), tcp_finish() or tcp_wipe().
 */
#include "sim/net/tcp.h"

#include <assert.h>
#include <string.h>

#include "sim/net/host.h"
#include "sim/net/port.h"
#include "sim/net/tcp_end.h"

#if UINTPTR_MAX > UINT32_MAX
_Static_assert(sizeof(struct connection) <= 1024, "speed.md: an idle connection, both ends");
#endif

/* ---- state --------------------------------------------------------------------------------- */

/* RFC 9293 figure 5, and to CLOSED from everywhere (RST, time-out, abort). */
static const uint16_t successors[] = {
    [TCP_CLOSED] = 1 << TCP_SYN_SENT | 1 << TCP_SYN_RECEIVED,
    [TCP_SYN_SENT] = 1 << TCP_ESTABLISHED | 1 << TCP_CLOSED,
    [TCP_SYN_RECEIVED] = 1 << TCP_ESTABLISHED | 1 << TCP_CLOSED,
    [TCP_ESTABLISHED] = 1 << TCP_FIN_WAIT_1 | 1 << TCP_CLOSE_WAIT | 1 << TCP_CLOSED,
    [TCP_FIN_WAIT_1] = 1 << TCP_FIN_WAIT_2 | 1 << TCP_CLOSING | 1 << TCP_CLOSED,
    [TCP_FIN_WAIT_2] = 1 << TCP_TIME_WAIT | 1 << TCP_CLOSED,
    [TCP_CLOSE_WAIT] = 1 << TCP_LAST_ACK | 1 << TCP_CLOSED,
    [TCP_CLOSING] = 1 << TCP_TIME_WAIT | 1 << TCP_CLOSED,
    [TCP_LAST_ACK] = 1 << TCP_CLOSED,
    [TCP_TIME_WAIT] = 1 << TCP_CLOSED,
};

void tcp_enter(struct tcp *t, enum tcp_state state)
{
    assert(successors[t->state] >> state & 1);
    t->state = (uint8_t)state;
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* RFC 6528: a clock of 4 microseconds, and a secret function of both sockets. */
void tcp_choose_sequence(struct tcp *t)
{
    const struct connection *c = tcp_owner(t);
    const struct net *net = c->net;
    uint64_t f = net->hosts[c->hosts[t->side]].secret;

    f = mix(f ^ ((uint64_t)tcp_local_port(t) << 16 | tcp_remote_port(t)));
    f = mix(f ^ address_hash(&net->addresses[c->addresses[t->side]].address));
    f = mix(f ^ address_hash(tcp_remote_address(t)));
    t->iss = (uint32_t)(f + (uint64_t)net->queue->now_ns / 4000);
}

/* ---- beginning ----------------------------------------------------------------------------- */

void tcp_begin(struct tcp *t, enum tcp_state state, const struct tcp_handlers *handlers,
               void *context, uint64_t cause)
{
    struct connection *c = tcp_owner(t);
    struct net_host *host = &c->net->hosts[c->hosts[t->side]];
    uint8_t side = t->side;

    memset(t, 0, sizeof *t);
    t->side = side;
    t->handlers = handlers;
    t->context = context;
    t->cause = cause;
    t->timer.fire = tcp_timer_fire;
    t->ack_timer.fire = tcp_ack_timer_fire;
    t->end = t->told = 1;
    t->rto_ns = TCP_RTO_FIRST_NS;
    t->begun_ns = t->stalled_ns = c->net->queue->now_ns;
    t->mss = (uint16_t)(1500 - c->ip_header - TCP_HEADER);
    tcp_enter(t, state);

    t->next = host->ends;
    if (t->next != NULL)
        t->next->prev = t;
    host->ends = t;
    t->linked = true;
}

/* Finds addresses, port and first hop; false if the host cannot even send a SYN. */
static bool find_way(struct connection *c, uint32_t host, const struct address *source,
                     const struct address *destination)
{
    struct net *net = c->net;
    struct tcp *t = &c->ends[0];

    c->addresses[0] = source != NULL ? net_find_address(net, source)
                                     : net_host_address(net, host, destination->family);
    assert(source == NULL ||
           (c->addresses[0] != NET_NONE && net->addresses[c->addresses[0]].host == host));
    if (address_is_loopback(destination))
        c->addresses[1] = c->addresses[0];
    else
        c->addresses[1] = net_find_address(net, destination);
    if (c->addresses[1] != NET_NONE)
        c->hosts[1] = net->addresses[c->addresses[1]].host;
    if (c->addresses[0] == NET_NONE || (source != NULL && source->family != destination->family))
        return false;
    t->route = route_find(net, host, c->hosts[1]);
    return t->route.kind != ROUTE_NONE;
}

struct tcp *tcp_connect(struct net *net, uint32_t host, const struct address *source,
                        const struct address *destination, uint16_t port,
                        const struct tcp_handlers *handlers, void *context, uint64_t cause)
{
    struct connection *c = MEMORY_NEW(net->memory, struct connection);
    struct tcp *t = &c->ends[0];

    assert(host < net->host_count && destination->family != ADDRESS_NONE && handlers != NULL);
    c->net = net;
    c->number = ++net->conn_count;
    c->hosts[0] = host;
    c->hosts[1] = NET_NONE;
    c->ip_header = destination->family == ADDRESS_IPV6 ? IPV6_HEADER : IPV4_HEADER;
    c->ends[1].side = 1;
    tcp_begin(t, TCP_SYN_SENT, handlers, context, cause);
    bool reachable = find_way(c, host, source, destination);
    if (c->addresses[1] == NET_NONE)
        c->stray = net_stray_address(net, destination);
    c->ports[1] = port;
    c->ports[0] = reachable ? port_take_ephemeral(net, host) : 0;
    if (c->ports[0] == 0) { /* no way, or no port left */
        t->unreachable = true;
        queue_set(net->queue, &t->timer, net->queue->now_ns);
        return t;
    }
    tcp_choose_sequence(t);
    tcp_send_syn(t, cause);
    return t;
}

bool tcp_listen(struct net *net, uint32_t host, uint16_t port, const struct tcp_handlers *handlers,
                void *context)
{
    struct port *p = port_bind(net, host, NET_TCP, port);

    assert(handlers != NULL);
    if (p == NULL)
        return false;
    p->handlers = handlers;
    p->context = context;
    return true;
}

void tcp_unlisten(struct net *net, uint32_t host, uint16_t port)
{
    port_unbind(net, host, NET_TCP, port);
}

bool tcp_listens(const struct net *net, uint32_t host, uint16_t port)
{
    return port_find(net, host, NET_TCP, port) != NULL;
}

void tcp_open(struct tcp *t, uint64_t cause)
{
    struct connection *c = tcp_owner(t);
    struct net *net = c->net;
    struct trace_where where = tcp_where(t, cause);
    uint32_t remote = c->hosts[!t->side];

    tcp_enter(t, TCP_ESTABLISHED);
    t->una = t->next_position = t->high = 1;
    t->ssthresh = TCP_CWND_MAX;
    t->cwnd = t->syn_lost ? t->mss : tcp_initial_window(t);
    if (t->syn_lost && t->rto_ns < TCP_RTO_AFTER_LOST_SYN_NS)
        t->rto_ns = TCP_RTO_AFTER_LOST_SYN_NS;
    t->attempts = 0;
    tcp_disarm(t);
    uint64_t opened = trace_emit_tcp_opened(
        net->trace, &where,
        &(struct trace_tcp_opened){
            .local = tcp_local_text(t),
            .local_port = tcp_local_port(t),
            .remote = tcp_remote_text(t),
            .remote_port = tcp_remote_port(t),
            .remote_host = remote == NET_NONE ? TEXT("") : net->hosts[remote].name,
            .waited_ns = t->side == 0 ? net->queue->now_ns - t->begun_ns : 0});
    if (t->handlers->opened != NULL)
        t->handlers->opened(t->context, t, opened);
}

/* ---- ending -------------------------------------------------------------------------------- */

static bool at_rest(const struct tcp *t)
{
    return t->state == TCP_CLOSED || t->state == TCP_TIME_WAIT;
}

static void settle(struct connection *c)
{
    if (c->references > 0 || !at_rest(&c->ends[0]) || !at_rest(&c->ends[1]))
        return;
    net_drop_stray(c->net, c->stray);
    memory_give(c->net->memory, c, sizeof *c);
}

void tcp_release(struct connection *c)
{
    assert(c->references > 0);
    c->references--;
    settle(c);
}

void tcp_drop_segment(struct segment *s)
{
    struct connection *c = s->connection;

    memory_give(c->net->memory, s, sizeof *s + s->size);
    tcp_release(c);
}

static void unlink_end(struct tcp *t)
{
    struct connection *c = tcp_owner(t);

    assert(t->linked);
    if (t->next != NULL)
        t->next->prev = t->prev;
    if (t->prev != NULL)
        t->prev->next = t->next;
    else
        c->net->hosts[c->hosts[t->side]].ends = t->next;
    t->linked = false;
}

/* The caller holds a reference, or settles. */
void tcp_wipe(struct tcp *t, enum tcp_state state)
{
    struct connection *c = tcp_owner(t);
    struct net *net = c->net;

    c->references++;
    tcp_enter(t, state);
    queue_clear(net->queue, &t->timer);
    queue_clear(net->queue, &t->ack_timer);
    tcp_unqueue(t, true);
    while (t->held != NULL) {
        struct segment *s = t->held;

        t->held = s->next;
        tcp_drop_segment(s);
    }
    unlink_end(t);
    if (t->side == 0 && c->ports[0] != 0)
        port_give_ephemeral(net, c->hosts[0], c->ports[0], state == TCP_TIME_WAIT);
    c->references--;
}

static struct text reason_word(enum tcp_reason reason)
{
    static const struct text words[] = {
        [TCP_FIN] = TEXT_INIT("fin"),
        [TCP_RESET] = TEXT_INIT("reset"),
        [TCP_TIMEOUT] = TEXT_INIT("timeout"),
        [TCP_REFUSED] = TEXT_INIT("refused"),
        [TCP_UNREACHABLE] = TEXT_INIT("unreachable"),
        [TCP_ABORTED] = TEXT_INIT("aborted"),
    };
    return words[reason];
}

static uint64_t record_failed(const struct tcp *t, enum tcp_reason reason, uint64_t cause)
{
    const struct net *net = tcp_owner(t)->net;
    struct trace_where where = tcp_where(t, cause);

    return trace_emit_tcp_failed(
        net->trace, &where,
        &(struct trace_tcp_failed){.remote = tcp_remote_text(t),
                                   .remote_port = tcp_remote_port(t),
                                   .reason = reason_word(reason),
                                   .waited_ns = net->queue->now_ns - t->begun_ns});
}

static uint64_t record_closed(const struct tcp *t, enum tcp_reason reason, uint64_t cause)
{
    struct trace_where where = tcp_where(t, cause);

    return trace_emit_tcp_closed(
        tcp_owner(t)->net->trace, &where,
        &(struct trace_tcp_closed){.reason = reason_word(reason),
                                   .sent_octets = (int64_t)(t->end - 1),
                                   .received_octets =
                                       (int64_t)(t->expected - 1 - t->fin_received)});
}

void tcp_fail(struct tcp *t, enum tcp_reason reason, uint64_t cause)
{
    uint64_t failed = record_failed(t, reason, cause);

    tcp_wipe(t, TCP_CLOSED);
    if (t->handlers->failed != NULL)
        t->handlers->failed(t->context, t, reason, failed);
}

static void end_with(struct tcp *t, enum tcp_state state, enum tcp_reason reason, uint64_t cause)
{
    uint64_t closed = record_closed(t, reason, cause);

    tcp_wipe(t, state);
    if (t->handlers->closed != NULL)
        t->handlers->closed(t->context, t, reason, closed);
}

void tcp_lose(struct tcp *t, enum tcp_reason reason, uint64_t cause)
{
    /* Nobody above has heard of a handshake that did not succeed. */
    if (t->state == TCP_SYN_RECEIVED)
        tcp_wipe(t, TCP_CLOSED);
    else
        end_with(t, TCP_CLOSED, reason, cause);
}

void tcp_finish(struct tcp *t, uint64_t cause)
{
    end_with(t, t->state == TCP_LAST_ACK ? TCP_CLOSED : TCP_TIME_WAIT, TCP_FIN, cause);
}

/* RFC 9293 3.10.5.  Without a word from SYN-SENT: there is nobody yet to tell. */
static void abort_end(struct tcp *t, uint64_t cause)
{
    if (t->state == TCP_SYN_SENT) {
        record_failed(t, TCP_TIMEOUT, cause);
    } else {
        if (t->state != TCP_SYN_RECEIVED)
            cause = record_closed(t, TCP_ABORTED, cause);
        tcp_send_control(t, SEGMENT_RST | SEGMENT_ACK, t->high, t->expected, cause);
    }
    tcp_wipe(t, TCP_CLOSED);
}

void tcp_abort(struct tcp *t, uint64_t cause)
{
    struct connection *c = tcp_owner(t);

    assert(tcp_alive(t));
    c->references++;
    abort_end(t, cause);
    tcp_release(c);
}

void tcp_write(struct tcp *t, struct text octets, uint64_t cause)
{
    assert(tcp_alive(t) && !t->fin_wanted);
    if (octets.size == 0)
        return;
    struct trace_where where = tcp_where(t, cause);
    uint64_t bytes = trace_emit_tcp_bytes(
        tcp_owner(t)->net->trace, &where,
        &(struct trace_tcp_bytes){.offset = (int64_t)(t->end - 1), .octets = octets});
    tcp_queue(t, octets, bytes);
    tcp_output(t);
}

void tcp_close(struct tcp *t, uint64_t cause)
{
    if (!tcp_alive(t) || t->fin_wanted)
        return;
    t->fin_wanted = true;
    t->cause = cause;
    tcp_output(t);
}

uint32_t tcp_host_down(struct net *net, uint32_t host, bool crash, uint64_t cause)
{
    uint32_t count = 0;

    assert(host < net->host_count);
    while (net->hosts[host].ends != NULL) {
        struct tcp *t = net->hosts[host].ends;
        struct connection *c = tcp_owner(t);

        c->references++;
        if (crash)
            tcp_wipe(t, TCP_CLOSED);
        else
            abort_end(t, cause);
        tcp_release(c);
        count++;
    }
    return count;
}

/* ---- who it is ----------------------------------------------------------------------------- */

void tcp_set_context(struct tcp *t, void *context)
{
    t->context = context;
}

uint32_t tcp_host(const struct tcp *t)
{
    return tcp_owner(t)->hosts[t->side];
}

enum trace_side tcp_side(const struct tcp *t)
{
    return t->side == 0 ? TRACE_SIDE_CLIENT : TRACE_SIDE_SERVER;
}

uint32_t tcp_conn(const struct tcp *t)
{
    return tcp_owner(t)->number;
}

uint32_t tcp_remote(const struct tcp *t)
{
    return tcp_owner(t)->addresses[!t->side];
}

uint16_t tcp_local_port(const struct tcp *t)
{
    return tcp_owner(t)->ports[t->side];
}

uint16_t tcp_remote_port(const struct tcp *t)
{
    return tcp_owner(t)->ports[!t->side];
}

static const struct net_address *end_address(const struct connection *c, int side)
{
    uint32_t index = c->addresses[side];

    return index != NET_NONE ? &c->net->addresses[index] : side == 1 ? c->stray : NULL;
}

const struct address *tcp_remote_address(const struct tcp *t)
{
    return &end_address(tcp_owner(t), !t->side)->address;
}

struct text tcp_remote_text(const struct tcp *t)
{
    return end_address(tcp_owner(t), !t->side)->text;
}

struct text tcp_local_text(const struct tcp *t)
{
    const struct net_address *local = end_address(tcp_owner(t), t->side);

    return local != NULL ? local->text : TEXT("");
}

uint64_t tcp_unacknowledged(const struct tcp *t)
{
    uint64_t from = t->una == 0 ? 1 : t->una;

    return from < t->end ? t->end - from : 0;
}

bool tcp_peer_gone(const struct tcp *t)
{
    return at_rest(&tcp_owner(t)->ends[!t->side]);
}

void tcp_set_tag(struct tcp *t, struct text mail)
{
    tcp_owner(t)->tag = mail;
}

struct text tcp_tag(const struct tcp *t)
{
    return tcp_owner(t)->tag;
}

struct trace_where tcp_where(const struct tcp *t, uint64_t cause)
{
    const struct connection *c = tcp_owner(t);

    return (struct trace_where){.host = c->net->hosts[c->hosts[t->side]].name,
                                .side = tcp_side(t),
                                .conn = c->number,
                                .mail = c->tag,
                                .cause = cause};
}
