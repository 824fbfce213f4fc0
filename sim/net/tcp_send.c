/*
 * tcp_send.c - what a TCP end sends, when, and when again (RFC 9293, 5681, 6298, 6582).
 *
 * Time-outs go back to the oldest octet that is not acknowledged and start slowly from there; what
 * the peer already holds is skipped as its cumulative acknowledgement jumps ahead.
 *
 * The timer's event is not moved with every acknowledgement: when it fires before the deadline it
 * sleeps on.  It is taken out when nothing is outstanding, so an idle connection keeps no run alive.
 */
#include <assert.h>
#include <string.h>

#include "sim/net/host.h"
#include "sim/net/tcp_end.h"

/* ---- the send queue ------------------------------------------------------------------------ */

void tcp_queue(struct tcp *t, struct text octets, uint64_t cause)
{
    struct chunk *chunk = memory_take(tcp_owner(t)->net->memory, sizeof *chunk + octets.size);

    chunk->next = NULL;
    chunk->position = t->end;
    chunk->cause = cause;
    chunk->size = octets.size;
    memcpy(chunk->octets, octets.at, octets.size);
    if (t->first == NULL)
        t->first = chunk;
    else
        t->last->next = chunk;
    t->last = chunk;
    if (t->cursor == NULL)
        t->cursor = chunk;
    t->end += octets.size;
}

void tcp_unqueue(struct tcp *t, bool all)
{
    struct memory *memory = tcp_owner(t)->net->memory;

    while (t->first != NULL && (all || t->first->position + t->first->size <= t->una)) {
        struct chunk *chunk = t->first;

        t->first = chunk->next;
        if (t->cursor == chunk)
            t->cursor = chunk->next;
        memory_give(memory, chunk, sizeof *chunk + chunk->size);
    }
    if (t->first == NULL)
        t->last = NULL;
}

/* Copies octets from `position` on, beginning the search at `chunk`; returns the last one used. */
static struct chunk *copy_octets(struct chunk *chunk, uint64_t position, char *out, size_t size)
{
    for (;;) {
        while (chunk->position + chunk->size <= position)
            chunk = chunk->next;
        size_t skip = (size_t)(position - chunk->position);
        size_t part = chunk->size - skip < size ? chunk->size - skip : size;

        memcpy(out, chunk->octets + skip, part);
        if (part == size)
            return chunk;
        out += part;
        position += part;
        size -= part;
    }
}

/* ---- one segment --------------------------------------------------------------------------- */

struct text tcp_flags_text(unsigned flags)
{
    static const struct text words[32] = {
#define W(s) TEXT_INIT(s)
        W(""),   W("S"),   W("A"),   W("SA"),   W("P"),   W("SP"),   W("AP"),   W("SAP"),
        W("F"),  W("SF"),  W("AF"),  W("SAF"),  W("PF"),  W("SPF"),  W("APF"),  W("SAPF"),
        W("R"),  W("SR"),  W("AR"),  W("SAR"),  W("PR"),  W("SPR"),  W("APR"),  W("SAPR"),
        W("FR"), W("SFR"), W("AFR"), W("SAFR"), W("PFR"), W("SPFR"), W("APFR"), W("SAPFR"),
#undef W
    };
    return words[flags];
}

static struct segment *make_segment(struct tcp *t, unsigned flags, uint64_t position, uint32_t size)
{
    struct connection *c = tcp_owner(t);
    struct segment *s = memory_take(c->net->memory, sizeof *s + size);

    s->packet.event.link.next = NULL;
    s->packet.net = c->net;
    s->packet.type = &tcp_packets;
    s->packet.at = c->hosts[t->side];
    s->packet.to = c->hosts[!t->side];
    s->connection = c;
    s->next = NULL;
    s->position = position;
    s->ack = 0;
    s->size = size;
    s->mss = 0;
    s->flags = (uint8_t)flags;
    s->side = t->side;
    return s;
}

