/*
 * server.c - from a question's octets to a reply's.
 *
 * Reading, judging and writing are separate steps: judge() decides the rcode, answer() writes.
 */
#include "sim/dns/server.h"

#include <assert.h>

#include "sim/dns/name.h"
#include "sim/net/udp.h"

enum { BADVERS = 16 }; /* RFC 6891 6.1.3 */

struct dns_server_fault {
    struct text name;
    bool below;
    enum dns_fault kind;
    int64_t left; /* -1: without limit */
    int64_t entry;
};

/* ---- building ------------------------------------------------------------------------------- */

static void on_datagram(void *context, const struct udp_datagram *datagram);

void dns_server_init(struct dns_server *s, struct net *net, uint32_t host, struct dns_zones *zones)
{
    *s = (struct dns_server){.net = net, .zones = zones, .host = host};
    table_init(&s->serves, net->memory, true);
    table_init(&s->faulty, net->memory, true);
    dns_message_init(&s->question, net->memory);
    uint16_t port = udp_bind(net, host, DNS_PORT, on_datagram, s);
    assert(port == DNS_PORT);
    (void)port;
}

void dns_server_listen(struct dns_server *s, bool listens)
{
    udp_unbind(s->net, s->host, DNS_PORT);
    if (listens)
        udp_bind(s->net, s->host, DNS_PORT, on_datagram, s);
}

void dns_server_end(struct dns_server *s)
{
    struct memory *m = s->net->memory;

    udp_unbind(s->net, s->host, DNS_PORT);
    for (uint32_t i = 0; i < s->fault_count; i++)
        memory_give(m, (void *)(uintptr_t)s->faults[i].name.at, s->faults[i].name.size + 1);
    memory_give(m, s->faults, s->fault_capacity * sizeof *s->faults);
    table_free(&s->serves);
    table_free(&s->faulty);
    dns_message_free(&s->question);
}

void dns_server_serve(struct dns_server *s, uint32_t zone)
{
    struct text name = net_host_name(s->net, s->host);

    table_set(&s->serves, s->zones->zones[zone].origin, zone);
    for (uint32_t a = net_host_address(s->net, s->host, ADDRESS_NONE); a != NET_NONE;
         a = s->net->addresses[a].next)
        dns_zone_add_server(s->zones, zone, name, a);
}

void dns_server_serve_all(struct dns_server *s)
{
    uint32_t root;

    (void)dns_zone_add(s->zones, TEXT("."), DNS_ZONE_TTL_S, &root); /* or it is there already */
    for (uint32_t zone = 0; zone < s->zones->zone_count; zone++)
        if (table_get(&s->serves, s->zones->zones[zone].origin) == TABLE_NONE)
            dns_server_serve(s, zone);
    s->all = true;
}

static bool serves(const void *context, uint32_t zone)
{
    const struct dns_server *s = context;

    return s->all || table_get(&s->serves, s->zones->zones[zone].origin) != TABLE_NONE;
}

/* ---- faults --------------------------------------------------------------------------------- */

void dns_server_fault(struct dns_server *s, struct text name, bool below, enum dns_fault fault,
                      int64_t times, int64_t entry)
{
    char spelling[DNS_NAME_TEXT_MAX];
    struct text spelled = text_from(spelling, dns_name_normalise(name, spelling));
    struct memory *m = s->net->memory;

    assert(spelled.size > 0 && times != 0);
    uint32_t i = table_get(&s->faulty, spelled);
    if (i == TABLE_NONE) {
        if (s->fault_count == s->fault_capacity) {
            uint32_t more = s->fault_capacity > 0 ? 2 * s->fault_capacity : 4;
            s->faults = memory_grow(m, s->faults, s->fault_capacity * sizeof *s->faults,
                                    more * sizeof *s->faults);
            s->fault_capacity = more;
        }
        i = s->fault_count++;
        s->faults[i].name = text_copy(m, spelled);
        table_set(&s->faulty, s->faults[i].name, i);
    }
    struct dns_server_fault *f = &s->faults[i];
    f->below = below;
    f->kind = fault;
    f->left = times;
    f->entry = entry;
}

