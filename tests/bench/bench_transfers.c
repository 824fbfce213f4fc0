/*
 * bench_transfers.c - how many SMTP transfers a second the whole engine makes, on one core.
 *
 * A transfer is one dialogue that carries one message from one host to the next: DNS look-ups over
 * UDP (every record has a TTL of 0, so each is asked for each time), a TCP connection of its own, the
 * SMTP session with real text on both sides, QUIT and FIN.  Each mail makes two: MUA to MSA on 587,
 * MTA to MTA on 25, and ends in a mailbox that keeps nothing.  Hosts hang on a router by declared
 * links, so a packet passes two of them.
 *
 *   bench_transfers [MAILS [SITES [LOSS_PPM [MODE]]]]      MODE: only this one, 0, 1 or 2
 *
 * Lines printed: what was done, then for each mode: its name, transfers in a run, CPU microseconds a
 * transfer (median of the runs), records and octets written for each.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/agents/world.h"
#include "sim/dns/server.h"
#include "sim/export/trace_json.h"
#include "sim/kernel/clock.h"
#include "sim/net/net.h"

enum { RUNS = 3, SITES_MAX = 1000, BODY_OCTETS = 1024 };

struct site {
    char names[3][40]; /* site7.example, mail.site7.example, pc.site7.example */
    char mailbox[48], to[48];
    struct text domain, recipient;
    struct mua_config mua;
    struct mta_config mta;
    struct mda_config mda;
    struct relay_rule rule;
    uint32_t pc;
};

struct bench {
    struct world *world;
    struct site *sites;
    uint32_t mails, site_count, loss_ppm;
    char body[BODY_OCTETS];
};

static const uint16_t port_25[] = {25}, port_587[] = {587};
static const int64_t retry_ns[] = {CLOCK_MINUTE};
static const struct mailbox_config bob[] = {{.name = TEXT_INIT("bob")}};

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
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

static uint32_t add_host(struct bench *b, const char *name, struct address a)
{
    uint32_t host = world_add_host(b->world, text_of(name), &a, 1, false, false);

    link_add(world_net(b->world), 0, host,
             &(struct link_traits){.latency_ns = 5 * CLOCK_MILLISECOND,
                                   .rate_bits = 100000000,
                                   .loss_ppm = b->loss_ppm});
    return host;
}

static void add_record(struct bench *b, struct dns_record r)
{
    if (dns_zone_add_record(world_zones(b->world), &r) != DNS_ZONE_OK)
        abort();
}

