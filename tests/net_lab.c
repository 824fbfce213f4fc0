/*
 * net_lab.c - see net_lab.h.
 */
#include "tests/net_lab.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void log_segment(struct net_lab *lab, const struct trace_record *r)
{
    const struct trace_tcp_segment *s = r->data;
    int side = r->where.side == TRACE_SIDE_SERVER;
    struct buffer *b = &lab->log;
    bool syn = text_find(s->flags, 'S') < s->flags.size;
    bool ack = text_find(s->flags, 'A') < s->flags.size;

    if (syn)
        lab->iss[side] = (uint32_t)s->seq_no;
    if (syn && side == 0)
        lab->iss[1] = 0;
    lab->resent += s->again;
    buffer_put_int(b, r->time_ns);
    buffer_put_char(b, ' ');
    buffer_put_text(b, r->where.host);
    buffer_put_char(b, ' ');
    buffer_put_text(b, s->flags);
    buffer_put_char(b, ' ');
    buffer_put_int(b, (uint32_t)(s->seq_no - lab->iss[side]));
    if (ack) {
        buffer_put_string(b, " ack ");
        buffer_put_int(b, (uint32_t)(s->ack_no - lab->iss[!side]));
    }
    if (s->payload_octets > 0) {
        buffer_put_string(b, " len ");
        buffer_put_int(b, s->payload_octets);
    }
    if (s->mss > 0) {
        buffer_put_string(b, " mss ");
        buffer_put_int(b, s->mss);
    }
    if (s->again)
        buffer_put_string(b, " again");
    buffer_put_char(b, '\n');
}

static void log_drop(struct net_lab *lab, const struct trace_record *r)
{
    const struct trace_net_dropped *d = r->data;

    lab->dropped++;
    buffer_put_int(&lab->log, r->time_ns);
    buffer_put_char(&lab->log, ' ');
    buffer_put_text(&lab->log, r->where.host);
    buffer_put_char(&lab->log, ' ');
    buffer_put_text(&lab->log, d->reason);
    if (d->link.size > 0) {
        buffer_put_char(&lab->log, ' ');
        buffer_put_text(&lab->log, d->link);
    }
    buffer_put_char(&lab->log, '\n');
}

static void digest(struct net_lab *lab, uint64_t value)
{
    lab->digest = (lab->digest ^ value) * UINT64_C(0x100000001b3);
}

/* Every field of every record, so that two runs can be compared by one number. */
static void digest_record(struct net_lab *lab, const struct trace_record *r)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);

    digest(lab, r->seq);
    digest(lab, (uint64_t)r->time_ns);
    digest(lab, r->kind);
    digest(lab, r->where.cause);
    digest(lab, text_hash(r->where.host));
    for (size_t i = 0; i < info->field_count; i++) {
        const char *at = (const char *)r->data + info->fields[i].offset;
        int64_t number;
        bool flag;
        struct text text;

        if (info->fields[i].type == TRACE_INT)
            digest(lab, (memcpy(&number, at, sizeof number), (uint64_t)number));
        else if (info->fields[i].type == TRACE_BOOL)
            digest(lab, (memcpy(&flag, at, sizeof flag), flag));
        else if (info->fields[i].type == TRACE_TEXT || info->fields[i].type == TRACE_WORD)
            digest(lab, (memcpy(&text, at, sizeof text), text_hash(text)));
    }
}

static void take_record(void *context, const struct trace_record *r)
{
    struct net_lab *lab = context;

    digest_record(lab, r);
    if (r->where.cause >= r->seq)
        lab->causes_fine = false;
    if (r->kind == TRACE_TCP_SEGMENT)
        log_segment(lab, r);
    else if (r->kind == TRACE_NET_DROPPED)
        log_drop(lab, r);
    else if (r->kind == TRACE_TCP_BYTES)
        buffer_put_text(&lab->bytes[r->where.side == TRACE_SIDE_SERVER],
                        ((const struct trace_tcp_bytes *)r->data)->octets);
    else if (r->kind == TRACE_TCP_TIMEOUT && lab->timeouts < 32)
        lab->timeout_at[lab->timeouts++] = r->time_ns;
}

static void init(struct net_lab *lab, uint64_t seed, bool quiet)
{
    memset(lab, 0, sizeof *lab);
    queue_init(&lab->queue);
    memory_init(&lab->memory, 0);
    trace_init(&lab->trace, &lab->queue.now_ns, TRACE_ALL_LAYERS);
    if (!quiet)
        trace_add_sink(&lab->trace, (struct trace_sink){UINT64_MAX, take_record, lab});
    net_init(&lab->net, &lab->queue, &lab->memory, &lab->trace, seed);
    buffer_init(&lab->log, &lab->memory);
    buffer_init(&lab->bytes[0], &lab->memory);
    buffer_init(&lab->bytes[1], &lab->memory);
    lab->causes_fine = true;
    lab->fired_limit = 20000000;
}

