/*
 * test_agents.c - whole worlds in memory: letters, hops, refusals, reports, custody.
 *
 * Two sites and a name server, built by hand without a scenario, and what the records say about them.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/agents/host/host.h"
#include "sim/agents/world.h"
#include "sim/dns/server.h"
#include "sim/kernel/clock.h"
#include "sim/net/tcp.h"

/* ---- a world of two sites ---------------------------------------------------------------------------- */

struct log {
    char *text;
    size_t size;
    uint64_t kinds[TRACE_KIND_COUNT];
    uint64_t last_seq;
    int64_t last_time_ns;
};

static void put_field(FILE *f, const struct trace_field *field, const void *data)
{
    const void *at = (const char *)data + field->offset;

    fprintf(f, " %s=", field->name);
    switch (field->type) {
    case TRACE_INT: fprintf(f, "%lld", (long long)*(const int64_t *)at); break;
    case TRACE_BOOL: fprintf(f, "%d", *(const bool *)at); break;
    case TRACE_TEXT:
    case TRACE_WORD: fprintf(f, "%.*s", TEXT_ARG(*(const struct text *)at)); break;
    case TRACE_TEXTS: {
        const struct trace_texts *t = at;
        for (uint32_t i = 0; i < t->count; i++)
            fprintf(f, "%s%.*s", i ? "|" : "", TEXT_ARG(t->items[i]));
        break;
    }
    case TRACE_ROWS: fprintf(f, "..."); break;
    }
}

static void log_record(void *context, const struct trace_record *r)
{
    struct log *log = context;
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    FILE *f;
    char *line;
    size_t size;

    cr_assert_gt(r->seq, log->last_seq);
    cr_assert_geq(r->time_ns, log->last_time_ns);
    cr_assert_lt(r->where.cause, r->seq, "causes come earlier");
    log->last_seq = r->seq;
    log->last_time_ns = r->time_ns;
    log->kinds[r->kind]++;
    if (r->kind == TRACE_TCP_SEGMENT || r->kind == TRACE_TCP_BYTES || r->kind == TRACE_UDP_DATAGRAM)
        return;
    f = open_memstream(&line, &size);
    fprintf(f, "%llu %lld %.*s %s", (unsigned long long)r->seq, (long long)r->time_ns,
            TEXT_ARG(r->where.host), info->name);
    for (size_t i = 0; i < info->field_count; i++)
        put_field(f, &info->fields[i], r->data);
    fprintf(f, "\n");
    fclose(f);
    log->text = realloc(log->text, log->size + size + 1);
    memcpy(log->text + log->size, line, size + 1);
    log->size += size;
    free(line);
}

struct kit {
    struct world *w;
    struct log log;
    struct mua_config mua;
    struct mta_config uni, shop;
    struct mda_config uni_mda, shop_mda;
    struct relay_rule rules[2];
};

static struct address ip(const char *s)
{
    struct address a;

    cr_assert(address_parse(text_of(s), &a));
    return a;
}

static const uint16_t port_25[] = {25}, port_587[] = {587};
static const int64_t retry_ns[] = {5 * CLOCK_MINUTE, 15 * CLOCK_MINUTE, CLOCK_HOUR};
static const struct text uni_domain[] = {TEXT_INIT("uni.example")};
static const struct text shop_domain[] = {TEXT_INIT("shop.example")};
static const struct mailbox_config alice[] = {{.name = TEXT_INIT("alice")}};
static const struct mailbox_config bob[] = {{.name = TEXT_INIT("bob")}};
static const struct text staff_targets[] = {TEXT_INIT("bob@shop.example"),
                                            TEXT_INIT("alice@uni.example")};
static const struct alias_config staff[] = {
    {.name = TEXT_INIT("staff"), .targets = {staff_targets, 2}}};

static void add_record(struct kit *k, struct dns_record r)
{
    r.ttl_s = 3600;
    cr_assert_eq(dns_zone_add_record(world_zones(k->w), &r), DNS_ZONE_OK);
}

static void kit_zones(struct kit *k, uint32_t ns)
{
    uint32_t zone;

    cr_assert_eq(dns_zone_add(world_zones(k->w), TEXT("uni.example"), 3600, &zone), DNS_ZONE_OK);
    cr_assert_eq(dns_zone_add(world_zones(k->w), TEXT("shop.example"), 3600, &zone), DNS_ZONE_OK);
    dns_server_serve_all(world_add_name_server(k->w, ns));
    add_record(k, (struct dns_record){.name = TEXT("uni.example"),
                                      .type = DNS_MX,
                                      .preference = 10,
                                      .target = TEXT("mail.uni.example")});
    add_record(k, (struct dns_record){.name = TEXT("shop.example"),
                                      .type = DNS_MX,
                                      .preference = 10,
                                      .target = TEXT("mail.shop.example")});
    add_record(k, (struct dns_record){.name = TEXT("mail.uni.example"),
                                      .type = DNS_A,
                                      .address = ip("192.0.2.25")});
    add_record(k, (struct dns_record){.name = TEXT("mail.shop.example"),
                                      .type = DNS_A,
                                      .address = ip("198.51.100.25")});
}

