/*
 * tcp_receive.c - what a TCP end does with what arrives (RFC 9293 3.10.7, in its order).
 *
 * A handler may close or abort its connection, so after each one the state is looked at again.  The
 * segment at hand refers to the connection, which therefore outlives all of this.
 */
#include <assert.h>
#include <string.h>

#include "sim/net/host.h"
#include "sim/net/port.h"
#include "sim/net/tcp_end.h"

/* Sequence space that a segment takes. */
static uint64_t length(const struct segment *s)
{
    return (uint64_t)s->size + !!(s->flags & SEGMENT_SYN) + !!(s->flags & SEGMENT_FIN);
}

/* ---- nobody there -------------------------------------------------------------------------- */

/* RFC 9293 3.10.7.1: a segment for a connection that does not exist. */
static void refuse(struct tcp *t, const struct segment *s)
{
    if (s->flags & SEGMENT_RST)
        return;
    if (s->flags & SEGMENT_ACK)
        tcp_send_control(t, SEGMENT_RST, s->ack, 0, s->packet.cause);
    else
        tcp_send_control(t, SEGMENT_RST | SEGMENT_ACK, 0, s->position + length(s), s->packet.cause);
}

/* A SYN for a port: the server's end begins to live, if somebody listens. */
static void take_syn(struct tcp *t, const struct segment *s)
{
    struct connection *c = s->connection;
    const struct port *port = port_find(c->net, c->hosts[1], NET_TCP, c->ports[1]);

    if (port == NULL) {
        c->net->hosts[c->hosts[1]].missed++;
        t->iss = 0;
        refuse(t, s);
        return;
    }
    tcp_begin(t, TCP_SYN_RECEIVED, port->handlers, port->context, s->packet.cause);
    tcp_choose_sequence(t);
    if (s->mss < t->mss)
        t->mss = s->mss;
    t->expected = 1;
    t->ack_cause = s->packet.cause;
    tcp_send_syn(t, s->packet.cause);
}

/* ---- acknowledgements ---------------------------------------------------------------------- */

/* RFC 6582 3.2 step 2, RFC 5681 3.2. */
static void enter_recovery(struct tcp *t)
{
    t->ssthresh = tcp_half_flight(t);
    t->recover = t->high;
    t->recovering = true;
    t->partial_seen = false;
    t->cwnd = t->ssthresh + TCP_DUPLICATES * (uint32_t)t->mss;
    tcp_send_first_again(t);
}

static void take_duplicate(struct tcp *t)
{
    if (t->recovering) {
        t->cwnd += t->mss;
        return;
    }
    if (t->duplicates < TCP_DUPLICATES && ++t->duplicates == TCP_DUPLICATES && t->una >= t->recover)
        enter_recovery(t);
}

static void open_window(struct tcp *t, uint64_t acked)
{
    if (t->cwnd < t->ssthresh) {
        t->cwnd += acked < t->mss ? (uint32_t)acked : t->mss; /* slow start */
    } else {
        uint32_t step = (uint32_t)t->mss * t->mss / t->cwnd; /* congestion avoidance */

        t->cwnd += step > 0 ? step : 1;
    }
    if (t->cwnd > TCP_CWND_MAX)
        t->cwnd = TCP_CWND_MAX;
}

/* RFC 6582 3.2 step 3.  Returns whether the timer starts anew. */
static bool go_on_recovering(struct tcp *t, uint64_t acked)
{
    if (t->una >= t->recover) {
        uint64_t flight = t->high - t->una, most = (flight > t->mss ? flight : t->mss) + t->mss;

        t->cwnd = most < t->ssthresh ? (uint32_t)most : t->ssthresh;
        t->recovering = false;
        t->duplicates = 0;
        return true;
    }
    bool first = !t->partial_seen;
    t->partial_seen = true;
    tcp_send_first_again(t);
    t->cwnd -= acked < t->cwnd ? (uint32_t)acked : t->cwnd;
    if (acked >= t->mss || t->cwnd < t->mss)
        t->cwnd += t->mss;
    return first;
}

/* Something new is acknowledged: advances `una` and all that hangs on it. */
static void take_progress(struct tcp *t, uint64_t ack)
{
    int64_t now = tcp_owner(t)->net->queue->now_ns;
    uint64_t acked = ack - t->una;
    bool restart = true;

    t->una = ack;
    if (t->next_position < ack)
        t->next_position = ack;
    tcp_unqueue(t, false);
    if (t->timed != 0 && ack >= t->timed) {
        tcp_measure(t, now - t->timed_ns);
        t->timed = 0;
    }
    t->attempts = 0;
    t->stalled_ns = now;
    t->resend_cause = 0;
    if (t->recovering) {
        restart = go_on_recovering(t, acked);
    } else {
        t->duplicates = 0;
        open_window(t, acked);
    }
    if (t->una == t->high)
        tcp_disarm(t); /* RFC 6298 5.2 */
    else if (restart)
        tcp_arm(t); /* 5.3 */
}

