/*
 * sealing.c - records out, octets in.
 */
#include "sim/agents/dialogue/sealing.h"

struct sealing {
    struct host *host;
    struct tls_end *tls;
    bool implicit;
};

static void send(struct tcp *tcp, struct buffer *records, uint64_t cause)
{
    if (records->size > 0)
        tcp_write(tcp, buffer_text(records), cause);
    buffer_free(records);
}

struct sealing *sealing_begin(struct host *h, struct tcp *tcp, struct text server_name,
                              bool implicit, uint64_t cause)
{
    struct memory *m = &h->world->memory;
    struct sealing *s = MEMORY_NEW(m, struct sealing);
    bool client = tcp_side(tcp) == TRACE_SIDE_CLIENT;
    struct buffer records;

    s->host = h;
    s->implicit = implicit;
    s->tls = tls_new(m, client ? TLS_CLIENT : TLS_SERVER, server_name, &h->draw_tls);
    buffer_init(&records, m);
    tls_start(s->tls, &records);
    send(tcp, &records, cause);
    return s;
}

void sealing_free(struct sealing *s)
{
    if (!s)
        return;
    tls_free(s->tls);
    memory_give(&s->host->world->memory, s, sizeof *s);
}

static uint64_t record_started(const struct sealing *s, const struct tcp *tcp, uint64_t cause)
{
    struct trace_where where = tcp_where(tcp, cause);

    return trace_emit_tls_started(
        &s->host->world->trace, &where,
        &(struct trace_tls_started){.version = TEXT("TLS 1.3"),
                                    .implicit = s->implicit,
                                    .server_name = tls_hello_name(s->tls)});
}

uint64_t sealing_refused(struct host *h, const struct tcp *tcp, struct text reason, uint64_t cause)
{
    struct trace_where where = tcp_where(tcp, cause);

    return trace_emit_tls_refused(&h->world->trace, &where,
                                  &(struct trace_tls_refused){.reason = reason});
}

enum sealing_news sealing_read(struct sealing *s, struct tcp *tcp, struct text octets,
                               struct buffer *plain, uint64_t *cause)
{
    bool was_up = tls_is_up(s->tls);
    struct buffer records;

    buffer_init(&records, &s->host->world->memory);
    enum tls_progress p = tls_receive(s->tls, octets, &records, plain);
    send(tcp, &records, *cause);
    if (p == TLS_BROKEN) {
        *cause = sealing_refused(s->host, tcp,
                                 was_up ? TEXT("a record was spoiled on the way")
                                        : TEXT("what the other side said is no TLS"),
                                 *cause);
        return SEALING_BROKEN;
    }
    if (was_up || !tls_is_up(s->tls))
        return SEALING_NOTHING;
    *cause = record_started(s, tcp, *cause);
    return SEALING_UP;
}

void sealing_write(struct sealing *s, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct buffer records;

    if (!s || !tls_is_up(s->tls)) {
        tcp_write(tcp, octets, cause);
        return;
    }
    buffer_init(&records, &s->host->world->memory);
    tls_seal(s->tls, octets, &records);
    send(tcp, &records, cause);
}

void sealing_close(struct sealing *s, struct tcp *tcp, uint64_t cause)
{
    struct buffer records;

    if (s) {
        buffer_init(&records, &s->host->world->memory);
        tls_close(s->tls, &records);
        send(tcp, &records, cause);
    }
    tcp_close(tcp, cause);
}
