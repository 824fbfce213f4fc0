/*
 * dns_lab.c - see dns_lab.h.
 */
#include "tests/dns_lab.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/clock.h"

/* ---- the log ---------------------------------------------------------------------------------- */

static void add(struct dns_lab *lab, const char *line)
{
    size_t used = strlen(lab->log), more = strlen(line);

    cr_assert_lt(used + more, sizeof lab->log);
    memcpy(lab->log + used, line, more + 1);
}

static void list(char *out, size_t room, struct trace_texts texts)
{
    size_t used = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < texts.count && used < room; i++)
        used += (size_t)snprintf(out + used, room - used, "%s%.*s", i > 0 ? ", " : "",
                                 TEXT_ARG(texts.items[i]));
}

static void on_record(void *context, const struct trace_record *r)
{
    struct dns_lab *lab = context;
    char line[1024], texts[700];
    int size =
        snprintf(line, sizeof line, "%lld %.*s ", (long long)r->time_ns, TEXT_ARG(r->where.host));
    char *at = line + size;
    size_t room = sizeof line - (size_t)size;

    if (r->where.cause == 0)
        lab->causeless++;
    switch ((int)r->kind) {
    case TRACE_DNS_QUERY: {
        const struct trace_dns_query *d = r->data;
        snprintf(at, room, "query %.*s %.*s %s %.*s #%d\n", TEXT_ARG(d->name), TEXT_ARG(d->type),
                 r->where.side == TRACE_SIDE_CLIENT ? "to" : "from", TEXT_ARG(d->peer),
                 (int)d->attempt);
        break;
    }
    case TRACE_DNS_ANSWER: {
        const struct trace_dns_answer *d = r->data;
        list(texts, sizeof texts, d->answers);
        snprintf(at, room, "answer %.*s %.*s %.*s%s [%s] waited %lld\n", TEXT_ARG(d->name),
                 TEXT_ARG(d->type), TEXT_ARG(d->rcode), d->authoritative ? " AA" : "", texts,
                 (long long)d->waited_ns);
        break;
    }
    case TRACE_DNS_TIMEOUT: {
        const struct trace_dns_timeout *d = r->data;
        snprintf(at, room, "timeout %.*s %.*s %.*s #%d waited %lld\n", TEXT_ARG(d->name),
                 TEXT_ARG(d->type), TEXT_ARG(d->peer), (int)d->attempt, (long long)d->waited_ns);
        break;
    }
    case TRACE_DNS_CACHED: {
        const struct trace_dns_cached *d = r->data;
        list(texts, sizeof texts, d->answers);
        snprintf(at, room, "cached %.*s %.*s %.*s [%s] %lld s\n", TEXT_ARG(d->name),
                 TEXT_ARG(d->type), TEXT_ARG(d->rcode), texts, (long long)d->ttl_s);
        break;
    }
    case TRACE_DNS_EXPIRED: {
        const struct trace_dns_expired *d = r->data;
        snprintf(at, room, "expired %.*s %.*s\n", TEXT_ARG(d->name), TEXT_ARG(d->type));
        break;
    }
    case TRACE_SIM_FAULT: {
        const struct trace_sim_fault *d = r->data;
        snprintf(at, room, "fault %d met %.*s left %d\n", (int)d->entry, TEXT_ARG(d->met),
                 (int)d->left);
        break;
    }
    default: return;
    }
    add(lab, line);
}

/* ---- the world -------------------------------------------------------------------------------- */

void dns_lab_init(struct dns_lab *lab)
{
    const struct trace_sink sink = {.kinds = trace_layer_kinds(1U << TRACE_LAYER_DNS) |
                                             UINT64_C(1) << TRACE_SIM_FAULT,
                                    .record = on_record,
                                    .context = lab};

    memset(lab, 0, sizeof *lab);
    memory_init(&lab->memory, 0);
    queue_init(&lab->queue);
    trace_init(&lab->trace, &lab->queue.now_ns, TRACE_ALL_LAYERS);
    trace_add_sink(&lab->trace, sink);
    net_init(&lab->net, &lab->queue, &lab->memory, &lab->trace, 7);
    dns_zones_init(&lab->zones, &lab->memory);
}

void dns_lab_end(struct dns_lab *lab)
{
    for (int i = 0; i < lab->server_count; i++)
        dns_server_end(&lab->servers[i]);
    dns_zones_free(&lab->zones);
    memory_end(&lab->memory);
}

uint32_t dns_lab_host(struct dns_lab *lab, const char *name, const char *address)
{
    struct address a;
    uint32_t host = net_add_host(&lab->net, text_of(name), &(struct net_host_traits){0});

    cr_assert(address_parse(text_of(address), &a));
    cr_assert(net_add_address(&lab->net, host, &a));
    return host;
}