/* The fault that `name` meets, or NULL.  A fault of a zone does not reach the zones below it. */
static struct dns_server_fault *find_fault(const struct dns_server *s, struct text name)
{
    if (s->fault_count == 0)
        return NULL;
    for (bool itself = true;; itself = false, name = dns_name_parent(name)) {
        uint32_t i = table_get(&s->faulty, name);

        if (i != TABLE_NONE && s->faults[i].left != 0 && (itself || s->faults[i].below))
            return s->faults[i].kind != DNS_ANSWERS ? &s->faults[i] : NULL;
        if (dns_name_is_root(name) || dns_zone_find(s->zones, name) != DNS_ZONE_NONE)
            return NULL;
    }
}

static uint64_t meet_fault(struct dns_server *s, struct dns_server_fault *f, uint64_t cause)
{
    const struct dns_question *q = &s->question.question;
    const struct trace_where where = {
        .host = net_host_name(s->net, s->host), .side = TRACE_SIDE_SERVER, .cause = cause};
    struct buffer met;
    char scratch[12];

    if (f->left > 0)
        f->left--;
    if (f->entry < 0)
        return cause;
    if (!trace_wants(s->net->trace, TRACE_SIM_FAULT))
        return trace_skip(s->net->trace, TRACE_SIM_FAULT, &where);
    buffer_init(&met, s->net->memory);
    buffer_put_text(&met, q->name);
    buffer_put_char(&met, ' ');
    buffer_put_text(&met, dns_type_name(q->type, scratch));
    cause = trace_emit_sim_fault(
        s->net->trace, &where,
        &(struct trace_sim_fault){
            .entry = f->entry, .verb = TEXT("answer"), .met = buffer_text(&met), .left = f->left});
    buffer_free(&met);
    return cause;
}

/* ---- records -------------------------------------------------------------------------------- */

static uint64_t record_query(struct dns_server *s, struct text peer, uint64_t cause)
{
    const struct dns_message *m = &s->question;
    const struct trace_where where = {
        .host = net_host_name(s->net, s->host), .side = TRACE_SIDE_SERVER, .cause = cause};
    char scratch[12];

    if (!trace_wants(s->net->trace, TRACE_DNS_QUERY))
        return trace_skip(s->net->trace, TRACE_DNS_QUERY, &where);
    return trace_emit_dns_query(
        s->net->trace, &where,
        &(struct trace_dns_query){.id = m->header.id,
                                  .name = m->question.name,
                                  .type = dns_type_name(m->question.type, scratch),
                                  .peer = peer,
                                  .attempt = 0});
}

static uint64_t record_answer(struct dns_server *s, const struct dns_header *header,
                              const struct dns_answer *answer, struct text peer, uint64_t cause)
{
    const struct dns_question *q = &s->question.question;
    const struct trace_where where = {
        .host = net_host_name(s->net, s->host), .side = TRACE_SIDE_SERVER, .cause = cause};
    struct dns_listing listing;
    char scratch[12];

    if (!trace_wants(s->net->trace, TRACE_DNS_ANSWER))
        return trace_skip(s->net->trace, TRACE_DNS_ANSWER, &where);
    dns_listing_init(&listing, s->net->memory);
    for (uint32_t i = 0; i < answer->set_count; i++)
        for (uint32_t k = 0; k < answer->sets[i].count; k++)
            dns_listing_add(&listing, &answer->sets[i].records[k], answer->sets[i].owner,
                            answer->sets[i].records[k].ttl_s);
    cause = trace_emit_dns_answer(
        s->net->trace, &where,
        &(struct trace_dns_answer){.id = header->id,
                                   .name = q->name,
                                   .type = dns_type_name(q->type, scratch),
                                   .peer = peer,
                                   .rcode = dns_rcode_name(header->rcode),
                                   .answers = {dns_listing_items(&listing), listing.count},
                                   .authoritative = header->authoritative,
                                   .waited_ns = 0});
    dns_listing_free(&listing);
    return cause;
}

/* ---- answering ------------------------------------------------------------------------------ */

