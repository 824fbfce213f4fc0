/*
 * fuzz_dns.c - any octets as a DNS message, as a question to a server, as a reply to a resolver.
 *
 * What is read can be written, and says the same when it is read again.  A server answers
 * everything that is no reply and has a header, with the same id, in at most 1232 octets that can be
 * read.  A resolver tells its askers once, however it is answered, and in the end within 35 s
 * a question.  Nothing is left in memory.
 */
#include "tests/fuzz/fuzz.h"

#include "sim/dns/resolver.h"
#include "sim/dns/server.h"
#include "sim/kernel/clock.h"
#include "sim/net/udp.h"

/* ---- messages --------------------------------------------------------------------------------- */

static size_t rewrite(const struct dns_message *m, uint8_t *out)
{
    const uint32_t counts[] = {m->answer_count, m->authority_count, m->additional_count};
    const struct dns_record *record = m->records;
    struct dns_writer w;

    dns_write_begin(&w, out, DNS_MESSAGE_MAX, &m->header,
                    m->question.name.size > 0 ? &m->question : NULL);
    for (int s = DNS_ANSWER; s <= DNS_ADDITIONAL; s++)
        for (uint32_t i = 0; i < counts[s]; i++, record++)
            if (!dns_write_records(&w, (enum dns_section)s, text_from(NULL, 0), record, 1))
                return 0; /* names that were pointers may not fit when they are spelled */
    return dns_write_end(&w);
}

static void want_same(const struct dns_message *a, const struct dns_message *b)
{
    uint32_t total = a->answer_count + a->authority_count + a->additional_count;

    WANT(a->header.id == b->header.id && a->header.rcode == b->header.rcode);
    WANT(a->header.opcode == b->header.opcode && a->header.edns == b->header.edns);
    WANT(a->answer_count == b->answer_count && a->authority_count == b->authority_count &&
         a->additional_count == b->additional_count);
    WANT(text_equal(a->question.name, b->question.name) && a->question.type == b->question.type);
    for (uint32_t i = 0; i < total; i++) {
        WANT(dns_record_equal(&a->records[i], &b->records[i]));
        WANT(a->records[i].ttl_s == b->records[i].ttl_s);
        WANT(text_equal(a->records[i].target, b->records[i].target));
    }
}

static void try_message(struct memory *memory, struct text octets)
{
    static uint8_t out[DNS_MESSAGE_MAX];
    struct dns_message m, again;
    struct dns_listing listing;

    dns_message_init(&m, memory);
    dns_message_init(&again, memory);
    if (dns_message_read(&m, octets) == DNS_READ_OK) {
        size_t size = rewrite(&m, out);

        if (size > 0) {
            WANT(dns_message_read(&again, text_from((char *)out, size)) == DNS_READ_OK);
            want_same(&m, &again);
        }
        dns_listing_init(&listing, memory);
        for (uint32_t i = 0; i < m.answer_count; i++)
            dns_listing_add(&listing, &m.records[i], text_from(NULL, 0), m.records[i].ttl_s);
        WANT(listing.count == m.answer_count);
        dns_listing_free(&listing);
    }
    dns_message_free(&m);
    dns_message_free(&again);
    WANT(memory->used == 0);
}

/* ---- a world of two hosts ------------------------------------------------------------------------ */

struct world {
    struct memory memory;
    struct queue queue;
    struct trace trace;
    struct net net;
    struct dns_zones zones;
    struct dns_server server;
    struct dns_resolver resolver;
    uint32_t pc, liar;
    struct text lie;
    unsigned told, asked;
};

static uint32_t add_host(struct world *w, struct text name, uint8_t last)
{
    const struct address a = {.octets = {192, 0, 2, last}, .family = ADDRESS_IPV4};
    uint32_t host = net_add_host(&w->net, name, &(struct net_host_traits){.router = false});

    WANT(net_add_address(&w->net, host, &a));
    return host;
}

static void add_record(struct world *w, struct dns_record r)
{
    r.ttl_s = DNS_TTL_OF_ZONE;
    WANT(dns_zone_add_record(&w->zones, &r) == DNS_ZONE_OK);
}

