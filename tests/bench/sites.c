/*
 * sites.c - building the world of the benches, and writing its records to nowhere.
 */
#include "tests/bench/sites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/dns/server.h"
#include "sim/kernel/clock.h"
#include "sim/net/net.h"

static const uint16_t port_25[] = {25}, port_587[] = {587};
static const int64_t retry_ns[] = {CLOCK_MINUTE};
static const struct mailbox_config bob[] = {{.name = TEXT_INIT("bob")}};

const struct bench_mode bench_modes[BENCH_MODES] = {
    {"smtplab/untraced", 0},
    {"smtplab/core+smtp", 1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP},
    {"smtplab/all-layers", TRACE_ALL_LAYERS},
};

double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_value);
    return values[count / 2];
}

/* ---- building ------------------------------------------------------------------------------- */

static struct address ip(unsigned net, unsigned site, unsigned host)
{
    char text[48];
    struct address a;

    snprintf(text, sizeof text, "10.%u.%u.%u", net + site / 250, site % 250, host);
    if (!address_parse(text_of(text), &a))
        abort();
    return a;
}

static uint32_t add_host(struct sites *b, const char *name, struct address a)
{
    uint32_t host = world_add_host(b->world, text_of(name), &a, 1, false, false);

    link_add(world_net(b->world), 0, host,
             &(struct link_traits){.latency_ns = 5 * CLOCK_MILLISECOND,
                                   .rate_bits = 100000000,
                                   .loss_ppm = b->loss_ppm});
    return host;
}

static void add_record(struct sites *b, struct dns_record r)
{
    if (dns_zone_add_record(world_zones(b->world), &r) != DNS_ZONE_OK)
        abort();
}

static void configure(struct site *s)
{
    s->domain = text_of(s->names[0]);
    s->recipient = text_of(s->mailbox);
    s->rule = (struct relay_rule){
        .allow = true, .match = RELAY_FROM, .words = TEXT("allow from 10.0.0.0/8")};
    if (!address_net_parse(TEXT("10.0.0.0/8"), &s->rule.net))
        abort();
    s->mua = (struct mua_config){.mailbox = text_of(s->mailbox),
                                 .name = TEXT("Bob"),
                                 .server = text_of(s->names[1]),
                                 .port = 587};
    s->mta = (struct mta_config){.relay_ports = port_25,
                                 .relay_port_count = 1,
                                 .submission_ports = port_587,
                                 .submission_port_count = 1,
                                 .domains = &s->domain,
                                 .domain_count = 1,
                                 .relay = &s->rule,
                                 .relay_count = 1,
                                 .retry_ns = retry_ns,
                                 .retry_count = 1,
                                 .give_up_ns = 5 * CLOCK_DAY,
                                 .recipients_limit = 100,
                                 .hop_limit = 100};
    s->mda = (struct mda_config){.domains = &s->domain,
                                 .domain_count = 1,
                                 .mailboxes = bob,
                                 .mailbox_count = 1,
                                 .keep = KEEP_NONE};
}

static void name_site(struct site *s, unsigned i)
{
    snprintf(s->names[0], sizeof s->names[0], "site%u.example", i);
    snprintf(s->names[1], sizeof s->names[1], "mail.site%u.example", i);
    snprintf(s->names[2], sizeof s->names[2], "pc.site%u.example", i);
    snprintf(s->mailbox, sizeof s->mailbox, "bob@site%u.example", i);
}

static void add_site(struct sites *b, struct site *s, unsigned i)
{
    struct address a = ip(128, i, 1);
    uint32_t mail = add_host(b, s->names[1], a);

    s->pc = add_host(b, s->names[2], ip(192, i, 1));
    configure(s);
    world_add_mua(b->world, s->pc, &s->mua);
    world_add_mta(b->world, mail, &s->mta);
    world_add_mda(b->world, mail, &s->mda);
    add_record(b, (struct dns_record){.name = s->domain,
                                      .type = DNS_MX,
                                      .preference = 10,
                                      .target = text_of(s->names[1])});
    add_record(b, (struct dns_record){.name = text_of(s->names[1]), .type = DNS_A, .address = a});
}

static void build(struct sites *b, uint32_t layers)
{
    struct address router = ip(0, 0, 1), ns = ip(0, 0, 53);

    b->world = world_open(&(struct world_options){
        .seed = 1, .start_unix = 1772442000, .layers = layers, .until_ns = -1});
    for (int i = 0; i < BODY_OCTETS; i += 64)
        memcpy(b->body + i, "Sixty-two octets of text and then CRLF: sixteen lines a letter\r\n",
               64);
    world_add_host(b->world, TEXT("router.example"), &router, 1, false, true);
    uint32_t server = add_host(b, "ns.example", ns);
    for (unsigned i = 0; i < b->count; i++) {
        uint32_t zone;
        name_site(&b->sites[i], i);
        if (dns_zone_add(world_zones(b->world), text_of(b->sites[i].names[0]), 0, &zone))
            abort();
    }
    dns_server_serve_all(world_add_name_server(b->world, server));
    for (unsigned i = 0; i < b->count; i++)
        add_site(b, &b->sites[i], i);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void put_null(void *context, struct text octets)
{
    static int null_file = -1;
    struct sites *b = context;

    if (null_file < 0)
        null_file = open("/dev/null", O_WRONLY);
    b->octets_written += octets.size;
    if (write(null_file, octets.at, octets.size) < 0)
        abort();
}

void sites_open(struct sites *b, const struct bench_mode *mode)
{
    build(b, mode->layers);
    memory_init(&b->memory, 0);
    b->octets_written = 0;
    b->json = NULL;
    if (!mode->layers)
        return;
    struct replay_header header = {.version = TEXT("bench"),
                                   .seed = TEXT("1"),
                                   .layers = mode->layers,
                                   .scenario = TEXT("{}"),
                                   .scenario_sha256 = TEXT("")};
    b->json = trace_json_begin(&b->memory, (struct export_output){put_null, b}, TRACE_JSON_LINES,
                               &header);
    trace_add_sink(world_trace(b->world), trace_json_sink(b->json));
}

void sites_send(struct sites *b, int64_t time_ns, uint32_t from, uint32_t to, uint32_t number)
{
    struct send_config send = {.to = &b->sites[to].recipient,
                               .to_count = 1,
                               .subject = TEXT("Report"),
                               .body = text_from(b->body, BODY_OCTETS)};

    world_add_send(b->world, time_ns, b->sites[from].pc, &send, number, TEXT("{}"));
}

void sites_end(struct sites *b)
{
    if (b->json)
        trace_json_end(b->json, REPLAY_COMPLETE, world_queue(b->world)->now_ns,
                       world_trace(b->world)->counts);
    b->json = NULL;
}

void sites_close(struct sites *b)
{
    world_close(b->world);
    memory_end(&b->memory);
}
