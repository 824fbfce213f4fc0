/*
 * zone.c - the tree of names, and looking up in it.
 *
 * Every name has all its ancestors as nodes, up to the root, so the zone of a name that exists is found
 * by following parents, and the closest encloser of one that does not by walking up its labels with
 * one hash look-up each.  `live` counts the RRsets at and below a node: a name exists while
 * that is not 0, whether it has records itself or not.
 */
#include "sim/dns/zone.h"

#include <assert.h>

#include "sim/dns/name.h"

#define NODE_NONE UINT32_MAX

/* RIPE-203's recommendation for small and stable zones. */
enum { SOA_REFRESH_S = 86400, SOA_RETRY_S = 7200, SOA_EXPIRE_S = 3600000 };

/* Records of one name and type. */
struct dns_rrset {
    struct dns_rrset *next;
    struct dns_record *records;
    uint32_t count, capacity;
    uint16_t type;
    bool implied;
};

struct dns_node {
    struct text name;
    uint32_t parent; /* NODE_NONE: the root */
    uint32_t zone;   /* the zone whose apex it is, or DNS_ZONE_NONE */
    uint32_t star;   /* its child "*", or NODE_NONE */
    uint32_t live;   /* RRsets here and below */
    struct dns_rrset *sets;
};

/* ---- storage -------------------------------------------------------------------------------- */

static void give_text(struct dns_zones *z, struct text t)
{
    if (t.at != NULL)
        memory_give(z->memory, (void *)(uintptr_t)t.at, t.size + 1); /* as text_copy() took it */
}

static struct text copy_or_empty(struct dns_zones *z, struct text t)
{
    return t.size > 0 ? text_copy(z->memory, t) : text_from(NULL, 0);
}

/* Names in their one spelling; checked before. */
static struct text copy_name(struct dns_zones *z, struct text name)
{
    char spelling[DNS_NAME_TEXT_MAX];

    if (name.size == 0)
        return text_from(NULL, 0);
    return text_copy(z->memory, text_from(spelling, dns_name_normalise(name, spelling)));
}

static struct dns_record copy_record(struct dns_zones *z, const struct dns_record *r,
                                     struct text owner)
{
    struct dns_record copy = *r;

    copy.name = owner; /* the node's */
    copy.target = copy_name(z, r->target);
    copy.strings = copy_or_empty(z, r->strings);
    if (r->type == DNS_SOA) {
        struct dns_soa *soa = MEMORY_NEW(z->memory, struct dns_soa);

        *soa = *r->soa;
        soa->mname = copy_name(z, r->soa->mname);
        soa->rname = copy_name(z, r->soa->rname);
        copy.soa = soa;
    }
    return copy;
}

static void give_record(struct dns_zones *z, struct dns_record *r)
{
    give_text(z, r->target);
    give_text(z, r->strings);
    if (r->type != DNS_SOA)
        return;
    give_text(z, r->soa->mname);
    give_text(z, r->soa->rname);
    memory_give(z->memory, (void *)(uintptr_t)r->soa, sizeof *r->soa);
}

static void give_set(struct dns_zones *z, struct dns_rrset *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        give_record(z, &set->records[i]);
    memory_give(z->memory, set->records, set->capacity * sizeof *set->records);
    memory_give(z->memory, set, sizeof *set);
}

void dns_zones_init(struct dns_zones *z, struct memory *memory)
{
    *z = (struct dns_zones){.memory = memory};
    table_init(&z->names, memory, true);
    dns_message_init(&z->reply, memory);
}

void dns_zones_free(struct dns_zones *z)
{
    dns_message_free(&z->reply);
    for (uint32_t i = 0; i < z->node_count; i++) {
        for (struct dns_rrset *set = z->nodes[i].sets, *next; set != NULL; set = next) {
            next = set->next;
            give_set(z, set);
        }
        give_text(z, z->nodes[i].name);
    }
    for (uint32_t i = 0; i < z->zone_count; i++) {
        struct dns_zone *zone = &z->zones[i];
        memory_give(z->memory, zone->servers, zone->server_capacity * sizeof *zone->servers);
    }
    memory_give(z->memory, z->nodes, z->node_capacity * sizeof *z->nodes);
    memory_give(z->memory, z->zones, z->zone_capacity * sizeof *z->zones);
    table_free(&z->names);
    dns_zones_init(z, z->memory);
}

