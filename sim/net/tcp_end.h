/*
 * tcp_end.h - one end of a TCP connection, and segments.  For sim/net/tcp*.c only.
 *
 * Both ends lie in one object, so that a segment finds its goal without a look-up; neither reads the
 * other's half (but for trace labels).  The object lives as long as an end is alive or a segment on
 * its way: that is all of TIME-WAIT that is needed here, since nothing else can still arrive.
 *
 * Positions  in a stream are counted from the SYN, which is 0: the first octet of payload is 1, the
 *            FIN comes after the last.  They have 64 bits and never wrap; the 32-bit sequence
 *            number on the wire is the initial sequence number plus the position.
 * Units      nanoseconds, octets.
 * Owner      struct net; a connection frees itself when nothing needs it any more.
 * Errors     as in tcp.h.
 */
#ifndef SIM_NET_TCP_END_H
#define SIM_NET_TCP_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/queue.h"
#include "sim/net/packet.h"
#include "sim/net/tcp.h"

/* RFC 9293 3.3.2; LISTEN belongs to a port, not to an end. */
enum tcp_state {
    TCP_CLOSED,
    TCP_SYN_SENT,
    TCP_SYN_RECEIVED,
    TCP_ESTABLISHED,
    TCP_FIN_WAIT_1,
    TCP_FIN_WAIT_2,
    TCP_CLOSE_WAIT,
    TCP_CLOSING,
    TCP_LAST_ACK,
    TCP_TIME_WAIT
};

enum { SEGMENT_SYN = 1, SEGMENT_ACK = 2, SEGMENT_PSH = 4, SEGMENT_FIN = 8, SEGMENT_RST = 16 };

enum {
    TCP_WINDOW = 65535,
    /* A sender stops one octet short of it: full use would look like a stalled receiver in a
     * capture ("window full"). */
    TCP_FLIGHT_MAX = TCP_WINDOW - 1,
    TCP_CWND_MAX = 1 << 24,
    TCP_DUPLICATES = 3 /* RFC 5681 3.2 */
};

#define TCP_RTO_FIRST_NS          (1 * INT64_C(1000000000))  /* RFC 6298 2.1 */
#define TCP_RTO_LEAST_NS          (1 * INT64_C(1000000000))  /* 2.4 */
#define TCP_RTO_MOST_NS           (60 * INT64_C(1000000000)) /* 2.5: at least 60 s */
#define TCP_RTO_AFTER_LOST_SYN_NS (3 * INT64_C(1000000000))  /* 5.7 */

/* What one tcp_write() handed over, until it is acknowledged. */
struct chunk {
    struct chunk *next;
    uint64_t position; /* of its first octet */
    uint64_t cause;
    size_t size;
    char octets[];
};

struct connection;

struct segment {
    struct packet packet;
    struct connection *connection;
    struct segment *next; /* in the list of those held out of order */
    uint64_t position, ack;
    uint32_t size;
    uint16_t mss;  /* offered in a SYN, else 0 */
    uint8_t flags; /* SEGMENT_... */
    uint8_t side;  /* of the sender: 0 client, 1 server */
    char octets[];
};

struct tcp {
    struct event timer;      /* retransmission; may sleep less than `deadline_ns` asks for */
    struct event ack_timer;  /* delayed acknowledgement */
    struct tcp *next, *prev; /* among its host's, while alive */
    const struct tcp_handlers *handlers;
    void *context;

    struct chunk *first, *last; /* written, not yet acknowledged */
    struct chunk *cursor;       /* where `next_position` lies, or the last chunk before it */
    struct segment *held;       /* received out of order, by position */

    uint64_t una;           /* oldest position not acknowledged */
    uint64_t next_position; /* to be sent */
    uint64_t high;          /* one beyond the highest sent so far */
    uint64_t end;           /* one beyond the last octet written: where the FIN goes */
    uint64_t told;          /* end as the handler `sent` last heard of it */
    uint64_t expected;      /* next position of the peer's stream */
    uint64_t ack_sent;      /* the last acknowledgement that we sent */
    uint64_t recover;       /* RFC 6582 */
    uint64_t timed;         /* position that ends the round trip being measured; 0: none */

    int64_t deadline_ns; /* when the retransmission timer runs off */
    int64_t stalled_ns;  /* since when nothing outstanding was acknowledged */
    int64_t rto_ns, srtt_ns, rttvar_ns;
    int64_t timed_ns;   /* when `timed` was sent */
    int64_t sent_ns;    /* when something with payload was last sent */
    int64_t begun_ns;   /* when the first SYN left or came */
    uint64_t ack_cause; /* handle of the segment that an acknowledgement would answer */
    uint64_t cause;     /* of the SYN, later of tcp_close() */
    /* Handle of the time-out that made us go back, until the next progress. */
    uint64_t resend_cause;