void lab_init(struct net_lab *lab, uint64_t seed)
{
    init(lab, seed, false);
}

void lab_init_quiet(struct net_lab *lab, uint64_t seed)
{
    init(lab, seed, true);
}

void lab_end(struct net_lab *lab)
{
    memory_end(&lab->memory);
}

bool lab_run(struct net_lab *lab, int64_t until_ns)
{
    struct event *e;

    while ((e = queue_pop_until(&lab->queue, until_ns < 0 ? QUEUE_TIME_MAX : until_ns)) != NULL) {
        if (lab->queue.fired > lab->fired_limit)
            return false;
        e->fire(lab, e);
    }
    return true;
}

struct address lab_address(const char *text)
{
    struct address a;

    assert(address_parse(text_of(text), &a));
    return a;
}

uint32_t lab_host(struct net_lab *lab, const char *name, const char *address)
{
    uint32_t host = net_add_host(&lab->net, text_of(name), NULL);
    struct address a = lab_address(address);

    assert(net_add_address(&lab->net, host, &a));
    return host;
}

const char *lab_log(struct net_lab *lab)
{
    buffer_put_char(&lab->log, '\0');
    lab->log.size--;
    return lab->log.at;
}

/* ---- ends ---------------------------------------------------------------------------------- */

static void on_opened(void *context, struct tcp *tcp, uint64_t cause)
{
    struct lab_tcp *end = context;

    end->tcp = tcp;
    end->opened++;
    end->opened_ns = end->lab->queue.now_ns;
    end->cause = cause;
    if (end->greet.size > 0)
        tcp_write(tcp, end->greet, cause);
    if (end->close_at_once)
        tcp_close(tcp, cause);
}

static void on_failed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct lab_tcp *end = context;

    (void)tcp;
    end->tcp = NULL;
    end->failed++;
    end->reason = reason;
    end->ended_ns = end->lab->queue.now_ns;
    end->cause = cause;
}

static void on_received(void *context, struct tcp *tcp, struct text octets, uint64_t cause)
{
    struct lab_tcp *end = context;

    end->cause = cause;
    buffer_put_text(&end->got, octets);
    if (end->echo)
        tcp_write(tcp, octets, cause);
    if (end->abort_on_data) {
        tcp_abort(tcp, cause);
        end->tcp = NULL;
    }
}

static void on_finished(void *context, struct tcp *tcp, uint64_t cause)
{
    struct lab_tcp *end = context;

    end->finished++;
    end->finished_ns = end->lab->queue.now_ns;
    end->cause = cause;
    if (end->close_too)
        tcp_close(tcp, cause);
}

static void on_closed(void *context, struct tcp *tcp, enum tcp_reason reason, uint64_t cause)
{
    struct lab_tcp *end = context;

    (void)tcp;
    end->tcp = NULL;
    end->closed++;
    end->reason = reason;
    end->ended_ns = end->lab->queue.now_ns;
    end->cause = cause;
}

static void on_sent(void *context, struct tcp *tcp, uint64_t cause)
{
    struct lab_tcp *end = context;

    (void)tcp;
    (void)cause;
    end->sent++;
}

const struct tcp_handlers lab_handlers = {.opened = on_opened,
                                          .failed = on_failed,
                                          .received = on_received,
                                          .finished = on_finished,
                                          .closed = on_closed,
                                          .sent = on_sent};

void lab_tcp_init(struct lab_tcp *end, struct net_lab *lab)
{
    memset(end, 0, sizeof *end);
    end->lab = lab;
    buffer_init(&end->got, &lab->memory);
}

void lab_connect(struct lab_tcp *end, uint32_t from, uint32_t to, uint16_t port)
{
    struct net *net = &end->lab->net;
    uint32_t address = net_host_address(net, to, ADDRESS_IPV4);
    struct address a = net->addresses[address].address;

    end->tcp = tcp_connect(net, from, NULL, &a, port, &lab_handlers, end, 0);
}

void lab_write(struct lab_tcp *end, const char *octets)
{
    tcp_write(end->tcp, text_of(octets), 0);
}

struct text lab_pattern(struct net_lab *lab, size_t size, uint64_t salt)
{
    char *at = memory_take(&lab->memory, size + 1);

    for (size_t i = 0; i < size; i++)
        at[i] = (char)((i * 2654435761U + salt * 40503U + (i >> 8) * 97) >> 3);
    return text_from(at, size);
}

static void timer_fire(void *world, struct event *event)
{
    struct lab_timer *timer = EVENT_OWNER(event, struct lab_timer, event);

    (void)world;
    timer->act(timer->context);
}

void lab_at(struct net_lab *lab, struct lab_timer *timer, int64_t time_ns, void (*act)(void *),
            void *context)
{
    *timer = (struct lab_timer){.event = {.fire = timer_fire}, .act = act, .context = context};
    queue_set(&lab->queue, &timer->event, time_ns);
}