static void begin_world(struct world *w)
{
    const struct address a = {.octets = {192, 0, 2, 25}, .family = ADDRESS_IPV4};
    uint32_t zone;

    memset(w, 0, sizeof *w);
    memory_init(&w->memory, 0);
    queue_init(&w->queue);
    trace_init(&w->trace, &w->queue.now_ns, TRACE_ALL_LAYERS);
    net_init(&w->net, &w->queue, &w->memory, &w->trace, 7);
    w->pc = add_host(w, TEXT("pc"), 1);
    w->liar = add_host(w, TEXT("ns.example"), 53);
    dns_zones_init(&w->zones, &w->memory);
    WANT(dns_zone_add(&w->zones, TEXT("b"), 60, &zone) == DNS_ZONE_OK);
    dns_server_init(&w->server, &w->net, w->liar, &w->zones);
    dns_server_serve_all(&w->server);
    add_record(w, (struct dns_record){.name = TEXT("b"), .type = DNS_MX, .target = TEXT("a.b")});
    add_record(w, (struct dns_record){.name = TEXT("a.b"), .type = DNS_A, .address = a});
    add_record(w,
               (struct dns_record){.name = TEXT("c.b"), .type = DNS_CNAME, .target = TEXT("a.b")});
    add_record(w,
               (struct dns_record){.name = TEXT("*.w.b"), .type = DNS_CNAME, .target = TEXT("b")});
}

/* ---- the server ---------------------------------------------------------------------------------- */

static void try_server(struct world *w, struct text octets)
{
    uint8_t reply[DNS_UDP_EDNS_MAX];
    uint64_t cause = 0;
    struct dns_message m;
    size_t size = dns_server_reply(&w->server, octets, TEXT("192.0.2.1"), &cause, reply);
    bool answers = octets.size >= DNS_HEADER_OCTETS && (octets.at[2] & 0x80) == 0;

    WANT((size > 0) == answers && size <= sizeof reply);
    if (size == 0)
        return;
    dns_message_init(&m, &w->memory);
    WANT(dns_message_read(&m, text_from((char *)reply, size)) == DNS_READ_OK);
    WANT(memcmp(reply, octets.at, 2) == 0 && m.header.response);
    WANT(m.header.edns || size <= DNS_UDP_PLAIN_MAX);
    WANT(m.question.name.size == 0 || m.header.rcode == DNS_FORMERR ||
         text_equal(m.question.name, w->server.question.question.name));
    dns_message_free(&m);
}

/* ---- the resolver --------------------------------------------------------------------------------- */

/* Says what the fuzzer says, with the right id, to every question. */
static void on_question(void *context, const struct udp_datagram *d)
{
    struct world *w = context;
    char octets[UDP_PAYLOAD_MAX];
    size_t size = w->lie.size < sizeof octets ? w->lie.size : sizeof octets;

    memcpy(octets, w->lie.at, size);
    if (size >= 2)
        memcpy(octets, d->octets.at, 2);
    udp_send(&w->net, w->liar, NULL, DNS_PORT, &w->net.addresses[d->source].address, d->source_port,
             text_from(octets, size), &(struct trace_where){.cause = d->cause});
}

struct asker {
    struct dns_asking asking;
    struct world *world;
    unsigned told;
};

static void on_answer(void *context, struct dns_asking *self, const struct dns_result *result)
{
    struct asker *a = EVENT_OWNER(self, struct asker, asking);

    WANT(context == a->world);
    WANT((result->outcome == DNS_OK) == (result->count > 0));
    for (uint32_t i = 0; i < result->count; i++)
        WANT(result->records[i].type == result->type);
    WANT(result->hops <= DNS_CHAIN_MAX + 1);
    a->told++;
}

static void run(struct world *w)
{
    struct event *e;

    while ((e = queue_pop(&w->queue)) != NULL)
        e->fire(w, e);
}

static void try_resolver(struct world *w, struct text octets)
{
    static const struct {
        const char *name;
        uint16_t type;
    } questions[] = {{"b", DNS_MX}, {"a.b", DNS_A}, {"c.b", DNS_AAAA}, {"b", DNS_MX}};
    struct asker askers[4] = {0};
    struct dns_result result;

    w->lie = octets;
    dns_server_end(&w->server);
    WANT(udp_bind(&w->net, w->liar, DNS_PORT, on_question, w) == DNS_PORT);
    dns_resolver_init(&w->resolver, &w->net, w->pc, &w->zones, NULL, w);
    for (int i = 0; i < 4; i++) {
        askers[i].world = w;
        askers[i].asking.answered = on_answer;
        dns_ask(&w->resolver, &askers[i].asking, text_of(questions[i].name), questions[i].type, 0);
    }
    run(w);
    for (int i = 0; i < 4; i++)
        WANT(askers[i].told == 1);
    /* Nine CNAMEs at most, each with three tries; and then a bit. */
    WANT(w->queue.now_ns <= (DNS_CHAIN_MAX + 1) * 36 * CLOCK_SECOND);
    dns_peek(&w->resolver, TEXT("b"), DNS_MX, 0, TEXT(""), &result);
    dns_resolver_end(&w->resolver);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    struct text octets = text_from((const char *)data, size);
    struct memory memory;

    memory_init(&memory, 0);
    try_message(&memory, octets);
    memory_end(&memory);
    begin_world(&w);
    try_server(&w, octets);
    try_resolver(&w, octets);
    memory_end(&w.memory);
    return 0;
}