    uint32_t cwnd, ssthresh;
    uint32_t iss;
    uint32_t attempts;  /* time-outs in a row */
    uint16_t mss;       /* the peer will take */
    uint8_t side;       /* 0 client, 1 server */
    uint8_t state;      /* enum tcp_state; set by tcp_enter() only */
    uint8_t duplicates; /* acknowledgements in a row */
    bool recovering;    /* fast recovery */
    bool partial_seen;  /* a partial acknowledgement in this recovery */
    bool receiving;     /* a segment is being taken: output waits until its handlers are done */
    bool ack_due;       /* something was received that no segment of ours acknowledged yet */
    bool ack_now;       /* and it must not be delayed */
    bool fin_wanted;    /* tcp_close() was called */
    bool fin_received;  /* and all before it */
    bool syn_lost;      /* the SYN had to be repeated */
    bool unreachable;   /* the connection has failed before its first SYN */
    bool linked;        /* in its host's list */
    struct route route; /* the first hop, as of route.generation */
};

struct connection {
    struct net *net;
    struct net_address *stray; /* the server's address if nobody has it, else NULL */
    struct text tag;
    uint32_t number;
    uint32_t references;   /* segments on their way or held, and running handlers */
    uint32_t hosts[2];     /* NET_NONE: nobody */
    uint32_t addresses[2]; /* indices into net->addresses, or NET_NONE */
    uint16_t ports[2];
    uint8_t ip_header;  /* octets */
    struct tcp ends[2]; /* client, server */
};

static inline struct connection *tcp_owner(const struct tcp *t)
{
    const struct tcp *ends = t - t->side;

    return (struct connection *)(uintptr_t)((const char *)ends - offsetof(struct connection, ends));
}

static inline bool tcp_alive(const struct tcp *t)
{
    return t->state != TCP_CLOSED && t->state != TCP_TIME_WAIT;
}

/* ---- tcp.c ---- */

/* Sets up an end that begins to live, and puts it in its host's
 * list. */
void tcp_begin(struct tcp *t, enum tcp_state state, const struct tcp_handlers *handlers,
               void *context, uint64_t cause);
/* RFC 6528. */
void tcp_choose_sequence(struct tcp *t);
/* The handshake is complete: congestion window, record, handler `opened`. */
void tcp_open(struct tcp *t, uint64_t cause);
/* The only way to another state; asserts that RFC 9293 knows it. */
void tcp_enter(struct tcp *t, enum tcp_state state);
/* Ends that never were open, or no longer are: record, then handler.  The object itself lives until
 * nothing refers to it. */
void tcp_fail(struct tcp *t, enum tcp_reason reason, uint64_t cause);
void tcp_lose(struct tcp *t, enum tcp_reason reason, uint64_t cause);
/* Both FINs are acknowledged, or ours came second and will be answered from TIME-WAIT. */
void tcp_finish(struct tcp *t, uint64_t cause);
/* Closed without record or handler. */
void tcp_wipe(struct tcp *t, enum tcp_state state);
/* One reference less; frees the object with the last one. */
void tcp_release(struct connection *c);
void tcp_drop_segment(struct segment *s);

/* ---- tcp_send.c ---- */

/* Queues octets behind those already written. */
void tcp_queue(struct tcp *t, struct text octets, uint64_t cause);
/* Gives back the chunks below `una`, or all. */
void tcp_unqueue(struct tcp *t, bool all);
/* Sends what the windows allow, and the FIN. */
void tcp_output(struct tcp *t);
/* "SA" and the like. */
struct text tcp_flags_text(unsigned flags);
/* A segment without payload, at `position`: SYN, ACK, RST. */
void tcp_send_control(struct tcp *t, int flags, uint64_t position, uint64_t ack, uint64_t cause);
void tcp_send_syn(struct tcp *t, uint64_t cause);
void tcp_send_ack(struct tcp *t);
/* The first segment not acknowledged, once more. */
void tcp_send_first_again(struct tcp *t);
/* The retransmission timer runs off an RTO from now; or does not run. */
void tcp_arm(struct tcp *t);
void tcp_disarm(struct tcp *t);
/* RFC 6298 2.2 and 2.3. */
void tcp_measure(struct tcp *t, int64_t round_trip_ns);
void tcp_timer_fire(void *world, struct event *event);
void tcp_ack_timer_fire(void *world, struct event *event);
/* RFC 5681 3.1, equation 4: half of what is on its way, the threshold after a loss. */
uint32_t tcp_half_flight(const struct tcp *t);
/* RFC 5681 3.1: the initial window. */
uint32_t tcp_initial_window(const struct tcp *t);

/* ---- tcp_receive.c ---- */

extern const struct packet_type tcp_packets;

#endif