/* Our FIN is acknowledged. */
static void take_fin_ack(struct tcp *t, uint64_t cause)
{
    if (t->state == TCP_FIN_WAIT_1)
        tcp_enter(t, TCP_FIN_WAIT_2);
    else if (t->state == TCP_CLOSING || t->state == TCP_LAST_ACK)
        tcp_finish(t, cause);
}

static void take_ack(struct tcp *t, const struct segment *s)
{
    if (s->ack > t->high || s->ack < t->una)
        return;
    if (s->ack == t->una) {
        if (length(s) == 0 && t->una < t->high)
            take_duplicate(t);
        return;
    }
    take_progress(t, s->ack);
    if (t->una == t->end + 1)
        take_fin_ack(t, s->packet.cause);
    if (tcp_alive(t) && t->una >= t->end && t->told < t->end) {
        t->told = t->end;
        if (t->handlers->sent != NULL)
            t->handlers->sent(t->context, t, s->packet.cause);
    }
}

/* ---- data ---------------------------------------------------------------------------------- */

/* Keeps a segment that came too early, in order of position.  False if it is of no use. */
static bool hold(struct tcp *t, struct segment *s)
{
    struct segment **at = &t->held;

    if (s->position + s->size > t->expected + TCP_WINDOW)
        return false;
    while (*at != NULL && (*at)->position < s->position)
        at = &(*at)->next;
    if (*at != NULL && (*at)->position == s->position && length(*at) >= length(s))
        return false;
    s->next = *at;
    *at = s;
    return true;
}

static void take_fin(struct tcp *t, uint64_t cause)
{
    t->fin_received = true;
    t->expected++;
    t->ack_due = t->ack_now = true;
    t->ack_cause = cause;
    if (t->state == TCP_ESTABLISHED)
        tcp_enter(t, TCP_CLOSE_WAIT);
    else if (t->state == TCP_FIN_WAIT_1)
        tcp_enter(t, TCP_CLOSING);
    if (t->handlers->finished != NULL)
        t->handlers->finished(t->context, t, cause);
    if (t->state == TCP_FIN_WAIT_2) {
        tcp_send_ack(t);
        tcp_finish(t, cause);
    }
}

/* The part of a segment that is next in the stream, and its FIN. */
static void deliver(struct tcp *t, const struct segment *s)
{
    uint64_t after = s->position + s->size;

    if (after > t->expected) {
        struct text octets =
            text_after(text_from(s->octets, s->size), (size_t)(t->expected - s->position));

        t->expected = after;
        t->ack_due = true;
        t->ack_cause = s->packet.cause;
        if (t->expected - t->ack_sent >= 2U * t->mss) /* RFC 1122 4.2.3.2 */
            t->ack_now = true;
        if (t->handlers->received != NULL)
            t->handlers->received(t->context, t, octets, s->packet.cause);
    }
    if (tcp_alive(t) && (s->flags & SEGMENT_FIN) && after == t->expected && !t->fin_received)
        take_fin(t, s->packet.cause);
}

/* Returns whether the segment is kept. */
static bool take_data(struct tcp *t, struct segment *s)
{
    if (length(s) == 0)
        return false;
    t->ack_due = true;
    if (s->position > t->expected) {
        t->ack_now = true; /* RFC 5681 4.2: a duplicate, at once */
        t->ack_cause = s->packet.cause;
        return hold(t, s);
    }
    if (s->position + length(s) <= t->expected) {
        t->ack_now = true; /* our acknowledgement was lost, or late */
        t->ack_cause = s->packet.cause;
        return false;
    }
    if (t->held != NULL)
        t->ack_now = true; /* it fills a gap */
    deliver(t, s);
    while (tcp_alive(t) && t->held != NULL && t->held->position <= t->expected) {
        struct segment *held = t->held;

        t->held = held->next;
        deliver(t, held);
        tcp_drop_segment(held);
    }
    return false;
}

/* ---- by state ------------------------------------------------------------------------------ */

/* Sends what is due after a segment: data first, for it carries the acknowledgement along. */
static void answer(struct tcp *t)
{
    struct net *net = tcp_owner(t)->net;

    t->receiving = false;
    tcp_output(t);
    if (!t->ack_due)
        return;
    if (t->ack_now)
        tcp_send_ack(t);
    else if (!event_pending(&t->ack_timer))
        queue_set(net->queue, &t->ack_timer, net->queue->now_ns + net->times.delayed_ack_ns);
}