/* ---- the tree ------------------------------------------------------------------------------- */

static bool is_star(struct text name)
{
    return name.at[0] == '*' && (name.size == 1 || name.at[1] == '.');
}

/* The node of `name` (in its one spelling), made with its ancestors if need be. */
static uint32_t make_node(struct dns_zones *z, struct text name)
{
    uint32_t node = table_get(&z->names, name), below = NODE_NONE, first;

    if (node != TABLE_NONE)
        return node;
    first = z->node_count;
    for (;;) {
        z->nodes = memory_make_room(z->memory, z->nodes, z->node_count, &z->node_capacity,
                                    sizeof *z->nodes);
        node = z->node_count++;
        z->nodes[node] = (struct dns_node){.name = text_copy(z->memory, name),
                                           .parent = NODE_NONE,
                                           .zone = DNS_ZONE_NONE,
                                           .star = NODE_NONE};
        table_set(&z->names, z->nodes[node].name, node);
        if (below != NODE_NONE)
            z->nodes[below].parent = node;
        if (dns_name_is_root(name))
            break;
        name = dns_name_parent(name);
        below = node;
        node = table_get(&z->names, name);
        if (node != TABLE_NONE) {
            z->nodes[below].parent = node;
            break;
        }
    }
    for (uint32_t i = first; i < z->node_count; i++)
        if (is_star(z->nodes[i].name))
            z->nodes[z->nodes[i].parent].star = i;
    return first;
}

static uint32_t node_zone(const struct dns_zones *z, uint32_t node)
{
    while (node != NODE_NONE && z->nodes[node].zone == DNS_ZONE_NONE)
        node = z->nodes[node].parent;
    return node != NODE_NONE ? z->nodes[node].zone : DNS_ZONE_NONE;
}

static void count_live(struct dns_zones *z, uint32_t node, int change)
{
    for (; node != NODE_NONE; node = z->nodes[node].parent)
        z->nodes[node].live = (uint32_t)((int64_t)z->nodes[node].live + change);
}

static struct dns_rrset *find_set(const struct dns_node *node, uint16_t type)
{
    struct dns_rrset *set = node->sets;

    while (set != NULL && set->type != type)
        set = set->next;
    return set;
}

/* Sets stay in the order of their making; there are few at any name. */
static struct dns_rrset *make_set(struct dns_zones *z, uint32_t node, uint16_t type)
{
    struct dns_rrset **end = &z->nodes[node].sets;

    while (*end != NULL) {
        if ((*end)->type == type)
            return *end;
        end = &(*end)->next;
    }
    *end = MEMORY_NEW(z->memory, struct dns_rrset);
    (*end)->type = type;
    count_live(z, node, 1);
    return *end;
}

static bool remove_set(struct dns_zones *z, uint32_t node, uint16_t type)
{
    struct dns_rrset **link = &z->nodes[node].sets;

    while (*link != NULL && (*link)->type != type)
        link = &(*link)->next;
    if (*link == NULL)
        return false;
    struct dns_rrset *set = *link;
    *link = set->next;
    give_set(z, set);
    count_live(z, node, -1);
    return true;
}

static void append(struct dns_zones *z, struct dns_rrset *set, const struct dns_record *record,
                   struct text owner, uint32_t ttl_s)
{
    set->records =
        memory_make_room(z->memory, set->records, set->count, &set->capacity, sizeof *set->records);
    set->records[set->count] = copy_record(z, record, owner);
    if (set->count > 0 && set->records[0].ttl_s < ttl_s)
        ttl_s = set->records[0].ttl_s;
    set->count++;
    for (uint32_t i = 0; i < set->count; i++)
        set->records[i].ttl_s = ttl_s;
}

