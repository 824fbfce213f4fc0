/*
 * zones.c - the name service that is implied: zones, MX records, names and addresses of hosts.
 *
 * A zone is implied for each site and for each domain that some MTA or MDA serves.  Into every zone,
 * written or implied, go the addresses of the hosts whose names lie in it, unless the zone says
 * something about that name itself.
 */
#include "sim/scenario/check.h"

struct zone_list {
    struct check *c;
    cJSON *zones;       /* the object in the tree */
    struct table names; /* zone -> index in items */
    cJSON **items;
    uint32_t count, capacity;
    struct table mx; /* domain -> index in servers, the list of hosts that take its mail */
    cJSON **servers; /* arrays of "10 HOST" */
    uint32_t server_count, server_capacity;
    struct table owners; /* names in zones, whole -> index in records */
    cJSON **records;     /* their objects */
    uint32_t record_count, record_capacity;
};

static void note_zone(struct zone_list *l, cJSON *item)
{
    if (table_get(&l->names, text_of(item->string)) != TABLE_NONE)
        return;
    l->items = memory_make_room(l->c->memory, l->items, l->count, &l->capacity, sizeof *l->items);
    table_set(&l->names, text_of(item->string), l->count);
    l->items[l->count++] = item;
}

static void need_zone(struct zone_list *l, struct text origin)
{
    if (origin.size == 0 || table_get(&l->names, origin) != TABLE_NONE)
        return;
    note_zone(l, check_put(l->zones, text_copy(l->c->memory, origin).at, cJSON_CreateObject()));
}

static void need_domains(struct zone_list *l, const cJSON *role)
{
    const cJSON *list = check_list(l->c, role, "domains");

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item))
            need_zone(l, check_string(item));
}

static void find_zones(struct zone_list *l)
{
    struct check *c = l->c;

    for (cJSON *item = l->zones->child; item; item = item->next) {
        if (!cJSON_IsObject(item))
            continue;
        note_zone(l, item);
        table_set(&c->written_zones, text_of(item->string), 1);
    }
    for (uint32_t i = 0; i < c->host_count; i++) {
        need_zone(l, c->hosts[i].site);
        need_domains(l, c->hosts[i].mta);
        need_domains(l, c->hosts[i].mda);
        if (check_text(c, c->hosts[i].blocklist, "zone").at)
            need_zone(l, check_text(c, c->hosts[i].blocklist, "zone"));
    }
}

/* ---- MX ------------------------------------------------------------------------------------ */

static void add_mx(struct zone_list *l, struct text domain, const struct check_host *h)
{
    uint32_t index = table_get(&l->mx, domain);
    struct buffer record;

    if (index == TABLE_NONE) {
        l->servers = memory_make_room(l->c->memory, l->servers, l->server_count,
                                      &l->server_capacity, sizeof *l->servers);
        index = l->server_count++;
        l->servers[index] = cJSON_CreateArray();
        table_set(&l->mx, domain, index);
    }
    buffer_init(&record, l->c->memory);
    buffer_put_string(&record, "10 ");
    buffer_put_text(&record, h->name);
    if (text_find(h->name, '.') == h->name.size && h->site.size > 0) {
        buffer_put_char(&record, '.');
        buffer_put_text(&record, h->site);
    }
    check_add_text(l->c, l->servers[index], buffer_text(&record));
    buffer_free(&record);
}

static void find_mx(struct zone_list *l)
{
    struct check *c = l->c;

    for (uint32_t i = 0; i < c->host_count; i++) {
        const struct check_host *h = &c->hosts[i];
        const cJSON *list = check_list(c, h->mta, "domains");

        if (!h->mta || !check_has_port(c, h->mta, 25, 25))
            continue;
        for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
            if (cJSON_IsString(item))
                add_mx(l, check_string(item), h);
    }
}

static void put_mx(struct zone_list *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        uint32_t index = table_get(&l->mx, text_of(l->items[i]->string));

        if (index == TABLE_NONE || !l->servers[index])
            continue;
        if (cJSON_GetObjectItemCaseSensitive(l->items[i], "mx") ||
            cJSON_GetObjectItemCaseSensitive(l->items[i], "cname"))
            continue;
        check_put(l->items[i], "mx", l->servers[index]);
        l->servers[index] = NULL;
    }
    for (uint32_t i = 0; i < l->server_count; i++)
        cJSON_Delete(l->servers[i]);
}