static uint64_t record_segment(const struct tcp *t, const struct segment *s,
                               const struct packet_fate *fate, bool again, uint64_t cause)
{
    const struct connection *c = s->connection;
    uint32_t peer_iss = c->ends[!t->side].iss;

    if (!trace_wants(c->net->trace, TRACE_TCP_SEGMENT))
        return trace_skip(c->net->trace, TRACE_TCP_SEGMENT, &(struct trace_where){.cause = cause});
    struct trace_where where = tcp_where(t, cause);
    bool has_ack = s->flags & SEGMENT_ACK;
    return trace_emit_tcp_segment(
        c->net->trace, &where,
        &(struct trace_tcp_segment){.source = tcp_local_text(t),
                                    .source_port = c->ports[t->side],
                                    .destination = tcp_remote_text(t),
                                    .destination_port = c->ports[!t->side],
                                    .seq_no = (uint32_t)(t->iss + s->position),
                                    .ack_no = has_ack ? (uint32_t)(peer_iss + s->ack) : 0,
                                    .flags = tcp_flags_text(s->flags),
                                    .window = s->flags & SEGMENT_RST ? 0 : TCP_WINDOW,
                                    .mss = s->mss,
                                    .offset = s->size > 0 ? (int64_t)s->position - 1 : 0,
                                    .payload_octets = s->size,
                                    .again = again,
                                    .arrives_ns = fate->arrives_ns});
}

static void send_segment(struct tcp *t, struct segment *s, bool again, uint64_t cause)
{
    struct connection *c = s->connection;
    struct net *net = c->net;

    c->references++;
    net->segments++;
    net->retransmitted += again;
    s->packet.octets =
        (uint16_t)(s->size + c->ip_header + TCP_HEADER + (s->mss > 0 ? TCP_MSS_OPTION : 0U));
    if (t->route.generation != net->generation)
        t->route = route_find(net, s->packet.at, s->packet.to);
    struct packet_fate fate = packet_plan(&s->packet, &t->route);
    if (net->filter != NULL)
        packet_filter(&s->packet, &fate, cause);
    uint64_t record = record_segment(t, s, &fate, again, cause);
    packet_commit(&s->packet, &fate, record);
}

/* Every segment but the first carries all that is known of the peer's stream. */
static void add_ack(struct tcp *t, struct segment *s)
{
    s->flags |= SEGMENT_ACK;
    s->ack = t->ack_sent = t->expected;
    t->ack_due = t->ack_now = false;
    if (event_pending(&t->ack_timer))
        queue_clear(tcp_owner(t)->net->queue, &t->ack_timer);
}

void tcp_send_control(struct tcp *t, int flags, uint64_t position, uint64_t ack, uint64_t cause)
{
    struct segment *s = make_segment(t, (unsigned)flags, position, 0);

    s->ack = ack;
    send_segment(t, s, false, cause);
}

void tcp_send_ack(struct tcp *t)
{
    /* After going back, `next_position` would lie below what the peer expects. */
    struct segment *s = make_segment(t, 0, t->high, 0);

    add_ack(t, s);
    send_segment(t, s, false, t->ack_cause);
}

void tcp_send_syn(struct tcp *t, uint64_t cause)
{
    struct net *net = tcp_owner(t)->net;
    struct segment *s = make_segment(t, SEGMENT_SYN, 0, 0);
    bool again = t->high > 0;

    if (t->state == TCP_SYN_RECEIVED)
        add_ack(t, s);
    s->mss = (uint16_t)(1500 - tcp_owner(t)->ip_header - TCP_HEADER);
    t->high = t->next_position = 1;
    t->timed = again ? 0 : 1;
    t->timed_ns = net->queue->now_ns;
    tcp_arm(t);
    send_segment(t, s, again, cause);
}