static void kit_open(struct kit *k, uint64_t seed)
{
    memset(k, 0, sizeof *k);
    k->w = world_open(&(struct world_options){.seed = seed,
                                              .start_unix = 1772442000,
                                              .layers = TRACE_ALL_LAYERS,
                                              .until_ns = -1,
                                              .time_limit_ns = 6 * CLOCK_DAY});
    struct address a[] = {ip("192.0.2.10"), ip("192.0.2.25"), ip("198.51.100.25"),
                          ip("203.0.113.53")};
    uint32_t pc = world_add_host(k->w, TEXT("alice-pc"), &a[0], 1, true, false);
    uint32_t uni = world_add_host(k->w, TEXT("mail.uni.example"), &a[1], 1, true, false);
    uint32_t shop = world_add_host(k->w, TEXT("mail.shop.example"), &a[2], 1, true, false);
    uint32_t ns = world_add_host(k->w, TEXT("ns.example"), &a[3], 1, true, false);

    k->rules[0] = (struct relay_rule){
        .allow = true, .match = RELAY_FROM, .words = TEXT("allow from 192.0.2.10")};
    cr_assert(address_net_parse(TEXT("192.0.2.10"), &k->rules[0].net));
    k->rules[1] = (struct relay_rule){.match = RELAY_ANYONE, .words = TEXT("refuse")};
    k->mua = (struct mua_config){.mailbox = TEXT("alice@uni.example"),
                                 .name = TEXT("Alice"),
                                 .server = TEXT("mail.uni.example"),
                                 .port = 587};
    k->uni = (struct mta_config){.relay_ports = port_25,
                                 .relay_port_count = 1,
                                 .submission_ports = port_587,
                                 .submission_port_count = 1,
                                 .domains = uni_domain,
                                 .domain_count = 1,
                                 .relay = k->rules,
                                 .relay_count = 2,
                                 .retry_ns = retry_ns,
                                 .retry_count = 3,
                                 .give_up_ns = 5 * CLOCK_DAY,
                                 .recipients_limit = 100,
                                 .hop_limit = 100};
    k->shop = k->uni;
    k->shop.domains = shop_domain;
    k->shop.submission_port_count = 0;
    k->shop.relay_count = 0;
    k->uni_mda = (struct mda_config){
        .domains = uni_domain, .domain_count = 1, .mailboxes = alice, .mailbox_count = 1};
    k->shop_mda = (struct mda_config){.domains = shop_domain,
                                      .domain_count = 1,
                                      .mailboxes = bob,
                                      .mailbox_count = 1,
                                      .aliases = staff,
                                      .alias_count = 1};
    world_add_mua(k->w, pc, &k->mua);
    world_add_mta(k->w, uni, &k->uni);
    world_add_mda(k->w, uni, &k->uni_mda);
    world_add_mta(k->w, shop, &k->shop);
    world_add_mda(k->w, shop, &k->shop_mda);
    kit_zones(k, ns);
    trace_add_sink(world_trace(k->w), (struct trace_sink){UINT64_MAX, log_record, &k->log});
}

static void kit_send(struct kit *k, int64_t at_ns, const char *to)
{
    static struct text list[8];
    static size_t n;
    struct text *slot = &list[n++ % 8];

    *slot = text_of(to);
    struct send_config send = {
        .to = slot, .to_count = 1, .subject = TEXT("Hi"), .body = TEXT("Hello Bob,\n.a dot\n")};
    world_add_send(k->w, at_ns, 0, &send, 0, TEXT("{}"));
}

static enum world_status kit_run(struct kit *k)
{
    enum world_status s;

    world_start(k->w);
    while ((s = world_step(k->w, 1000)) == WORLD_RUNNING)
        ;
    if (getenv("SHOW"))
        fputs(k->log.text, stderr);
    return s;
}

static void kit_close(struct kit *k)
{
    cr_expect_eq(world_counts(k->w)->custodies_opened, world_counts(k->w)->custodies_closed);
    world_close(k->w);
    free(k->log.text);
}

static const struct mail_box *box_of(struct kit *k, uint32_t host, const char *name)
{
    struct mail_store *s = &world_host(k->w, host)->mda->store;

    return &s->boxes[mail_store_find(s, text_of(name))];
}

#define HAS(k, words) cr_expect(strstr((k)->log.text, words) != NULL, "no record says: %s", words)

/* ---- tests ------------------------------------------------------------------------------------------- */