/* ---- addresses of hosts -------------------------------------------------------------------- */

/* The nearest zone at or above a name; `labels` is what is left before it. */
static cJSON *zone_of(const struct zone_list *l, struct text name, struct text *labels)
{
    for (size_t start = 0; start < name.size;) {
        uint32_t index = table_get(&l->names, text_after(name, start));

        if (index != TABLE_NONE) {
            *labels = text_from(name.at, start > 0 ? start - 1 : 0);
            return l->items[index];
        }
        start += text_find(text_after(name, start), '.') + 1;
    }
    return NULL;
}

static void put_addresses(struct check *c, const struct check_host *h, cJSON *object)
{
    cJSON *addresses = check_member(c, h->item, "address"), *a = NULL, *aaaa = NULL;

    for (cJSON *item = check_first(addresses); item; item = check_next(addresses, item)) {
        struct address address;
        cJSON **list = &a;

        if (!cJSON_IsString(item) || !address_parse(check_string(item), &address))
            continue;
        if (address.family == ADDRESS_IPV6)
            list = &aaaa;
        if (!*list)
            *list = cJSON_CreateArray();
        check_add_text(c, *list, check_string(item));
    }
    if (a)
        check_put(object, "a", a);
    if (aaaa)
        check_put(object, "aaaa", aaaa);
}

static bool says_address(const cJSON *object)
{
    return cJSON_GetObjectItemCaseSensitive(object, "a") ||
           cJSON_GetObjectItemCaseSensitive(object, "aaaa") ||
           cJSON_GetObjectItemCaseSensitive(object, "cname");
}

static struct text joined(struct check *c, struct text left, struct text right)
{
    struct buffer b;
    struct text copy;

    if (right.size == 0)
        return left;
    buffer_init(&b, c->memory);
    buffer_put_text(&b, left);
    buffer_put_char(&b, '.');
    buffer_put_text(&b, right);
    copy = text_copy(c->memory, buffer_text(&b));
    buffer_free(&b);
    return copy;
}

struct text check_absolute(struct check *c, struct text name, struct text origin)
{
    if (text_equal(name, TEXT("@")))
        return origin;
    if (text_ends_nocase(name, origin) &&
        (name.size == origin.size || name.at[name.size - origin.size - 1] == '.'))
        return name;
    return joined(c, name, origin);
}

static void note_owner(struct zone_list *l, struct text name, cJSON *object)
{
    if (table_get(&l->owners, name) != TABLE_NONE)
        return;
    l->records = memory_make_room(l->c->memory, l->records, l->record_count, &l->record_capacity,
                                  sizeof *l->records);
    table_set(&l->owners, name, l->record_count);
    l->records[l->record_count++] = object;
}

static void note_written_names(struct zone_list *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        struct text origin = text_of(l->items[i]->string);
        const cJSON *names = check_object(l->c, l->items[i], "names");

        note_owner(l, origin, l->items[i]);
        for (cJSON *item = names ? names->child : NULL; item; item = item->next)
            if (cJSON_IsObject(item))
                note_owner(l, check_absolute(l->c, text_of(item->string), origin), item);
    }
}

/* Where a name's records stand in its zone; made if they are nowhere yet.  NULL without a zone. */
static cJSON *owner_of(struct zone_list *l, struct text name)
{
    uint32_t index = table_get(&l->owners, name);
    struct text labels;
    cJSON *zone, *names, *object;

    if (index != TABLE_NONE)
        return l->records[index];
    zone = zone_of(l, name, &labels);
    if (!zone)
        return NULL;
    names = cJSON_GetObjectItemCaseSensitive(zone, "names");
    if (!names)
        names = check_put(zone, "names", cJSON_CreateObject());
    if (!cJSON_IsObject(names))
        return NULL;
    object = check_put(names, text_copy(l->c->memory, labels).at, cJSON_CreateObject());
    note_owner(l, name, object);
    return object;
}