struct dns_server *dns_lab_server(struct dns_lab *lab, const char *name, const char *address)
{
    struct dns_server *s = &lab->servers[lab->server_count++];

    cr_assert_leq(lab->server_count, DNS_LAB_SERVERS);
    dns_server_init(s, &lab->net, dns_lab_host(lab, name, address), &lab->zones);
    return s;
}

uint32_t dns_lab_zone(struct dns_lab *lab, const char *origin)
{
    uint32_t zone = DNS_ZONE_NONE;

    cr_assert_eq(dns_zone_add(&lab->zones, text_of(origin), 3600, &zone), DNS_ZONE_OK, "%s",
                 origin);
    return zone;
}

enum dns_zone_error dns_lab_record(struct dns_lab *lab, const char *line)
{
    char name[256], ttl[16], type[16], first[256] = "", second[256] = "", third[32] = "";
    struct buffer strings;
    struct dns_soa soa = {0};
    struct dns_record r = {0};

    cr_assert_geq(
        sscanf(line, "%255s %15s %15s %255s %255s %31s", name, ttl, type, first, second, third), 3);
    buffer_init(&strings, &lab->memory);
    r.name = text_of(name);
    r.ttl_s = ttl[0] == '-' ? DNS_TTL_OF_ZONE : (uint32_t)atoi(ttl);
    r.type = dns_type_find(text_of(type));
    if (r.type == DNS_A || r.type == DNS_AAAA) {
        cr_assert(address_parse(text_of(first), &r.address));
    } else if (r.type == DNS_MX) {
        r.preference = (uint16_t)atoi(first);
        r.target = text_of(second);
    } else if (r.type == DNS_SOA) {
        soa.mname = text_of(first);
        soa.rname = text_of(second);
        soa.minimum_s = (uint32_t)atoi(third);
        r.soa = &soa;
    } else if (r.type == DNS_TXT) {
        dns_txt_put(&strings, text_of(first));
        r.strings = buffer_text(&strings);
    } else {
        r.target = text_of(first);
    }
    enum dns_zone_error error = dns_zone_add_record(&lab->zones, &r);
    buffer_free(&strings);
    return error;
}

static void let_pass(void *world, struct event *event)
{
    (void)world;
    (void)event;
}

void dns_lab_run(struct dns_lab *lab, int64_t until_ns)
{
    int64_t next;

    while ((next = queue_next_time(&lab->queue)) >= 0 && (until_ns < 0 || next <= until_ns)) {
        struct event *e = queue_pop(&lab->queue);
        e->fire(lab, e);
    }
    if (until_ns > lab->queue.now_ns) { /* let time pass */
        struct event nothing = {.fire = let_pass};
        queue_set(&lab->queue, &nothing, until_ns);
        cr_assert_eq(queue_pop(&lab->queue), &nothing);
    }
}

/* ---- askers ----------------------------------------------------------------------------------- */

void dns_lab_say(char *out, size_t room, const struct dns_result *result, struct memory *memory)
{
    static const char *const outcomes[] = {"ok", "no data", "no name", "failed", "timed out"};
    size_t used =
        (size_t)snprintf(out, room, "%s %.*s", outcomes[result->outcome], TEXT_ARG(result->name));
    struct buffer b;

    buffer_init(&b, memory);
    for (uint32_t i = 0; i < result->count; i++) {
        buffer_clear(&b);
        dns_record_put_data(&b, &result->records[i]);
        used += (size_t)snprintf(out + used, room - used, "%s%.*s", i > 0 ? ", " : ": ",
                                 TEXT_ARG(buffer_text(&b)));
        cr_assert_lt(used, room);
    }
    buffer_free(&b);
}

static void answered(void *world, struct dns_asking *self, const struct dns_result *result)
{
    struct dns_lab_asker *asker = EVENT_OWNER(self, struct dns_lab_asker, asking);

    cr_assert_eq(world, asker->lab);
    cr_assert(!dns_is_asking(self));
    asker->told++;
    asker->told_ns = asker->lab->queue.now_ns;
    asker->result = *result;
    dns_lab_say(asker->text, sizeof asker->text, result, &asker->lab->memory);
}

void dns_lab_ask(struct dns_lab *lab, struct dns_resolver *r, struct dns_lab_asker *asker,
                 const char *name, uint16_t type)
{
    memset(asker, 0, sizeof *asker);
    asker->lab = lab;
    asker->asking.answered = answered;
    dns_ask(r, &asker->asking, text_of(name), type, 1);
    cr_assert_eq(asker->told, 0, "never from inside dns_ask()");
}