/* R083 R072 */
Test(agents, a_letter_arrives)
{
    struct kit k;

    kit_open(&k, 1);
    kit_send(&k, 0, "bob@shop.example");
    cr_assert_eq(kit_run(&k), WORLD_QUIET);
    const struct world_counts *c = world_counts(k.w);
    cr_expect_eq(c->delivered, 1);
    cr_expect_eq(c->relayed, 2);
    cr_expect_eq(c->custodies_opened, 3);
    const struct mail_box *bob_box = box_of(&k, 2, "bob");
    cr_assert_eq(bob_box->count, 1);
    struct buffer b;
    struct memory m;
    memory_init(&m, 0);
    buffer_init(&b, &m);
    struct text whole = message_whole(bob_box->items[0].message, &b);
    cr_expect_eq(message_count_hops(bob_box->items[0].message), 2);
    cr_expect(text_starts_nocase(
        whole, TEXT("Return-Path: <alice@uni.example>\r\nReceived: from mail.uni.example")));
    cr_expect(text_ends_nocase(whole, TEXT("\r\n\r\nHello Bob,\r\n.a dot\r\n")));
    buffer_free(&b);
    memory_end(&m);
    cr_expect_eq(k.log.kinds[TRACE_CUSTODY_OVERLAP], 2);
    cr_expect_eq(k.log.kinds[TRACE_MAIL_ENDED], 1);
    HAS(&k, "mail.ended recipient=bob@shop.example verdict=delivered at=mail.shop.example");
    kit_close(&k);
}

/* R060 R118 R119: refused at RCPT; the sender's MTA writes the report, and it arrives. */
Test(agents, nobody_home)
{
    struct kit k;

    kit_open(&k, 1);
    kit_send(&k, 0, "nobody@shop.example");
    cr_assert_eq(kit_run(&k), WORLD_QUIET);
    const struct world_counts *c = world_counts(k.w);
    cr_expect_eq(c->bounced, 1);
    cr_expect_eq(c->reports, 1);
    cr_expect_eq(c->delivered, 1);
    cr_expect_eq(box_of(&k, 1, "alice")->count, 1);
    HAS(&k, "queue.bounced recipient=nobody@shop.example code=550 status=5.1.1");
    HAS(&k, "mail.ndr about=alice-pc.1 to=alice@uni.example action=failed");
    HAS(&k, "mail.ended recipient=nobody@shop.example verdict=bounced at=mail.uni.example");
    kit_close(&k);
}

/* R108 */
Test(agents, no_such_domain)
{
    struct kit k;

    kit_open(&k, 1);
    kit_send(&k, 0, "bob@nowhere.example");
    cr_assert_eq(kit_run(&k), WORLD_QUIET);
    HAS(&k, "queue.bounced recipient=bob@nowhere.example code=0 status=5.1.2");
    cr_expect_eq(box_of(&k, 1, "alice")->count, 1);
    kit_close(&k);
}

/* R091: an alias becomes two recipients, one of them at another site; custody has no gap. */
Test(agents, alias_expands)
{
    struct kit k;

    kit_open(&k, 1);
    kit_send(&k, 0, "staff@shop.example");
    cr_assert_eq(kit_run(&k), WORLD_QUIET);
    cr_expect_eq(box_of(&k, 1, "alice")->count, 1);
    cr_expect_eq(box_of(&k, 2, "bob")->count, 1);
    cr_expect_eq(k.log.kinds[TRACE_MAIL_ENDED], 1, "one verdict for the one that was named");
    kit_close(&k);
}

/* R094 R095 R096 R097: the server is away for good; retries by the schedule, then a report. */
Test(agents, gives_up_in_the_end)
{
    struct kit k;

    kit_open(&k, 1);
    net_set_host_up(world_net(k.w), 2, false);
    kit_send(&k, 0, "bob@shop.example");
    cr_assert_eq(kit_run(&k), WORLD_QUIET);
    const struct world_counts *c = world_counts(k.w);
    cr_expect_eq(c->expired, 1);
    cr_expect_eq(c->reports, 1);
    cr_expect_eq(box_of(&k, 1, "alice")->count, 1);
    HAS(&k, "queue.expired recipient=bob@shop.example age_ns=432");
    kit_close(&k);
}

static const struct tcp_handlers blurts = {.opened = NULL};

