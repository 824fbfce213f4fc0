/*
 * meaning_zones.c - what it means together, third part: zones and name servers.
 *
 * A zone may be wrong in the ways that real zones are: that is a lesson, and a warning here.  What no
 * name server would load is an error.
 */
#include "sim/kernel/clock.h"
#include "sim/scenario/check.h"

struct zones {
    struct check *c;
    struct table names; /* every name in every zone -> 1, or 2 if it is a CNAME */
    struct table origins;
};

/* ---- MX ------------------------------------------------------------------------------------ */

static bool in_some_zone(const struct zones *z, struct text name)
{
    for (; name.size > 0; name = text_after(name, text_find(name, '.') + 1))
        if (table_get(&z->c->written_zones, name) != TABLE_NONE)
            return true;
    return false;
}

static void check_exchange(struct zones *z, const cJSON *item, struct text exchange)
{
    struct check *c = z->c;
    struct address address;
    uint32_t known;

    if (exchange.at[exchange.size - 1] == '.')
        exchange.size--;
    known = table_get(&z->names, exchange);
    if (address_parse(exchange, &address)) {
        check_warning(c, item, "an MX record holds the name of a host, not an address: %q",
                      exchange);
        check_suggest(c, "MTAs will not find it (RFC 5321 5.1)");
    } else if (known == 2) {
        check_warning(c, item, "%q is a CNAME; an MX record must name a host with an address",
                      exchange);
        check_suggest(c, "RFC 5321 5.1, RFC 2181 10.3");
    } else if (known == TABLE_NONE && !c->broken) {
        check_warning(c, item, "no zone has an address for %q", exchange);
        if (!check_suggest_host(c, exchange) && !in_some_zone(z, exchange))
            check_suggest(c, "mail will not find it");
    }
}

static void check_mx(struct zones *z, const cJSON *object)
{
    struct check *c = z->c;
    const cJSON *list = check_list(c, object, "mx");
    bool several = list && list->child && list->child->next;

    for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
        struct text record, exchange;
        size_t space;
        int64_t preference = 0;

        if (!cJSON_IsString(item) || check_is_bad(c, item) || !json_document_node(c->d, item))
            continue;
        record = check_string(item);
        space = text_find(record, ' ');
        exchange = text_after(record, space + 1);
        text_to_int(text_from(record.at, space), &preference);
        if (preference > 65535) {
            check_error(c, item, "a preference is at most 65535");
        } else if (text_equal(exchange, TEXT("."))) {
            if (several) {
                check_error(c, item,
                            "\".\" says that nobody takes mail, yet another MX stands "
                            "beside it");
                check_suggest(c, "only \"0 .\" and nothing else (RFC 7505 3)");
            }
        } else {
            check_exchange(z, item, exchange);
        }
    }
}

/* ---- other records ------------------------------------------------------------------------- */

static void check_family(struct check *c, const cJSON *object, const char *key, uint8_t family)
{
    cJSON *list = check_member(c, object, key);

    for (cJSON *item = check_first(list); item; item = check_next(list, item)) {
        struct address address;

        if (!cJSON_IsString(item) || check_is_bad(c, item))
            continue;
        if (address_parse(check_string(item), &address) && address.family != family) {
            check_error(c, item, "%q is not an IPv%d address", check_string(item), (int64_t)family);
            check_suggest(c, "it belongs into %q",
                          family == ADDRESS_IPV4 ? TEXT("aaaa") : TEXT("a"));
        }
    }
}

static void check_cname(struct zones *z, const cJSON *object, struct text name)
{
    static const char *const others[] = {"a", "aaaa", "mx", "txt", "ptr"};
    const cJSON *cname = check_member(z->c, object, "cname");

    if (!cJSON_IsString(cname))
        return;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const cJSON *other = check_member(z->c, object, others[i]);

        if (other && json_document_node(z->c->d, other)) {
            check_error(z->c, cname, "a CNAME cannot stand beside %q", text_of(others[i]));
            check_suggest(z->c, "a name has a CNAME or other records (RFC 1034 3.6.2)");
            return;
        }
    }
    if (text_equal_nocase(check_string(cname), name)) {
        check_error(z->c, cname, "the CNAME leads back to itself");
        check_suggest(z->c, "let it lead to another name");
    }
}

/* One record in one form, so that two spellings of it are seen to be the same. */
static struct text one_form(struct check *c, const char *key, struct text record)
{
    size_t space = text_find(record, ' ');
    struct address address;
    char scratch[ADDRESS_TEXT_MAX];
    int64_t preference;

    if (key[0] == 'a' && address_parse(record, &address))
        return text_copy(c->memory, text_from(scratch, address_write(&address, scratch)));
    if (key[0] == 'm' && text_to_int(text_from(record.at, space), &preference))
        while (space > 1 && record.at[0] == '0' && record.size > 2) {
            record = text_after(record, 1);
            space--;
        }
    if (key[0] != 't' && record.size > 1 && record.at[record.size - 1] == '.')
        record.size--;
    return record;
}

