/*
 * directory.c - one table from "local@domain" to a mailbox, an alias or a list.
 *
 * The key is folded to lower case as a whole: domains because DNS says so (RFC 4343), local parts
 * because every MDA here is the final host and says so.  Quotes are resolved, so "bob"@x is bob@x.
 */
#include "sim/agents/host/directory.h"

#include <assert.h>

#include "sim/mail/address.h"

/* A path holds at most 256 octets (RFC 5321 4.5.3.1.3). */
enum { KEY_MAX = 2 * MAIL_PATH_MAX };

/* What a domain has beside its names. */
struct directory_domain {
    char subaddress;    /* 0: none */
    uint32_t catch_all; /* entry, or TABLE_NONE */
};

struct key {
    char octets[KEY_MAX];
    size_t local, size; /* octets of the local part; of all */
};

static struct text key_text(const struct key *k)
{
    return text_from(k->octets, k->size);
}

static void put_domain(struct key *k, struct text domain)
{
    k->size = k->local;
    k->octets[k->size++] = '@';
    for (size_t i = 0; i < domain.size; i++)
        k->octets[k->size++] = ascii_lower(domain.at[i]);
}

static void make_key(struct key *k, struct text local, struct text domain)
{
    bool quoted = local.size >= 2 && local.at[0] == '"';
    size_t end = quoted ? local.size - 1 : local.size;

    assert(local.size + domain.size + 1 <= KEY_MAX);
    k->local = 0;
    for (size_t i = quoted ? 1 : 0; i < end; i++) {
        if (quoted && local.at[i] == '\\' && i + 1 < end)
            i++;
        k->octets[k->local++] = ascii_lower(local.at[i]);
    }
    put_domain(k, domain);
}

void directory_init(struct directory *d, struct memory *m)
{
    *d = (struct directory){.memory = m};
    table_init(&d->names, m, false);
    table_init(&d->domain_names, m, true);
}

static uint32_t add_entry(struct directory *d, const struct directory_entry *entry)
{
    if (d->count == d->room) {
        uint32_t room = d->room ? 2 * d->room : 16;
        d->entries = memory_grow(d->memory, d->entries, d->room * sizeof *d->entries,
                                 room * sizeof *d->entries);
        d->room = room;
    }
    d->entries[d->count] = *entry;
    return d->count++;
}

static void add(struct directory *d, struct text local, struct text domain,
                struct directory_entry entry)
{
    struct key key;

    make_key(&key, local, domain);
    table_set(&d->names, text_copy(d->memory, key_text(&key)), add_entry(d, &entry));
}

/* Where several MDAs have the domain, the first that says something about the rest is heard. */
static void add_domain(struct directory *d, struct text domain, uint32_t host,
                       const struct mda_config *config)
{
    uint32_t catch_all = TABLE_NONE;

    if (table_get(&d->domain_names, domain) != TABLE_NONE)
        return;
    if (config->catch_all.targets.count)
        catch_all = add_entry(d, &(struct directory_entry){.host = host,
                                                           .kind = DIRECTORY_CATCH_ALL,
                                                           .alias = &config->catch_all});
    else if (!config->subaddress)
        return;
    if (d->domain_count == d->domain_room) {
        uint32_t room = d->domain_room ? 2 * d->domain_room : 4;
        d->domains = memory_grow(d->memory, d->domains, d->domain_room * sizeof *d->domains,
                                 room * sizeof *d->domains);
        d->domain_room = room;
    }
    d->domains[d->domain_count] = (struct directory_domain){config->subaddress, catch_all};
    table_set(&d->domain_names, domain, d->domain_count++);
}

static void add_names(struct directory *d, struct text domain, uint32_t host,
                      const struct mda_config *config)
{
    for (size_t k = 0; k < config->mailbox_count; k++)
        add(d, config->mailboxes[k].name, domain,
            (struct directory_entry){.host = host,
                                     .kind = DIRECTORY_MAILBOX,
                                     .mailbox = config->mailboxes[k].name,
                                     .box = &config->mailboxes[k]});
    for (size_t k = 0; k < config->alias_count; k++)
        add(d, config->aliases[k].name, domain,
            (struct directory_entry){
                .host = host, .kind = DIRECTORY_ALIAS, .alias = &config->aliases[k]});
    for (size_t k = 0; k < config->list_count; k++)
        add(d, config->lists[k].name, domain,
            (struct directory_entry){
                .host = host, .kind = DIRECTORY_LIST, .list = &config->lists[k]});
}

void directory_add_mda(struct directory *d, uint32_t host, const struct mda_config *config)
{
    for (size_t i = 0; i < config->domain_count; i++) {
        add_names(d, config->domains[i], host, config);
        add_domain(d, config->domains[i], host, config);
    }
}

bool directory_add_postmaster(struct directory *d, uint32_t host, const struct mda_config *config)
{
    const struct text name = TEXT("postmaster");
    struct key key;
    bool missing = false;

    for (size_t i = 0; i < config->domain_count; i++) {
        make_key(&key, name, config->domains[i]);
        if (table_get(&d->names, key_text(&key)) != TABLE_NONE)
            continue;
        add(d, name, config->domains[i],
            (struct directory_entry){.host = host, .kind = DIRECTORY_MAILBOX, .mailbox = name});
        missing = true;
    }
    return missing;
}

/* The name without its detail; false if it has none. */
static bool cut_detail(struct key *k, struct text domain, char sign)
{
    for (size_t i = 1; sign && i < k->local; i++) {
        if (k->octets[i] != sign)
            continue;
        k->local = i;
        put_domain(k, domain);
        return true;
    }
    return false;
}

const struct directory_entry *directory_find(const struct directory *d, struct text address,
                                             struct text home)
{
    struct key key;
    size_t at = address.size;

    while (at > 0 && address.at[at - 1] != '@')
        at--;
    struct text local = text_from(address.at, at ? at - 1 : address.size);
    struct text domain = at ? text_after(address, at) : home;
    if (local.size + domain.size + 1 > KEY_MAX)
        return NULL;
    make_key(&key, local, domain);
    uint32_t index = table_get(&d->names, key_text(&key));
    if (index != TABLE_NONE)
        return &d->entries[index];
    uint32_t row = d->domain_count ? table_get(&d->domain_names, domain) : TABLE_NONE;
    if (row == TABLE_NONE)
        return NULL;
    if (cut_detail(&key, domain, d->domains[row].subaddress))
        index = table_get(&d->names, key_text(&key));
    if (index == TABLE_NONE)
        index = d->domains[row].catch_all;
    return index == TABLE_NONE ? NULL : &d->entries[index];
}

const struct targets_config *directory_targets(const struct directory_entry *e)
{
    switch (e->kind) {
    case DIRECTORY_MAILBOX: return e->box && e->box->forward.count ? &e->box->forward : NULL;
    case DIRECTORY_ALIAS:
    case DIRECTORY_CATCH_ALL: return &e->alias->targets;
    case DIRECTORY_LIST: return &e->list->members;
    }
    return NULL;
}