/* A host without a dot in its name is called NAME.SITE in the name service. */
static void put_hosts(struct zone_list *l)
{
    struct check *c = l->c;

    for (uint32_t i = 0; i < c->host_count; i++) {
        const struct check_host *h = &c->hosts[i];
        bool dotted = text_find(h->name, '.') < h->name.size;
        cJSON *object = NULL;

        if (dotted || h->site.size > 0)
            object = owner_of(l, dotted ? h->name : joined(c, h->name, h->site));
        if (object && !check_is_bad(c, object) && !says_address(object))
            put_addresses(c, h, object);
    }
}

/* ---- name servers -------------------------------------------------------------------------- */

static bool answers_for_all(const struct check *c, const struct check_host *h)
{
    struct text zones = check_text(c, h->dns, "zones");

    return h->dns && (zones.at || !cJSON_GetObjectItemCaseSensitive(h->dns, "zones"));
}

/* The name that a name server goes by in a zone: its own, or "ns.zone" for one without a dot. */
static struct text server_name(struct check *c, const struct check_host *h, const cJSON *zone)
{
    if (text_find(h->name, '.') < h->name.size)
        return h->name;
    return joined(c, h->name, h->site.size > 0 ? h->site : text_of(zone->string));
}

/* Adds it to the list, and its address where it goes by a name that exists for this zone only. */
static void put_name_server(struct zone_list *l, cJSON *list, const struct check_host *h,
                            const cJSON *zone)
{
    struct text name = server_name(l->c, h, zone);
    cJSON *object = name.at == h->name.at ? NULL : owner_of(l, name);

    check_add_text(l->c, list, name);
    if (object && !check_is_bad(l->c, object) && !says_address(object))
        put_addresses(l->c, h, object);
}

static bool answers_for(const struct check *c, const struct check_host *h, const cJSON *zone)
{
    const cJSON *list = check_list(c, h->dns, "zones");

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item) && text_equal_nocase(check_string(item), text_of(zone->string)))
            return true;
    return answers_for_all(c, h);
}

/* The hosts that are name servers at all, which are few. */
static uint32_t find_name_servers(struct check *c, uint32_t *out, uint32_t room)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < c->host_count && count < room; i++)
        if (c->hosts[i].dns)
            out[count++] = i;
    return count;
}

static void put_name_servers(struct zone_list *l)
{
    struct check *c = l->c;
    uint32_t servers[64];
    uint32_t count = find_name_servers(c, servers, 64);

    for (uint32_t i = 0; i < l->count; i++) {
        cJSON *list;

        if (cJSON_GetObjectItemCaseSensitive(l->items[i], "ns"))
            continue;
        list = cJSON_CreateArray();
        for (uint32_t k = 0; k < count; k++) {
            const struct check_host *h = &c->hosts[servers[k]];

            if (answers_for(c, h, l->items[i]))
                put_name_server(l, list, h, l->items[i]);
        }
        if (list->child)
            check_put(l->items[i], "ns", list);
        else
            cJSON_Delete(list);
    }
}

void check_complete_zones(struct check *c)
{
    struct zone_list l = {.c = c, .zones = check_object(c, c->root, "zones")};

    if (!l.zones && cJSON_GetObjectItemCaseSensitive(c->root, "zones"))
        return;
    if (!l.zones)
        l.zones = check_put(c->root, "zones", cJSON_CreateObject());
    table_init(&l.names, c->memory, true);
    table_init(&l.mx, c->memory, true);
    table_init(&l.owners, c->memory, true);
    find_zones(&l);
    find_mx(&l);
    put_mx(&l);
    note_written_names(&l);
    put_hosts(&l);
    put_name_servers(&l);
    table_free(&l.names);
    table_free(&l.mx);
    table_free(&l.owners);
    memory_give(c->memory, l.records, l.record_capacity * sizeof *l.records);
    memory_give(c->memory, l.items, l.capacity * sizeof *l.items);
    memory_give(c->memory, l.servers, l.server_capacity * sizeof *l.servers);
}