/* `size` octets from `position` on, and the FIN if it is due right behind them. */
static void send_data(struct tcp *t, uint64_t position, uint32_t size, bool fin, bool again)
{
    struct segment *s = make_segment(t, fin ? SEGMENT_FIN : 0, position, size);
    uint64_t cause = t->cause;

    if (size > 0) {
        struct chunk *from = again && position == t->una ? t->first : t->cursor;
        struct chunk *chunk = copy_octets(from, position, s->octets, size);
        uint64_t after = position + size;

        cause = chunk->cause;
        /* A write ends in this segment: push (RFC 9293 3.9.1.2). */
        if (after == chunk->position + chunk->size || chunk->position > position)
            s->flags |= SEGMENT_PSH;
        if (position == t->next_position)
            t->cursor = chunk;
        t->sent_ns = tcp_owner(t)->net->queue->now_ns;
    }
    if (again && t->resend_cause != 0)
        cause = t->resend_cause;
    if (position == t->next_position)
        t->next_position += size + fin;
    if (t->next_position > t->high)
        t->high = t->next_position;
    add_ack(t, s);
    send_segment(t, s, again, cause);
}

/* ---- as much as allowed -------------------------------------------------------------------- */

uint32_t tcp_initial_window(const struct tcp *t)
{
    return t->mss > 2190 ? 2U * t->mss : t->mss > 1095 ? 3U * t->mss : 4U * t->mss;
}

static uint64_t window(const struct tcp *t)
{
    uint64_t allowed = t->cwnd;

    if (!t->recovering && t->duplicates > 0 && t->duplicates < TCP_DUPLICATES)
        allowed += (uint64_t)t->duplicates * t->mss; /* RFC 3042 */
    return allowed < TCP_FLIGHT_MAX ? allowed : TCP_FLIGHT_MAX;
}

/* RFC 5681 4.1: after a pause of an RTO the path is not known any more. */
static void restart_after_idle(struct tcp *t)
{
    const struct net *net = tcp_owner(t)->net;

    if (t->una == t->high && net->queue->now_ns - t->sent_ns > t->rto_ns &&
        t->cwnd > tcp_initial_window(t))
        t->cwnd = tcp_initial_window(t);
}

/* What was sent starts the clocks: the timer (RFC 6298 5.1) and, if it is new, a measurement. */
static void start_clocks(struct tcp *t, bool again)
{
    if (t->deadline_ns == 0) {
        t->stalled_ns = tcp_owner(t)->net->queue->now_ns;
        tcp_arm(t);
    }
    if (t->timed == 0 && !again) {
        t->timed = t->high;
        t->timed_ns = tcp_owner(t)->net->queue->now_ns;
    }
}

static bool may_send(const struct tcp *t)
{
    return t->state >= TCP_ESTABLISHED && t->state != TCP_FIN_WAIT_2 && t->state != TCP_TIME_WAIT;
}

void tcp_output(struct tcp *t)
{
    if (t->receiving || !may_send(t) || t->next_position > t->end)
        return;
    restart_after_idle(t);
    while (t->next_position <= t->end) {
        uint64_t left = t->end - t->next_position, flight = t->next_position - t->una;
        uint32_t size = left < t->mss ? (uint32_t)left : t->mss;
        bool fin = t->fin_wanted && size == left;
        bool again = t->next_position < t->high;

        if (size == 0 && !fin)
            break;
        if (size > 0 && flight > 0 && flight + size > window(t))
            break;
        bool first_fin = fin && t->high <= t->end;
        send_data(t, t->next_position, size, fin, again);
        start_clocks(t, again);
        if (first_fin)
            tcp_enter(t, t->state == TCP_CLOSE_WAIT ? TCP_LAST_ACK : TCP_FIN_WAIT_1);
    }
}

void tcp_send_first_again(struct tcp *t)
{
    uint64_t left = t->end > t->una ? t->end - t->una : 0;
    uint32_t size = left < t->mss ? (uint32_t)left : t->mss;

    t->timed = 0; /* Karn: RFC 6298 3 */
    if (t->una == t->next_position) {
        tcp_output(t);
        return;
    }
    send_data(t, t->una, size, t->high > t->end && size == left, true);
}

/* ---- timers -------------------------------------------------------------------------------- */

static int64_t limit_ns(const struct tcp *t)
{
    const struct net *net = tcp_owner(t)->net;

    return t->state == TCP_SYN_SENT || t->state == TCP_SYN_RECEIVED ? net->times.connect_limit_ns
                                                                    : net->times.give_up_ns;
}