/* ---- building ------------------------------------------------------------------------------- */

static void imply_soa(struct dns_zones *z, uint32_t zone)
{
    const struct dns_zone *zn = &z->zones[zone];
    struct dns_node *node = &z->nodes[zn->node];
    bool root = dns_name_is_root(zn->origin), served = zn->server_count > 0;
    struct buffer rname;

    buffer_init(&rname, z->memory);
    buffer_put_string(&rname, "hostmaster");
    if (!root && zn->origin.size + rname.size < DNS_NAME_WIRE_MAX - 2) {
        buffer_put_char(&rname, '.');
        buffer_put_text(&rname, zn->origin);
    }
    const struct dns_soa soa = {.mname = served ? zn->servers[0].host : zn->origin,
                                .rname = buffer_text(&rname),
                                .serial = 1,
                                .refresh_s = SOA_REFRESH_S,
                                .retry_s = SOA_RETRY_S,
                                .expire_s = SOA_EXPIRE_S,
                                .minimum_s = zn->minimum_s};
    struct dns_rrset *set = make_set(z, zn->node, DNS_SOA);

    if (set->count > 0)
        give_record(z, &set->records[--set->count]);
    set->implied = true;
    append(z, set, &(struct dns_record){.type = DNS_SOA, .soa = &soa}, node->name, zn->ttl_s);
    buffer_free(&rname);
}

enum dns_zone_error dns_zone_add(struct dns_zones *z, struct text origin, uint32_t ttl_s,
                                 uint32_t *zone)
{
    char spelling[DNS_NAME_TEXT_MAX];
    struct text name = text_from(spelling, dns_name_normalise(origin, spelling));

    if (name.size == 0)
        return DNS_ZONE_BAD_NAME;
    uint32_t node = make_node(z, name);
    if (z->nodes[node].zone != DNS_ZONE_NONE)
        return DNS_ZONE_TWICE;
    z->zones =
        memory_make_room(z->memory, z->zones, z->zone_count, &z->zone_capacity, sizeof *z->zones);
    *zone = z->zone_count++;
    z->zones[*zone] = (struct dns_zone){.origin = z->nodes[node].name,
                                        .node = node,
                                        .ttl_s = ttl_s,
                                        .minimum_s = DNS_ZONE_MINIMUM_S};
    z->nodes[node].zone = *zone;
    imply_soa(z, *zone);
    return DNS_ZONE_OK;
}

void dns_zone_set_minimum(struct dns_zones *z, uint32_t zone, uint32_t minimum_s)
{
    struct dns_zone *zn = &z->zones[zone];

    zn->minimum_s = minimum_s;
    if (find_set(&z->nodes[zn->node], DNS_SOA)->implied)
        imply_soa(z, zone);
}

void dns_zone_add_server(struct dns_zones *z, uint32_t zone, struct text host, uint32_t address)
{
    struct dns_zone *zn = &z->zones[zone];
    const struct dns_record ns = {.type = DNS_NS, .target = host};
    uint8_t wire[DNS_NAME_WIRE_MAX];
    struct dns_rrset *set;

    zn->servers = memory_make_room(z->memory, zn->servers, zn->server_count, &zn->server_capacity,
                                   sizeof *zn->servers);
    zn->servers[zn->server_count++] = (struct dns_zone_server){.host = host, .address = address};
    if (dns_name_to_wire(host, wire) == 0)
        return; /* a host's name that is no domain name cannot stand in NS or SOA */
    if (zn->server_count == 1 && find_set(&z->nodes[zn->node], DNS_SOA)->implied)
        imply_soa(z, zone);
    set = find_set(&z->nodes[zn->node], DNS_NS);
    if (set != NULL && !set->implied)
        return;
    set = make_set(z, zn->node, DNS_NS);
    set->implied = true;
    for (uint32_t i = 0; i < set->count; i++)
        if (dns_name_equal(set->records[i].target, host))
            return; /* another address of the same host */
    append(z, set, &ns, zn->origin, zn->ttl_s);
}