/* The records of one type: none twice, no name too long. */
static void check_set(struct check *c, const cJSON *object, const char *key)
{
    cJSON *list = check_member(c, object, key);
    struct table seen;

    if (!list || !json_document_node(c->d, list))
        return;
    table_init(&seen, c->memory, key[0] != 't');
    for (cJSON *item = check_first(list); item; item = check_next(list, item)) {
        struct text form;

        if (!cJSON_IsString(item) || check_is_bad(c, item))
            continue;
        form = one_form(c, key, check_string(item));
        if (key[0] == 'm')
            check_name_size(c, item, text_after(form, text_find(form, ' ') + 1), false);
        else if (key[0] != 't')
            check_name_size(c, item, form, false);
        if (table_get(&seen, form) != TABLE_NONE) {
            check_error(c, item, "%q is there twice", check_string(item));
            check_suggest(c, "take one of them away");
        }
        table_set(&seen, form, 1);
    }
    table_free(&seen);
}

static void check_object_records(struct zones *z, const cJSON *object, struct text name)
{
    static const char *const keys[] = {"a", "aaaa", "mx", "ns", "ptr", "txt", "cname"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        check_set(z->c, object, keys[i]);
    check_mx(z, object);
    check_family(z->c, object, "a", ADDRESS_IPV4);
    check_family(z->c, object, "aaaa", ADDRESS_IPV6);
    check_cname(z, object, name);
}

/* ---- TTLs ---------------------------------------------------------------------------------- */

static void check_ttl(struct check *c, const cJSON *zone, const char *key)
{
    const cJSON *item = check_member(c, zone, key);
    int64_t ns = check_amount(c, zone, key, UNIT_DURATION, 0);

    if (!item)
        return;
    if (ns % CLOCK_SECOND != 0) {
        check_error(c, item, "%q counts whole seconds", text_of(key));
        check_suggest(c, "such as \"1h\" or \"300s\" (RFC 1035 3.2.1)");
    }
}

/* ---- all zones ----------------------------------------------------------------------------- */

static bool has_records(const cJSON *object)
{
    return cJSON_GetObjectItemCaseSensitive(object, "a") ||
           cJSON_GetObjectItemCaseSensitive(object, "aaaa");
}

static void note_name(struct zones *z, struct text name, const cJSON *object)
{
    if (cJSON_GetObjectItemCaseSensitive(object, "cname"))
        table_set(&z->names, name, 2);
    else if (has_records(object))
        table_set(&z->names, name, 1);
}

static void note_zone(struct zones *z, const cJSON *zone)
{
    const cJSON *names = check_object(z->c, zone, "names");
    struct text origin = text_of(zone->string);

    table_set(&z->origins, origin, 1);
    note_name(z, origin, zone);
    for (const cJSON *item = names ? names->child : NULL; item; item = item->next)
        if (cJSON_IsObject(item))
            note_name(z, check_absolute(z->c, text_of(item->string), origin), item);
}

/* What is implied has no place in the file; its names were checked where they come from. */
static bool is_written(const struct check *c, const cJSON *item)
{
    const struct json_node *node = json_document_node(c->d, item);

    return node != NULL && node->key.line > 0;
}

/* A name is written once, and in the nearest zone. */
static void check_owner(struct zones *z, const cJSON *item, struct text name, struct text origin,
                        struct table *owners)
{
    struct text rest = name;

    if (table_get(owners, name) != TABLE_NONE) {
        check_error_at_key(z->c, item, "the name %q is there twice", name);
        check_suggest(z->c, "put all of its records into one place");
    }
    table_set(owners, name, 1);
    while (rest.size > 0 && table_get(&z->origins, rest) == TABLE_NONE)
        rest = text_after(rest, text_find(rest, '.') + 1);
    if (!text_equal_nocase(rest, origin)) {
        check_error_at_key(z->c, item, "%q belongs to the zone %q", name, rest);
        check_suggest(z->c, "write it there");
    }
}

static void check_zone(struct zones *z, const cJSON *zone, struct table *seen)
{
    struct check *c = z->c;
    const cJSON *names = check_object(c, zone, "names");
    struct text origin = text_of(zone->string);
    struct table owners;

    if (is_written(c, zone))
        check_name_size(c, zone, origin, true);
    if (table_get(seen, origin) != TABLE_NONE) {
        check_error_at_key(c, zone, "the zone %q is there twice", origin);
        check_suggest(c, "capital letters do not distinguish names (RFC 4343)");
    }
    table_set(seen, origin, 1);
    check_ttl(c, zone, "ttl");
    check_ttl(c, zone, "negative_ttl");
    check_object_records(z, zone, origin);
    if (check_member(c, zone, "cname")) {
        check_error(c, check_member(c, zone, "cname"),
                    "a zone cannot be a CNAME itself: it has an SOA");
        check_suggest(c, "write it for a name in the zone (RFC 1034 3.6.2)");
    }
    table_init(&owners, c->memory, true);
    for (const cJSON *item = names ? names->child : NULL; item; item = item->next) {
        struct text name = check_absolute(c, text_of(item->string), origin);

        if (!cJSON_IsObject(item) || check_is_bad(c, item))
            continue;
        if (is_written(c, item))
            check_name_size(c, item, name, true);
        check_owner(z, item, name, origin, &owners);
        check_object_records(z, item, name);
    }
    table_free(&owners);
}

/* CNAMEs that go round: every resolver gives up on them, and so do we before the run. */
static struct text cname_of(const struct zones *z, const struct table *index, const cJSON **objects,
                            struct text name)
{
    uint32_t i = table_get(index, name);
    struct text cname =
        i == TABLE_NONE ? (struct text){NULL, 0} : check_text(z->c, objects[i], "cname");

    return cname;
}

static void check_cname_rings(struct zones *z, const cJSON *zones)
{
    struct check *c = z->c;
    struct table index;
    const cJSON **objects;
    uint32_t count = 0, room = 1;

    for (const cJSON *zone = zones->child; zone; zone = zone->next) {
        const cJSON *names = check_object(c, zone, "names");

        for (const cJSON *item = names ? names->child : NULL; item; item = item->next)
            room++;
    }
    objects = memory_take(c->memory, room * sizeof *objects);
    table_init(&index, c->memory, true);
    for (const cJSON *zone = zones->child; zone; zone = zone->next) {
        const cJSON *names = check_object(c, zone, "names");

        for (const cJSON *item = names ? names->child : NULL; item; item = item->next) {
            if (!cJSON_IsObject(item) || !check_text(c, item, "cname").at)
                continue;
            objects[count] = item;
            table_set(&index, check_absolute(c, text_of(item->string), text_of(zone->string)),
                      count++);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct text at = check_text(c, objects[i], "cname");
        const cJSON *item = check_member(c, objects[i], "cname");
        int steps = 0;

        while (at.at && table_get(&index, at) != i && steps++ < 16)
            at = cname_of(z, &index, objects, at);
        if (at.at && steps > 0 && steps < 16) {
            check_error(c, item, "these CNAMEs go round: %q comes back here", check_string(item));
            check_suggest(c, "let one of them lead to a name with an address");
        } else if (steps >= 16) {
            check_error(c, item, "more than 16 CNAMEs one behind the other");
        }
    }
    table_free(&index);
    memory_give(c->memory, objects, room * sizeof *objects);
}

/* ---- name servers -------------------------------------------------------------------------- */

static void check_zones_served(struct check *c, const struct check_host *h)
{
    const cJSON *list = check_list(c, h->dns, "zones");
    const cJSON *zones = check_object(c, c->root, "zones");
    struct table names;

    if (!list)
        return;
    table_init(&names, c->memory, true);
    for (const cJSON *zone = zones ? zones->child : NULL; zone; zone = zone->next)
        table_set(&names, text_of(zone->string), 1);
    for (const cJSON *item = list->child; item; item = item->next) {
        struct check_nearest nearest;

        if (!cJSON_IsString(item) || check_is_bad(c, item) ||
            table_get(&names, check_string(item)) != TABLE_NONE)
            continue;
        check_error(c, item, "there is no zone %q", check_string(item));
        check_nearest_init(&nearest, check_string(item));
        for (const cJSON *zone = zones ? zones->child : NULL; zone; zone = zone->next)
            check_nearest_try(&nearest, text_of(zone->string));
        check_suggest_nearest(c, &nearest);
    }
    table_free(&names);
}

void check_meaning_zones(struct check *c)
{
    const cJSON *zones = check_object(c, c->root, "zones");
    struct zones z = {.c = c};
    struct table seen;

    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].dns)
            check_zones_served(c, &c->hosts[i]);
    if (!zones)
        return;
    table_init(&z.names, c->memory, true);
    table_init(&z.origins, c->memory, true);
    table_init(&seen, c->memory, true);
    for (const cJSON *zone = zones->child; zone; zone = zone->next)
        if (cJSON_IsObject(zone))
            note_zone(&z, zone);
    for (const cJSON *zone = zones->child; zone; zone = zone->next)
        if (cJSON_IsObject(zone) && !check_is_bad(c, zone))
            check_zone(&z, zone, &seen);
    check_cname_rings(&z, zones);
    table_free(&z.names);
    table_free(&z.origins);
    table_free(&seen);
}