/* RFC 9293 3.10.7.3. */
static void take_in_syn_sent(struct tcp *t, const struct segment *s)
{
    bool acked = (s->flags & SEGMENT_ACK) && s->ack == 1;

    if ((s->flags & SEGMENT_ACK) && !acked) {
        refuse(t, s);
        return;
    }
    if (s->flags & SEGMENT_RST) {
        if (acked)
            tcp_fail(t, TCP_REFUSED, s->packet.cause);
        return;
    }
    if (!(s->flags & SEGMENT_SYN) || !acked)
        return;
    if (s->mss < t->mss)
        t->mss = s->mss;
    t->expected = 1;
    t->ack_cause = s->packet.cause;
    if (t->timed != 0)
        tcp_measure(t, tcp_owner(t)->net->queue->now_ns - t->timed_ns);
    t->timed = 0;
    tcp_send_ack(t);
    tcp_open(t, s->packet.cause);
    if (tcp_alive(t))
        answer(t);
}

/* True if the handshake is complete and the segment may be looked at. */
static bool leave_syn_received(struct tcp *t, const struct segment *s)
{
    if (s->flags & SEGMENT_SYN) { /* our answer was lost, or is slow */
        t->syn_lost = true;
        tcp_send_syn(t, s->packet.cause);
        return false;
    }
    if (!(s->flags & SEGMENT_ACK))
        return false;
    if (s->ack != 1) {
        refuse(t, s);
        return false;
    }
    if (t->timed != 0)
        tcp_measure(t, tcp_owner(t)->net->queue->now_ns - t->timed_ns);
    t->timed = 0;
    tcp_open(t, s->packet.cause);
    return tcp_alive(t);
}

/* Returns whether the segment is kept. */
static bool take_segment(struct tcp *t, struct segment *s)
{
    bool kept;

    if (s->flags & SEGMENT_RST) {
        /* RFC 9293 3.10.7.4: only within the window, else it is of a time long past. */
        if (s->position >= t->expected && s->position <= t->expected + TCP_WINDOW)
            tcp_lose(t, TCP_RESET, s->packet.cause);
        return false;
    }
    if (t->state == TCP_SYN_RECEIVED && !leave_syn_received(t, s))
        return false;
    if (s->flags & SEGMENT_ACK)
        take_ack(t, s);
    if (!tcp_alive(t))
        return false;
    kept = take_data(t, s);
    if (tcp_alive(t))
        answer(t);
    return kept;
}

/* ---- as a packet --------------------------------------------------------------------------- */

static void tcp_arrive(struct packet *p)
{
    struct segment *s = EVENT_OWNER(p, struct segment, packet);
    struct tcp *t = &s->connection->ends[!s->side];
    bool kept = false;

    t->receiving = tcp_alive(t);
    if (t->state >= TCP_SYN_RECEIVED && t->state != TCP_TIME_WAIT)
        kept = take_segment(t, s);
    else if (t->state == TCP_SYN_SENT)
        take_in_syn_sent(t, s);
    else if (t->state == TCP_TIME_WAIT) {
        /* The peer did not get our last acknowledgement (RFC 9293 3.10.7.4; RST ignored: 1337). */
        if (length(s) > 0 && !(s->flags & SEGMENT_RST)) {
            t->ack_cause = p->cause;
            tcp_send_ack(t);
        }
    } else if ((s->flags & (SEGMENT_SYN | SEGMENT_ACK | SEGMENT_RST)) == SEGMENT_SYN)
        take_syn(t, s);
    else
        refuse(t, s);
    t->receiving = false;
    if (!kept)
        tcp_drop_segment(s);
}

static void tcp_lose_packet(struct packet *p)
{
    tcp_drop_segment(EVENT_OWNER(p, struct segment, packet));
}

static void tcp_describe(const struct packet *p, struct trace_where *where,
                         struct trace_net_dropped *drop)
{
    const struct segment *s = EVENT_OWNER(p, const struct segment, packet);
    const struct connection *c = s->connection;
    const struct tcp *t = &c->ends[s->side];

    where->side = tcp_side(t);
    where->conn = c->number;
    where->mail = c->tag;
    drop->protocol = TEXT("tcp");
    drop->source = tcp_local_text(t);
    drop->source_port = c->ports[s->side];
    drop->destination = tcp_remote_text(t);
    drop->destination_port = c->ports[!s->side];
    drop->packet_octets = p->octets;
}

static void tcp_show(const struct packet *p, struct net_sight *sight)
{
    const struct segment *s = EVENT_OWNER(p, const struct segment, packet);

    sight->protocol = NET_TCP;
    sight->source_port = s->connection->ports[s->side];
    sight->destination_port = s->connection->ports[!s->side];
    sight->conn = s->connection->number;
    sight->flags = tcp_flags_text(s->flags);
    sight->octets = text_from(s->octets, s->size);
}

const struct packet_type tcp_packets = {
    .arrive = tcp_arrive, .lose = tcp_lose_packet, .describe = tcp_describe, .show = tcp_show};
