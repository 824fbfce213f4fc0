/*
 * tcp.h - streams between two hosts (RFC 9293).
 *
 * Three-way handshake with the MSS option, cumulative and delayed acknowledgements (RFC 1122
 * 4.2.3.2), retransmission (RFC 6298), slow start, congestion avoidance, fast retransmit and
 * recovery (RFC 5681, NewReno RFC 6582, limited transmit RFC 3042), half-close, RST, TIME-WAIT.
 * Left out: urgent data, window scaling, SACK, timestamps, keep-alive, Nagle (off); the receive
 * window is always 65535 octets.
 *
 * A `struct tcp` is one end.  Handlers run from events only, never inside tcp_connect(), tcp_write(),
 * tcp_close() or tcp_abort(), so a handler may call any of these on any connection.
 *
 * Life of an end:  tcp_connect -> opened | failed;   listener -> opened;
 *                  opened -> received* , sent*, finished? -> closed, once.
 * After failed, closed or tcp_abort() the end is gone: no handler runs again, and the pointer must
 * not be used again (in `failed` and `closed` themselves it may still be asked who it was).
 *
 * Causes  `cause` is a trace handle (trace.h): given to a call, what led to it; given to a handler,
 *         the record of the segment (or time-out) that brought this about.  It decides nothing.
 * Units   nanoseconds, octets.
 * Owner   struct net; octets are copied by tcp_write(), and lent to `received` for the call only.
 * Errors  what goes wrong with a connection comes to its handlers, `failed` or `closed`.
 */
#ifndef SIM_NET_TCP_H
#define SIM_NET_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/net/net.h"
#include "sim/trace/trace.h"

struct tcp;

/* Why a connection is no more, or never was. */
enum tcp_reason {
    TCP_FIN,         /* closed: both sides said all they had to say */
    TCP_RESET,       /* closed: RST received */
    TCP_TIMEOUT,     /* closed, failed: no answer for too long */
    TCP_REFUSED,     /* failed: RST to our SYN */
    TCP_UNREACHABLE, /* failed: no way there, or no address of that family here */
    TCP_ABORTED      /* only in records: we sent RST */
};

/* Any of them may be NULL. */
struct tcp_handlers {
    void (*opened)(void *context, struct tcp *tcp, uint64_t cause);
    void (*failed)(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause);
    /* The next octets of the stream, at least one, borrowed. */
    void (*received)(void *context, struct tcp *tcp, struct text octets, uint64_t cause);
    /* The peer will send nothing more (its FIN); we still may. */
    void (*finished)(void *context, struct tcp *tcp, uint64_t cause);
    void (*closed)(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause);
    /* Everything written so far has been acknowledged. */
    void (*sent)(void *context, struct tcp *tcp, uint64_t cause);
};

/* Accepts connections to `port` on every address of `host`.  `handlers` must outlive them.  The
 * first handler to run is `opened`, with the listener's context; tcp_set_context() there gives the
 * connection its own.  False if the port is taken. */
bool tcp_listen(struct net *net, uint32_t host, uint16_t port, const struct tcp_handlers *handlers,
                void *context);
/* New connections are refused from now on; open ones stay. */
void tcp_unlisten(struct net *net, uint32_t host, uint16_t port);
bool tcp_listens(const struct net *net, uint32_t host, uint16_t port);

/* `source` may be NULL: the host's first address of the destination's family.  Never NULL: what
 * goes wrong comes to `failed`.  The port is ephemeral (RFC 6056). */
struct tcp *tcp_connect(struct net *net, uint32_t host, const struct address *source,
                        const struct address *destination, uint16_t port,
                        const struct tcp_handlers *handlers, void *context, uint64_t cause);
/* Queues without limit and sends what the windows allow; before `opened` too.  What a handler writes
 * to its own connection leaves when the segment that brought it about has been dealt with, so that
 * several writes, a FIN and the acknowledgement travel together.  Emits tcp.bytes. */
void tcp_write(struct tcp *tcp, struct text octets, uint64_t cause);
/* FIN after all that was written.  Nothing may be written after it.  Twice is once, and of a
 * connection that is over (in `closed`) nothing is left to end. */
void tcp_close(struct tcp *tcp, uint64_t cause);
/* RST, and gone at once: no handler runs again. */
void tcp_abort(struct tcp *tcp, uint64_t cause);

/* All connections of the host end.  crash: without a word, as if the power went; else with RST.  No
 * handler of this host runs.  Later segments meet a host that is down, or get RST once it is up.
 * Listeners stay.  Returns how many there were (those in TIME-WAIT left out). */
uint32_t tcp_host_down(struct net *net, uint32_t host, bool crash, uint64_t cause);

void tcp_set_context(struct tcp *tcp, void *context);
uint32_t tcp_host(const struct tcp *tcp);
enum trace_side tcp_side(const struct tcp *tcp); /* client: who connected */
uint32_t tcp_conn(const struct tcp *tcp); /* 1, 2, ... in the order of connect(); both ends */
/* Index into net->addresses, or NET_NONE if nobody has that address. */
uint32_t tcp_remote(const struct tcp *tcp);
uint16_t tcp_local_port(const struct tcp *tcp);
uint16_t tcp_remote_port(const struct tcp *tcp);
const struct address *tcp_remote_address(const struct tcp *tcp);
struct text tcp_remote_text(const struct tcp *tcp); /* the address */
struct text tcp_local_text(const struct tcp *tcp);
/* Octets written and not yet acknowledged. */
uint64_t tcp_unacknowledged(const struct tcp *tcp);

/* The other end is no more, or never was: the observer's knowledge, for records only. */
bool tcp_peer_gone(const struct tcp *tcp);

/* Which mail the connection carries ("alice-pc.1"), for the `mail` of records on both sides:
 * observer's knowledge, it influences nothing.  Borrowed until set again or the connection ends. */
void tcp_set_tag(struct tcp *tcp, struct text mail);
struct text tcp_tag(const struct tcp *tcp); /* the same at both ends */
/* Host, side, conn, mail and cause filled in, for whoever emits records about this connection. */
struct trace_where tcp_where(const struct tcp *tcp, uint64_t cause);

#endif