/* What is wrong with the question as a message; DNS_NOERROR if it is to be looked up. */
static uint16_t judge(const struct dns_message *m, enum dns_read read)
{
    if (read == DNS_READ_BAD)
        return DNS_FORMERR;
    if (m->header.opcode != 0)
        return DNS_NOTIMP;
    if (m->header.edns_version > 0)
        return BADVERS;
    if (m->question.name.size == 0)
        return DNS_FORMERR;
    if (m->question.class != DNS_CLASS_IN)
        return DNS_REFUSED;
    return DNS_NOERROR;
}

static void deny(struct dns_server *s, enum dns_fault fault, struct dns_answer *answer)
{
    uint32_t zone;

    answer->set_count = 0;
    answer->denial = NULL;
    answer->rcode = fault == DNS_SAYS_REFUSED ? DNS_REFUSED : DNS_SERVFAIL;
    if (fault != DNS_SAYS_NXDOMAIN)
        return;
    answer->rcode = DNS_NXDOMAIN;
    zone = dns_zone_of(s->zones, s->question.question.name);
    if (zone != DNS_ZONE_NONE && serves(s, zone))
        answer->denial = dns_zone_soa(s->zones, zone);
}

/* Looks the question up, or does what a fault says; false: silence. */
static bool look_up(struct dns_server *s, struct dns_answer *answer, uint64_t *cause)
{
    const struct dns_question *q = &s->question.question;
    struct dns_server_fault *f = find_fault(s, q->name);

    if (f == NULL) {
        dns_zones_answer(s->zones, q->name, q->type, serves, s, answer);
        return true;
    }
    enum dns_fault kind = f->kind;
    *cause = meet_fault(s, f, *cause);
    if (kind == DNS_SILENT)
        return false;
    deny(s, kind, answer);
    return true;
}

static size_t write_reply(struct dns_writer *w, const struct dns_answer *answer)
{
    bool all = true;

    for (uint32_t i = 0; all && i < answer->set_count; i++)
        all = dns_write_records(w, DNS_ANSWER, answer->sets[i].owner, answer->sets[i].records,
                                answer->sets[i].count);
    if (all && answer->denial != NULL)
        dns_write_records(w, DNS_AUTHORITY, text_from(NULL, 0), answer->denial, 1);
    return dns_write_end(w);
}

size_t dns_server_reply(struct dns_server *s, struct text question, struct text peer,
                        uint64_t *cause, uint8_t *out)
{
    const struct dns_message *m = &s->question;
    struct dns_answer answer = {.rcode = DNS_NOERROR};
    struct dns_writer w;
    enum dns_read read = dns_message_read(&s->question, question);

    if (read == DNS_READ_SHORT || m->header.response)
        return 0;
    struct dns_header header = {.id = m->header.id,
                                .response = true,
                                .opcode = m->header.opcode,
                                .recursion_desired = m->header.recursion_desired,
                                .rcode = judge(m, read),
                                .edns = m->header.edns,
                                .udp_octets = DNS_UDP_EDNS_MAX};
    *cause = record_query(s, peer, *cause);
    if (header.rcode == DNS_NOERROR) {
        if (!look_up(s, &answer, cause))
            return 0;
        header.rcode = (uint16_t)answer.rcode;
        header.authoritative = answer.rcode == DNS_NOERROR || answer.rcode == DNS_NXDOMAIN;
    }
    size_t limit =
        m->header.udp_octets < DNS_UDP_EDNS_MAX ? m->header.udp_octets : DNS_UDP_EDNS_MAX;
    dns_write_begin(&w, out, limit, &header, m->question.name.size > 0 ? &m->question : NULL);
    *cause = record_answer(s, &header, &answer, peer, *cause);
    return write_reply(&w, &answer);
}

static void on_datagram(void *context, const struct udp_datagram *datagram)
{
    struct dns_server *s = context;
    const struct net_address *from = &s->net->addresses[datagram->source];
    uint8_t out[DNS_UDP_EDNS_MAX];
    uint64_t cause = datagram->cause;
    size_t size = dns_server_reply(s, datagram->octets, from->text, &cause, out);

    if (size == 0)
        return;
    udp_send(s->net, s->host, &s->net->addresses[datagram->destination].address, DNS_PORT,
             &from->address, datagram->source_port, text_from((const char *)out, size),
             &(struct trace_where){.side = TRACE_SIDE_SERVER, .cause = cause});
}