static bool is_name(struct text name)
{
    uint8_t wire[DNS_NAME_WIRE_MAX];

    return dns_name_to_wire(name, wire) > 0;
}

static enum dns_zone_error check_data(const struct dns_record *r)
{
    if (dns_type_has_target(r->type))
        return is_name(r->target) ? DNS_ZONE_OK : DNS_ZONE_BAD_NAME;
    if (r->type == DNS_SOA)
        return is_name(r->soa->mname) && is_name(r->soa->rname) ? DNS_ZONE_OK : DNS_ZONE_BAD_NAME;
    if (r->type == DNS_A || r->type == DNS_AAAA || r->type == DNS_TXT)
        return DNS_ZONE_OK;
    return DNS_ZONE_BAD_TYPE;
}

/* RFC 1034 3.6.2: a CNAME stands alone, and there is one. */
static enum dns_zone_error check_company(const struct dns_node *node, const struct dns_record *r)
{
    const struct dns_rrset *same = find_set(node, r->type);

    for (uint32_t i = 0; same != NULL && !same->implied && i < same->count; i++) {
        struct dns_record copy = *r;
        copy.name = node->name;
        if (dns_record_equal(&same->records[i], &copy))
            return DNS_ZONE_TWICE;
    }
    if (r->type == DNS_CNAME ? node->sets != NULL : find_set(node, DNS_CNAME) != NULL)
        return DNS_ZONE_CNAME_BESIDE;
    return DNS_ZONE_OK;
}

enum dns_zone_error dns_zone_add_record(struct dns_zones *z, const struct dns_record *record)
{
    char spelling[DNS_NAME_TEXT_MAX];
    struct text name = text_from(spelling, dns_name_normalise(record->name, spelling));
    enum dns_zone_error error = check_data(record);

    if (name.size == 0)
        return DNS_ZONE_BAD_NAME;
    if (error != DNS_ZONE_OK)
        return error;
    uint32_t zone = dns_zone_of(z, name);
    if (zone == DNS_ZONE_NONE)
        return DNS_ZONE_OUTSIDE;
    uint32_t node = make_node(z, name);
    bool of_apex = record->type == DNS_SOA || record->type == DNS_NS;
    if (of_apex && z->nodes[node].zone == DNS_ZONE_NONE)
        return DNS_ZONE_DELEGATION;
    error = check_company(&z->nodes[node], record);
    if (error != DNS_ZONE_OK)
        return error;
    struct dns_rrset *set = make_set(z, node, record->type);
    if (set->implied || record->type == DNS_SOA) /* a zone has one SOA: the last written */
        while (set->count > 0)
            give_record(z, &set->records[--set->count]);
    set->implied = false;
    uint32_t ttl_s = record->ttl_s == DNS_TTL_OF_ZONE ? z->zones[zone].ttl_s : record->ttl_s;
    append(z, set, record, z->nodes[node].name, ttl_s);
    return DNS_ZONE_OK;
}

bool dns_zone_remove(struct dns_zones *z, struct text name, uint16_t type)
{
    char spelling[DNS_NAME_TEXT_MAX];
    uint32_t node = table_get(&z->names, text_from(spelling, dns_name_normalise(name, spelling)));

    if (node == TABLE_NONE || type == DNS_SOA) /* a zone without an SOA is none */
        return false;
    return remove_set(z, node, type);
}

const char *dns_zone_error_text(enum dns_zone_error error)
{
    switch (error) {
    case DNS_ZONE_OK: return "fine";
    case DNS_ZONE_BAD_NAME: return "this is not a domain name";
    case DNS_ZONE_OUTSIDE: return "the name belongs to no zone";
    case DNS_ZONE_TWICE: return "this is there already";
    case DNS_ZONE_CNAME_BESIDE: return "a CNAME allows no other records at its name";
    case DNS_ZONE_DELEGATION: return "NS and SOA stand at a zone's own name only";
    case DNS_ZONE_BAD_TYPE: return "zones do not hold this type";
    }
    return "";
}

