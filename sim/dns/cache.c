/*
 * cache.c - a table of names, each with its few entries, in a list by last use.
 */
#include "sim/dns/cache.h"

#include <assert.h>

#include "sim/dns/name.h"
#include "sim/kernel/clock.h"

/* How many names in use a trim passes over before it leaves the rest for the next time; how many that
 * are too old it looks at. */
enum { TRIM_PATIENCE = 8, TRIM_OLD = 4 };

void dns_cache_init(struct dns_cache *c, struct memory *memory, uint32_t names_max)
{
    assert(names_max > 0);
    *c = (struct dns_cache){.memory = memory, .names_max = names_max};
    table_init(&c->names, memory, true);
}

/* ---- order of use --------------------------------------------------------------------------- */

static void unlink_known(struct dns_cache *c, struct dns_known *k)
{
    if (k->newer != NULL)
        k->newer->older = k->older;
    else
        c->newest = k->older;
    if (k->older != NULL)
        k->older->newer = k->newer;
    else
        c->oldest = k->newer;
}

static void link_newest(struct dns_cache *c, struct dns_known *k)
{
    k->newer = NULL;
    k->older = c->newest;
    if (c->newest != NULL)
        c->newest->newer = k;
    else
        c->oldest = k;
    c->newest = k;
}

static void touch(struct dns_cache *c, struct dns_known *k)
{
    if (c->newest == k)
        return;
    unlink_known(c, k);
    link_newest(c, k);
}

/* ---- names ---------------------------------------------------------------------------------- */

struct dns_known *dns_cache_find(struct dns_cache *c, struct text name)
{
    uint32_t index = table_get(&c->names, name);

    return index != TABLE_NONE ? c->known[index] : NULL;
}

static uint32_t take_index(struct dns_cache *c)
{
    if (c->free_count > 0)
        return c->free[--c->free_count];
    if (c->used == c->capacity) {
        uint32_t more = c->capacity > 0 ? 2 * c->capacity : 8;

        c->known = memory_grow(c->memory, c->known, c->capacity * sizeof *c->known,
                               more * sizeof *c->known);
        c->free =
            memory_grow(c->memory, c->free, c->capacity * sizeof *c->free, more * sizeof *c->free);
        c->capacity = more;
    }
    return c->used++;
}

struct dns_known *dns_cache_make(struct dns_cache *c, struct text name)
{
    struct dns_known *k = dns_cache_find(c, name);

    if (k != NULL) {
        touch(c, k);
        return k;
    }
    k = MEMORY_NEW(c->memory, struct dns_known);
    k->name = text_copy(c->memory, name);
    k->index = take_index(c);
    c->known[k->index] = k;
    table_set(&c->names, k->name, k->index);
    link_newest(c, k);
    c->count++;
    return k;
}

static void forget(struct dns_cache *c, struct dns_known *k)
{
    assert(k->flights == NULL);
    for (struct dns_kept *e = k->kept, *next; e != NULL; e = next) {
        next = e->next;
        memory_give(c->memory, e, e->size);
    }
    table_remove(&c->names, k->name);
    unlink_known(c, k);
    c->known[k->index] = NULL;
    c->free[c->free_count++] = k->index;
    c->count--;
    memory_give(c->memory, (void *)(uintptr_t)k->name.at, k->name.size + 1);
    memory_give(c->memory, k, sizeof *k);
}

/* Nothing that is known of it counts any more, or will be missed. */
static bool is_useless(const struct dns_cache *c, const struct dns_known *k, int64_t now_ns)
{
    if (k->flights != NULL)
        return false;
    for (const struct dns_kept *e = k->kept; e != NULL; e = e->next)
        if (e->message == c->message || now_ns < e->expires_ns + (e->told ? 0 : CLOCK_DAY))
            return false;
    return true;
}

void dns_cache_trim(struct dns_cache *c, int64_t now_ns)
{
    for (int i = 0; i < TRIM_OLD && c->oldest != NULL && is_useless(c, c->oldest, now_ns); i++)
        forget(c, c->oldest);
    for (int patience = TRIM_PATIENCE; c->count > c->names_max && patience > 0;) {
        struct dns_known *k = c->oldest;

        assert(k); /* there are more of them than may be */
        if (k->flights == NULL) {
            forget(c, k);
            continue;
        }
        touch(c, k);
        patience--;
    }
}

