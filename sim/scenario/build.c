/*
 * build.c - the only place where a scenario meets a world.
 */
#include "sim/scenario/build.h"

#include <assert.h>

#include "sim/agents/configure.h"
#include "sim/agents/inputs.h"
#include "sim/dns/server.h"
#include "sim/dns/zone.h"
#include "sim/net/link.h"

/* ---- hosts and links ----------------------------------------------------------------------- */

static void add_hosts(const struct scenario *s, struct world *w)
{
    for (uint32_t i = 0; i < s->host_count; i++) {
        const struct scenario_host *h = &s->hosts[i];
        uint32_t host =
            world_add_host(w, h->name, h->addresses, h->address_count, h->internet, h->router);

        assert(host == i);
        (void)host;
    }
}

static struct link_traits traits_of(const struct scenario_link *link)
{
    return (struct link_traits){.latency_ns = link->latency_ns,
                                .jitter_ns = link->jitter_ns,
                                .rate_bits = link->rate_bits,
                                .queue_octets = link->queue_octets,
                                .loss_ppm = link->loss_ppm};
}

static void add_links(const struct scenario *s, struct world *w)
{
    struct link_traits internet = traits_of(&s->internet);

    link_set_internet(world_net(w), &internet);
    for (uint32_t i = 0; i < s->link_count; i++) {
        struct link_traits traits = traits_of(&s->links[i]);

        link_add(world_net(w), s->links[i].a, s->links[i].b, &traits);
    }
}

static void add_roles(const struct scenario *s, struct world *w)
{
    for (uint32_t i = 0; i < s->host_count; i++) {
        const struct scenario_host *h = &s->hosts[i];

        if (h->mua)
            world_add_mua(w, i, h->mua);
        if (h->stranger)
            world_add_stranger(w, i, h->stranger);
        if (h->blocklist)
            world_add_blocklist(w, i, h->blocklist);
        if (h->mta)
            world_add_mta(w, i, h->mta);
        if (h->mda)
            world_add_mda(w, i, h->mda);
    }
}

/* ---- name service -------------------------------------------------------------------------- */

static const uint16_t type_numbers[] = {
    [SCENARIO_A] = DNS_A,    [SCENARIO_AAAA] = DNS_AAAA,   [SCENARIO_MX] = DNS_MX,
    [SCENARIO_NS] = DNS_NS,  [SCENARIO_CNAME] = DNS_CNAME, [SCENARIO_TXT] = DNS_TXT,
    [SCENARIO_PTR] = DNS_PTR};

static void add_record(struct dns_zones *zones, const struct scenario_record *from,
                       struct buffer *scratch)
{
    struct dns_record record = {.name = from->name,
                                .type = type_numbers[from->type],
                                .preference = (uint16_t)from->preference,
                                .ttl_s = (uint32_t)from->ttl_s};
    enum dns_zone_error error;

    if (from->type == SCENARIO_A || from->type == SCENARIO_AAAA) {
        bool good = address_parse(from->data, &record.address);

        assert(good);
        (void)good;
    } else if (from->type == SCENARIO_TXT) {
        buffer_clear(scratch);
        dns_txt_put(scratch, from->data);
        record.strings = buffer_text(scratch);
    } else {
        record.target = from->data;
    }
    error = dns_zone_add_record(zones, &record);
    assert(error == DNS_ZONE_OK);
    (void)error;
}

static void add_zones(const struct scenario *s, struct world *w, uint32_t *numbers)
{
    struct dns_zones *zones = world_zones(w);
    struct buffer scratch;

    buffer_init(&scratch, world_memory(w));
    for (uint32_t i = 0; i < s->zone_count; i++) {
        enum dns_zone_error error =
            dns_zone_add(zones, s->zones[i].origin, (uint32_t)s->zones[i].ttl_s, &numbers[i]);

        assert(error == DNS_ZONE_OK);
        (void)error;
        dns_zone_set_minimum(zones, numbers[i], (uint32_t)s->zones[i].negative_ttl_s);
    }
    for (uint32_t i = 0; i < s->zone_count; i++)
        for (size_t k = 0; k < s->zones[i].record_count; k++)
            add_record(zones, &s->zones[i].records[k], &scratch);
    buffer_free(&scratch);
}

static enum dns_fault fault_of(enum scenario_failure failure)
{
    switch (failure) {
    case SCENARIO_SERVFAIL: return DNS_SAYS_SERVFAIL;
    case SCENARIO_SILENT: return DNS_SILENT;
    case SCENARIO_NXDOMAIN: return DNS_SAYS_NXDOMAIN;
    case SCENARIO_ANSWERS: break;
    }
    return DNS_ANSWERS;
}

static void add_faults(const struct scenario_zone *zone, struct dns_server *server, int64_t entry)
{
    if (zone->failure != SCENARIO_ANSWERS)
        dns_server_fault(server, zone->origin, true, fault_of(zone->failure), -1, entry);
    for (size_t i = 0; i < zone->failing_count; i++)
        dns_server_fault(server, zone->failing[i].name, false, fault_of(zone->failing[i].failure),
                         -1, entry);
}

static bool serves(const struct scenario_host *h, struct text origin)
{
    for (size_t i = 0; i < h->zone_name_count; i++)
        if (text_equal_nocase(h->zone_names[i], origin))
            return true;
    return h->all_zones;
}