/* ---- looking up ----------------------------------------------------------------------------- */

/* The node of `name` or of its nearest ancestor that is a node; NODE_NONE in an empty tree. */
static uint32_t nearest_node(const struct dns_zones *z, struct text name)
{
    uint32_t node;

    while ((node = table_get(&z->names, name)) == TABLE_NONE && !dns_name_is_root(name))
        name = dns_name_parent(name);
    return node == TABLE_NONE ? NODE_NONE : node;
}

uint32_t dns_zone_find(const struct dns_zones *z, struct text origin)
{
    uint32_t node = table_get(&z->names, origin);

    return node != TABLE_NONE ? z->nodes[node].zone : DNS_ZONE_NONE;
}

uint32_t dns_zone_of(const struct dns_zones *z, struct text name)
{
    return node_zone(z, nearest_node(z, name));
}

const struct dns_record *dns_zone_soa(const struct dns_zones *z, uint32_t zone)
{
    return find_set(&z->nodes[z->zones[zone].node], DNS_SOA)->records;
}

static void put_set(struct dns_answer *out, const struct dns_rrset *set, struct text owner)
{
    assert(out->set_count < DNS_SETS_MAX);
    out->sets[out->set_count++] =
        (struct dns_answer_set){.records = set->records, .count = set->count, .owner = owner};
}

/* The node that speaks for `name`: its own, or the wildcard that covers it (then *owner is `name`);
 * NODE_NONE if the name does not exist. */
static uint32_t speaker(const struct dns_zones *z, uint32_t nearest, struct text name,
                        struct text *owner)
{
    *owner = text_from(NULL, 0);
    if (z->nodes[nearest].live > 0 && dns_name_equal(z->nodes[nearest].name, name))
        return nearest;
    while (z->nodes[nearest].live == 0) /* closest encloser; a zone's apex always lives */
        nearest = z->nodes[nearest].parent;
    uint32_t star = z->nodes[nearest].star;
    if (star == NODE_NONE || z->nodes[star].live == 0 || z->nodes[star].zone != DNS_ZONE_NONE)
        return NODE_NONE;
    *owner = name;
    return star;
}

void dns_zones_answer(const struct dns_zones *z, struct text name, uint16_t type,
                      bool (*serves)(const void *context, uint32_t zone), const void *context,
                      struct dns_answer *out)
{
    out->rcode = DNS_NOERROR;
    out->set_count = 0;
    out->denial = NULL;
    for (;;) {
        uint32_t nearest = nearest_node(z, name);
        uint32_t zone = node_zone(z, nearest);
        struct text owner;

        if (zone == DNS_ZONE_NONE || !serves(context, zone)) {
            if (out->set_count == 0)
                out->rcode = DNS_REFUSED;
            return; /* else the CNAMEs so far: the resolver asks elsewhere */
        }
        uint32_t node = speaker(z, nearest, name, &owner);
        if (node == NODE_NONE) {
            out->rcode = DNS_NXDOMAIN; /* of the last name, if there were CNAMEs (RFC 2308 2.1) */
            out->denial = dns_zone_soa(z, zone);
            return;
        }
        const struct dns_rrset *set =
            type == DNS_ANY ? z->nodes[node].sets : find_set(&z->nodes[node], type);
        if (set != NULL) {
            put_set(out, set, owner);
            return;
        }
        set = find_set(&z->nodes[node], DNS_CNAME);
        if (set == NULL) {
            out->denial = dns_zone_soa(z, zone);
            return;
        }
        put_set(out, set, owner);
        if (out->set_count == DNS_CHAIN_MAX)
            return; /* a loop, or as good as one */
        name = set->records[0].target;
    }
}