void dns_cache_clear(struct dns_cache *c)
{
    while (c->oldest != NULL)
        forget(c, c->oldest);
    table_free(&c->names);
    memory_give(c->memory, c->known, c->capacity * sizeof *c->known);
    memory_give(c->memory, c->free, c->capacity * sizeof *c->free);
    uint64_t message = c->message;
    dns_cache_init(c, c->memory, c->names_max);
    c->message = message;
}

/* ---- entries -------------------------------------------------------------------------------- */

static bool lives(const struct dns_cache *c, const struct dns_kept *e, int64_t now_ns)
{
    return now_ns < e->expires_ns || e->message == c->message;
}

const struct dns_kept *dns_cache_look(struct dns_cache *c, struct dns_known *known, uint16_t type,
                                      int64_t now_ns)
{
    touch(c, known);
    for (const struct dns_kept *e = known->kept; e != NULL; e = e->next) {
        bool fits = e->type == type || e->type == DNS_NO_SUCH_NAME ||
                    (e->type == DNS_CNAME && e->count > 0);

        if (fits && lives(c, e, now_ns))
            return e;
    }
    return NULL;
}

bool dns_cache_expired(struct dns_known *known, uint16_t type, int64_t now_ns)
{
    for (struct dns_kept *e = known->kept; e != NULL; e = e->next) {
        bool fits = e->type == type || e->type == DNS_NO_SUCH_NAME || e->type == DNS_CNAME;

        if (fits && !e->told && now_ns >= e->expires_ns) {
            e->told = true;
            return true;
        }
    }
    return false;
}

/* Drops the entry of `type`, and what contradicts a new one: a name that is denied has no records, one
 * with a CNAME nothing else. */
static void drop_old(struct dns_cache *c, struct dns_known *known, uint16_t type)
{
    for (struct dns_kept **link = &known->kept; *link != NULL;) {
        struct dns_kept *e = *link;
        bool old = e->type == type || type == DNS_NO_SUCH_NAME || e->type == DNS_NO_SUCH_NAME ||
                   (type == DNS_CNAME) != (e->type == DNS_CNAME);

        if (!old) {
            link = &e->next;
            continue;
        }
        *link = e->next;
        memory_give(c->memory, e, e->size);
    }
}

static struct dns_kept *add(struct dns_cache *c, struct dns_known *known, uint16_t type,
                            size_t more, uint32_t ttl_s, int64_t now_ns)
{
    drop_old(c, known, type);
    struct dns_kept *e = memory_take(c->memory, sizeof *e + more);
    *e = (struct dns_kept){.next = known->kept,
                           .expires_ns = now_ns + ttl_s * CLOCK_SECOND,
                           .message = c->message,
                           .size = sizeof *e + more,
                           .type = type,
                           .told = ttl_s == 0}; /* it was never to be kept (RFC 1035 3.2.1) */
    known->kept = e;
    return e;
}

static bool is_of(const struct dns_record *r, const struct dns_known *known, uint16_t type)
{
    return r->type == type && dns_name_equal(r->name, known->name);
}

bool dns_cache_keep(struct dns_cache *c, struct dns_known *known, uint16_t type,
                    const struct dns_record *records, uint32_t count, int64_t now_ns)
{
    enum { TOGETHER_MAX = 128 }; /* more than fit into one datagram of ours */
    struct dns_record together[TOGETHER_MAX];
    uint32_t found = 0, ttl_s = DNS_TTL_MAX;

    for (uint32_t i = 0; i < count && found < TOGETHER_MAX; i++) {
        if (!is_of(&records[i], known, type))
            continue;
        together[found] = records[i];
        together[found++].name = text_from(NULL, 0); /* `known` has it */
        if (records[i].ttl_s < ttl_s)
            ttl_s = records[i].ttl_s;
    }
    if (found == 0)
        return false;
    struct dns_kept *e = add(c, known, type, dns_records_size(together, found), ttl_s, now_ns);
    e->records = dns_records_copy(e + 1, together, found, known->name);
    e->count = found;
    return true;
}

void dns_cache_deny(struct dns_cache *c, struct dns_known *known, uint16_t type, uint32_t ttl_s,
                    int64_t now_ns)
{
    (void)add(c, known, type, 0, ttl_s, now_ns);
}