/* R176 R089: a letter without a header gets what it lacks from the MSA, and nothing from an MTA. */
Test(agents, a_bare_letter_is_completed_at_submission_only)
{
    static const uint16_t ports[] = {587, 25};
    for (size_t i = 0; i < 2; i++) {
        struct kit k;
        struct address mail = ip("192.0.2.25");
        struct buffer b;
        struct memory m;

        memory_init(&m, 0);
        buffer_init(&b, &m);
        kit_open(&k, 1);
        struct tcp *tcp = tcp_connect(world_net(k.w), 0, NULL, &mail, ports[i], &blurts, NULL, 0);
        tcp_write(tcp,
                  TEXT("EHLO alice-pc.uni.example\r\nMAIL FROM:<alice@uni.example>\r\n"
                       "RCPT TO:<alice@uni.example>\r\nDATA\r\nno header\r\n.\r\nQUIT\r\n"),
                  0);
        tcp_close(tcp, 0);
        kit_run(&k);
        const struct mail_box *box = box_of(&k, 1, "alice");
        cr_assert_eq(box->count, 1, "port %u", ports[i]);
        struct text whole = message_whole(box->items[0].message, &b);
        bool submitted = ports[i] == 587;
        cr_expect_eq(message_count_fields(box->items[0].message, TEXT("Date")), submitted);
        cr_expect_eq(message_count_fields(box->items[0].message, TEXT("Message-ID")), submitted);
        cr_expect_eq(message_count_hops(box->items[0].message), 1);
        cr_expect_eq(text_ends_nocase(whole, TEXT("@mail.uni.example>\r\n\r\nno header\r\n")),
                     submitted, "port %u: %.*s", ports[i], TEXT_ARG(whole));
        cr_expect(text_ends_nocase(whole, TEXT("\r\nno header\r\n")));
        buffer_free(&b);
        memory_end(&m);
        kit_close(&k);
    }
}

/* R039 R053: a 250 to VRFY names the mailbox in full (RFC 5321 3.5.2); a bare Postmaster is taken. */
Test(agents, names_that_are_verified)
{
    struct kit k;
    struct address mail = ip("192.0.2.25");

    kit_open(&k, 1);
    struct tcp *tcp = tcp_connect(world_net(k.w), 0, NULL, &mail, 25, &blurts, NULL, 0);
    tcp_write(tcp,
              TEXT("EHLO [192.0.2.10]\r\nVRFY alice\r\nVRFY nobody\r\n"
                   "VRFY Alice@uni.example\r\nMAIL FROM:<>\r\nRCPT TO:<PostMaster>\r\n"
                   "DATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n"),
              0);
    tcp_close(tcp, 0);
    kit_run(&k);
    HAS(&k, "smtp.reply code=250 enhanced=2.1.5 lines=<alice@uni.example> to=VRFY");
    HAS(&k, "smtp.reply code=250 enhanced=2.1.5 lines=<Alice@uni.example> to=VRFY");
    HAS(&k, "smtp.reply code=550 enhanced=5.1.1 lines=no such user here to=VRFY");
    cr_expect_eq(box_of(&k, 1, "postmaster")->count, 1);
    kit_close(&k);
}

/* R040: switched off, every name gets the same answer (RFC 5321 3.5.3, 7.3). */
Test(agents, names_that_are_not_told)
{
    struct kit k;
    struct address mail = ip("192.0.2.25");

    kit_open(&k, 1);
    world_host(k.w, 1)->mta->config.vrfy_refused = true;
    struct tcp *tcp = tcp_connect(world_net(k.w), 0, NULL, &mail, 25, &blurts, NULL, 0);
    tcp_write(tcp, TEXT("EHLO [192.0.2.10]\r\nVRFY alice\r\nVRFY nobody\r\nQUIT\r\n"), 0);
    tcp_close(tcp, 0);
    kit_run(&k);
    HAS(&k, "smtp.reply code=252 enhanced=2.0.0");
    cr_expect(!strstr(k.log.text, "<alice@uni.example>") && !strstr(k.log.text, "code=550"));
    kit_close(&k);
}

/* Two runs, one with nobody listening: the same counts, the same number of records. */
Test(agents, watching_changes_nothing)
{
    struct kit a, b;

    kit_open(&a, 7);
    kit_open(&b, 7);
    world_trace(b.w)->wanted = 0;
    world_trace(b.w)->sink_count = 0;
    for (int i = 0; i < 5; i++) {
        kit_send(&a, i * CLOCK_MILLISECOND, i % 2 ? "bob@shop.example" : "staff@shop.example");
        kit_send(&b, i * CLOCK_MILLISECOND, i % 2 ? "bob@shop.example" : "staff@shop.example");
    }
    kit_run(&a);
    cr_assert_eq(kit_run(&b), WORLD_QUIET);
    cr_expect_eq(world_trace(a.w)->seq, world_trace(b.w)->seq);
    cr_expect_eq(world_queue(a.w)->fired, world_queue(b.w)->fired);
    for (int kind = 0; kind < TRACE_KIND_COUNT; kind++)
        cr_expect_eq(world_trace(a.w)->counts[kind], world_trace(b.w)->counts[kind], "%s",
                     trace_kind_info(kind)->name);
    kit_close(&a);
    kit_close(&b);
}