static void add_name_servers(const struct scenario *s, struct world *w, const uint32_t *numbers)
{
    for (uint32_t i = 0; i < s->host_count; i++) {
        const struct scenario_host *h = &s->hosts[i];
        struct dns_server *server;

        if (!h->name_server)
            continue;
        server = world_add_name_server(w, i);
        if (h->all_zones)
            dns_server_serve_all(server);
        for (uint32_t z = 0; z < s->zone_count; z++) {
            if (!serves(h, s->zones[z].origin))
                continue;
            if (!h->all_zones)
                dns_server_serve(server, numbers[z]);
            add_faults(&s->zones[z], server, -1);
        }
    }
}

/* ---- timeline ------------------------------------------------------------------------------ */

static void add_letters(const struct scenario *s, const struct scenario_entry *e, struct world *w)
{
    /* One beyond the time limit is enough for the run to stop there. */
    for (int64_t k = 0, at = e->time_ns; k < e->times; k++, at += e->every_ns) {
        world_add_send(w, at, e->host, &e->send, e->index, e->detail);
        if (at > s->limits.time_ns)
            break;
    }
}

/* ---- set ------------------------------------------------------------------------------------ */

struct change {
    struct world *world;
    const struct scenario_entry *entry;
};

static void lift_faults(const struct scenario_zone *zone, struct dns_server *server)
{
    dns_server_fault(server, zone->origin, true, DNS_ANSWERS, -1, -1);
    for (size_t i = 0; i < zone->failing_count; i++)
        dns_server_fault(server, zone->failing[i].name, false, DNS_ANSWERS, -1, -1);
}

/* The data are every server's who serves the zone; what fails, fails at this one. */
static void change_zone(struct world *w, const struct scenario_zone *before,
                        const struct scenario_zone *after, struct dns_server *server, int64_t entry)
{
    struct dns_zones *zones = world_zones(w);
    struct buffer scratch;

    buffer_init(&scratch, world_memory(w));
    for (size_t k = 0; k < before->record_count; k++)
        dns_zone_remove(zones, before->records[k].name, type_numbers[before->records[k].type]);
    for (size_t k = 0; k < after->record_count; k++)
        add_record(zones, &after->records[k], &scratch);
    dns_zone_set_minimum(zones, dns_zone_find(zones, after->origin),
                         (uint32_t)after->negative_ttl_s);
    lift_faults(before, server);
    add_faults(after, server, entry);
    buffer_free(&scratch);
}

static void apply_set(struct host *h, const struct world_input *input, uint64_t cause)
{
    const struct change *change = input->what;
    const struct scenario_entry *e = change->entry;
    const struct scenario_host *host = &e->after->hosts[e->host];

    (void)h;
    assert(text_equal(host->name, e->before->hosts[e->host].name) &&
           e->after->zone_count == e->before->zone_count);
    if (e->sets_host)
        world_reconfigure(change->world, e->host, host->mua, host->mta, host->mda, cause);
    for (uint32_t z = 0; e->sets_zones && z < e->after->zone_count; z++)
        if (serves(host, e->after->zones[z].origin))
            change_zone(change->world, &e->before->zones[z], &e->after->zones[z],
                        world_name_server(change->world, e->host), e->index);
}

/* What an entry does, and with what. */
static void choose_act(struct world *w, const struct scenario_entry *e, struct world_input *input)
{
    struct change *change;

    switch (e->verb) {
    case SCENARIO_SET:
        change = MEMORY_NEW(world_memory(w), struct change);
        *change = (struct change){w, e};
        input->act = apply_set;
        input->what = change;
        break;
    case SCENARIO_STOP: input->act = input_stop; break;
    case SCENARIO_START: input->act = input_start; break;
    case SCENARIO_LINK:
        input->act = input_link;
        input->what = &e->link;
        break;
    case SCENARIO_CRASH:
        if (!e->aimed) {
            input->act = input_crash;
            break;
        } /* fall through */
    case SCENARIO_ANSWER:
    case SCENARIO_DROP:
    case SCENARIO_DELAY:
    case SCENARIO_CLOSE:
        input->act = input_fault;
        input->what = &e->fault;
        break;
    case SCENARIO_PROBE:
        input->act = input_probe;
        input->what = &e->probe;
        break;
    case SCENARIO_SEND:
    case SCENARIO_VERB_COUNT: break;
    case SCENARIO_READ:
        input->act = input_read;
        input->by_person = true;
        break;
    }
}

static void add_timeline(const struct scenario *s, struct world *w)
{
    for (uint32_t i = 0; i < s->entry_count; i++) {
        const struct scenario_entry *e = &s->timeline[i];
        struct world_input input = {.entry = e->index, .verb = e->word, .detail = e->detail};

        if (e->verb == SCENARIO_SEND) {
            add_letters(s, e, w);
            continue;
        }
        input.aims = e->verb >= SCENARIO_ANSWER && e->verb <= SCENARIO_CRASH;
        choose_act(w, e, &input);
        world_add_input(w, e->time_ns, e->host, &input);
    }
}

void scenario_build(const struct scenario *s, struct world *w)
{
    struct memory *m = world_memory(w);
    size_t size = (s->zone_count + 1) * sizeof(uint32_t);
    uint32_t *numbers = memory_take(m, size);

    assert(!s->has_unbuilt);
    add_hosts(s, w);
    add_links(s, w);
    add_roles(s, w);
    add_zones(s, w, numbers);
    add_name_servers(s, w, numbers);
    add_timeline(s, w);
    memory_give(m, numbers, size);
}