void tcp_arm(struct tcp *t)
{
    struct queue *queue = tcp_owner(t)->net->queue;
    int64_t last = t->stalled_ns + limit_ns(t);

    t->deadline_ns = queue->now_ns + t->rto_ns;
    if (t->deadline_ns > last)
        t->deadline_ns = last > queue->now_ns ? last : queue->now_ns;
    if (!event_pending(&t->timer) || event_time(&t->timer) > t->deadline_ns)
        queue_set(queue, &t->timer, t->deadline_ns);
}

void tcp_disarm(struct tcp *t)
{
    t->deadline_ns = 0;
    queue_clear(tcp_owner(t)->net->queue, &t->timer);
}

void tcp_measure(struct tcp *t, int64_t r)
{
    if (t->srtt_ns == 0) {
        t->srtt_ns = r;
        t->rttvar_ns = r / 2;
    } else {
        int64_t off = t->srtt_ns > r ? t->srtt_ns - r : r - t->srtt_ns;

        t->rttvar_ns += (off - t->rttvar_ns) / 4;
        t->srtt_ns += (r - t->srtt_ns) / 8;
    }
    t->rto_ns = t->srtt_ns + 4 * t->rttvar_ns;
    if (t->rto_ns < TCP_RTO_LEAST_NS)
        t->rto_ns = TCP_RTO_LEAST_NS;
    if (t->rto_ns > TCP_RTO_MOST_NS)
        t->rto_ns = TCP_RTO_MOST_NS;
}

uint32_t tcp_half_flight(const struct tcp *t)
{
    uint64_t half = (t->high - t->una) / 2, least = 2U * t->mss;

    return (uint32_t)(half > least ? half : least);
}

/* RFC 6298 5.4 to 5.7. */
static void go_back(struct tcp *t)
{
    if (t->attempts == 1)
        t->ssthresh = tcp_half_flight(t);
    t->cwnd = t->mss;
    t->recovering = false;
    t->duplicates = 0;
    t->recover = t->high;
    t->timed = 0;
    t->next_position = t->una;
    t->cursor = t->first;
    tcp_arm(t);
    tcp_output(t);
}

static void time_out(struct tcp *t)
{
    struct net *net = tcp_owner(t)->net;
    uint64_t cause = t->first != NULL && t->una > 0 ? t->first->cause : t->cause;
    bool opening = t->state == TCP_SYN_SENT || t->state == TCP_SYN_RECEIVED;

    if (net->queue->now_ns >= t->stalled_ns + limit_ns(t)) {
        if (t->state == TCP_SYN_SENT)
            tcp_fail(t, TCP_TIMEOUT, cause);
        else
            tcp_lose(t, TCP_TIMEOUT, cause);
        return;
    }
    t->attempts++;
    struct trace_where where = tcp_where(t, cause);
    t->resend_cause = trace_emit_tcp_timeout(
        net->trace, &where,
        &(struct trace_tcp_timeout){
            .rto_ns = t->rto_ns, .attempt = t->attempts, .seq_no = (uint32_t)(t->iss + t->una)});
    t->rto_ns = 2 * t->rto_ns < TCP_RTO_MOST_NS ? 2 * t->rto_ns : TCP_RTO_MOST_NS;
    if (opening) {
        t->syn_lost = true;
        tcp_send_syn(t, t->resend_cause);
    } else {
        go_back(t);
    }
}

void tcp_timer_fire(void *world, struct event *event)
{
    struct tcp *t = EVENT_OWNER(event, struct tcp, timer);
    struct connection *c = tcp_owner(t);
    struct queue *queue = c->net->queue;

    (void)world;
    if (!t->unreachable && queue->now_ns < t->deadline_ns) {
        queue_set(queue, event, t->deadline_ns);
        return;
    }
    c->references++;
    if (t->unreachable)
        tcp_fail(t, TCP_UNREACHABLE, t->cause);
    else
        time_out(t);
    tcp_release(c);
}

void tcp_ack_timer_fire(void *world, struct event *event)
{
    struct tcp *t = EVENT_OWNER(event, struct tcp, ack_timer);
    struct connection *c = tcp_owner(t);

    (void)world;
    c->references++;
    tcp_send_ack(t);
    tcp_release(c);
}