static void configure(struct site *s, struct site *next)
{
    snprintf(s->to, sizeof s->to, "bob@%s", next->names[0]);
    s->domain = text_of(s->names[0]);
    s->recipient = text_of(s->to);
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

static void add_site(struct bench *b, struct site *s, unsigned i)
{
    struct address a = ip(128, i, 1);
    uint32_t mail = add_host(b, s->names[1], a);

    s->pc = add_host(b, s->names[2], ip(192, i, 1));
    configure(s, &b->sites[(i + 1) % b->site_count]);
    world_add_mua(b->world, s->pc, &s->mua);
    world_add_mta(b->world, mail, &s->mta);
    world_add_mda(b->world, mail, &s->mda);
    add_record(b, (struct dns_record){.name = s->domain,
                                      .type = DNS_MX,
                                      .preference = 10,
                                      .target = text_of(s->names[1])});
    add_record(b, (struct dns_record){.name = text_of(s->names[1]), .type = DNS_A, .address = a});
}

/* Every site's letters leave evenly spaced, one in 100 ms, the sites one after the other. */
static void add_letters(struct bench *b)
{
    struct send_config send = {
        .to_count = 1, .subject = TEXT("Report"), .body = text_from(b->body, BODY_OCTETS)};

    for (uint32_t i = 0; i < b->mails; i++) {
        struct site *s = &b->sites[i % b->site_count];
        send.to = &s->recipient;
        world_add_send(b->world, 100 * CLOCK_MILLISECOND * i / b->site_count, s->pc, &send, i,
                       TEXT("{}"));
    }
}

static void build(struct bench *b, uint32_t layers)
{
    struct address router = ip(0, 0, 1), ns = ip(0, 0, 53);

    b->world = world_open(&(struct world_options){
        .seed = 1, .start_unix = 1772442000, .layers = layers, .until_ns = -1});
    for (int i = 0; i < BODY_OCTETS; i += 64)
        memcpy(b->body + i, "Sixty-two octets of text and then CRLF: sixteen lines a letter\r\n",
               64);
    world_add_host(b->world, TEXT("router.example"), &router, 1, false, true);
    uint32_t server = add_host(b, "ns.example", ns);
    for (unsigned i = 0; i < b->site_count; i++) {
        uint32_t zone;
        name_site(&b->sites[i], i);
        if (dns_zone_add(world_zones(b->world), text_of(b->sites[i].names[0]), 0, &zone))
            abort();
    }
    dns_server_serve_all(world_add_name_server(b->world, server));
    for (unsigned i = 0; i < b->site_count; i++)
        add_site(b, &b->sites[i], i);
    add_letters(b);
}

/* ---- modes ---------------------------------------------------------------------------------- */

static const struct mode {
    const char *name;
    uint32_t layers; /* written; 0: nobody listens */
} modes[] = {
    {"smtplab/untraced", 0},
    {"smtplab/core+smtp", 1U << TRACE_LAYER_CORE | 1U << TRACE_LAYER_SMTP},
    {"smtplab/all-layers", TRACE_ALL_LAYERS},
};

static int null_file;
static uint64_t octets_written;

static void put_null(void *context, struct text octets)
{
    (void)context;
    octets_written += octets.size;
    if (write(null_file, octets.at, octets.size) < 0)
        abort();
}

struct result {
    uint64_t counts[TRACE_KIND_COUNT], events;
    size_t peak;
};

/* CPU seconds from the first event to the last, the writer's included. */
static double run(struct bench *b, const struct mode *mode, struct result *result)
{
    struct memory m;
    struct trace_json *json = NULL;

    build(b, mode->layers);
    memory_init(&m, 0);
    octets_written = 0;
    if (mode->layers) {
        struct replay_header header = {.version = TEXT("bench"),
                                       .seed = TEXT("1"),
                                       .layers = mode->layers,
                                       .scenario = TEXT("{}"),
                                       .scenario_sha256 = TEXT("")};
        json =
            trace_json_begin(&m, (struct export_output){put_null, NULL}, TRACE_JSON_LINES, &header);
        trace_add_sink(world_trace(b->world), trace_json_sink(json));
    }
    double begin = cpu_seconds();
    world_start(b->world);
    while (world_step(b->world, 100000) == WORLD_RUNNING)
        ;
    if (json)
        trace_json_end(json, REPLAY_COMPLETE, world_queue(b->world)->now_ns,
                       world_trace(b->world)->counts);
    double seconds = cpu_seconds() - begin;
    if (world_counts(b->world)->delivered != b->mails) {
        fprintf(stderr, "bench_transfers: %llu of %u mails delivered\n",
                (unsigned long long)world_counts(b->world)->delivered, b->mails);
        exit(70);
    }
    memcpy(result->counts, world_trace(b->world)->counts, sizeof result->counts);
    result->events = world_queue(b->world)->fired;
    result->peak = world_memory(b->world)->peak;
    world_close(b->world);
    memory_end(&m);
    return seconds;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* What was done, of which the time below is the time. */
static void describe(const struct bench *b, const uint64_t *counts, uint64_t events, size_t peak)
{
    double transfers = 2.0 * b->mails;

    printf("# %u mails, %.0f transfers between %u sites, %d octets of text, %u ppm of loss on each "
           "of two links\n",
           b->mails, transfers, b->site_count, BODY_OCTETS, b->loss_ppm);
    printf("# a transfer: %.1f TCP segments, %.1f commands, %.1f look-ups, %.2f connections, %.1f "
           "events; peak memory %.1f MB\n",
           (double)counts[TRACE_TCP_SEGMENT] / transfers,
           (double)counts[TRACE_SMTP_COMMAND] / 2 / transfers,
           (double)counts[TRACE_DNS_QUERY] / 2 / transfers,
           (double)counts[TRACE_TCP_OPENED] / 2 / transfers, (double)events / transfers,
           (double)peak / 1e6);
}

static void measure(struct bench *b, const struct mode *mode, bool first)
{
    double seconds[RUNS], transfers = 2.0 * b->mails;
    uint64_t kinds = trace_layer_kinds(mode->layers), written = 0;
    struct result last = {.events = 0};

    for (int r = 0; r < RUNS; r++)
        seconds[r] = run(b, mode, &last);
    qsort(seconds, RUNS, sizeof *seconds, by_value);
    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++)
        written += kinds >> k & 1 ? last.counts[k] : 0;
    if (first)
        describe(b, last.counts, last.events, last.peak);
    printf("%s %.0f %.2f %.1f %.0f\n", mode->name, transfers, seconds[RUNS / 2] * 1e6 / transfers,
           (double)written / transfers, (double)octets_written / transfers);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct bench b = {.mails = argc > 1 ? (uint32_t)atol(argv[1]) : 20000,
                      .site_count = argc > 2 ? (uint32_t)atol(argv[2]) : 50,
                      .loss_ppm = argc > 3 ? (uint32_t)atol(argv[3]) : 0};

    if (b.mails == 0 || b.site_count == 0 || b.site_count > SITES_MAX) {
        fprintf(stderr, "usage: bench_transfers [MAILS [SITES (1 to 1000) [LOSS_PPM [MODE]]]]\n");
        return 64;
    }
    b.sites = calloc(b.site_count, sizeof *b.sites);
    null_file = open("/dev/null", O_WRONLY);
    size_t first = argc > 4 ? (size_t)atol(argv[4]) : 0, end = argc > 4 ? first + 1 : 3;
    for (size_t i = first; i < end && i < sizeof modes / sizeof *modes; i++)
        measure(&b, &modes[i], i == first);
    free(b.sites);
    return 0;
}
