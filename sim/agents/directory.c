/*
 * directory.c - one table from "local@domain" to a mailbox or an alias.
 *
 * The key is folded to lower case as a whole: domains because DNS says so (RFC 4343), local parts
 * because every MDA here is the final host and says so.  Quotes are resolved, so "bob"@x is bob@x.
 */
#include "sim/agents/directory.h"

#include <assert.h>

#include "sim/mail/address.h"

/* A path holds at most 256 octets (RFC 5321 4.5.3.1.3). */
enum { KEY_MAX = 2 * MAIL_PATH_MAX };

static struct text key_of(struct text local, struct text domain, char *out)
{
    size_t n = 0;
    bool quoted = local.size >= 2 && local.at[0] == '"';
    size_t end = quoted ? local.size - 1 : local.size;

    assert(local.size + domain.size + 1 <= KEY_MAX);
    for (size_t i = quoted ? 1 : 0; i < end; i++) {
        if (quoted && local.at[i] == '\\' && i + 1 < end)
            i++;
        out[n++] = ascii_lower(local.at[i]);
    }
    out[n++] = '@';
    for (size_t i = 0; i < domain.size; i++)
        out[n++] = ascii_lower(domain.at[i]);
    return text_from(out, n);
}

void directory_init(struct directory *d, struct memory *m)
{
    *d = (struct directory){.memory = m};
    table_init(&d->names, m, false);
}

static void add(struct directory *d, struct text local, struct text domain,
                struct directory_entry entry)
{
    char key[KEY_MAX];

    if (d->count == d->room) {
        uint32_t room = d->room ? 2 * d->room : 16;
        d->entries = memory_grow(d->memory, d->entries, d->room * sizeof *d->entries,
                                 room * sizeof *d->entries);
        d->room = room;
    }
    d->entries[d->count] = entry;
    table_set(&d->names, text_copy(d->memory, key_of(local, domain, key)), d->count++);
}

void directory_add_mda(struct directory *d, uint32_t host, const struct mda_config *config)
{
    for (size_t i = 0; i < config->domain_count; i++) {
        for (size_t k = 0; k < config->mailbox_count; k++)
            add(d, config->mailboxes[k].name, config->domains[i],
                (struct directory_entry){.host = host, .mailbox = config->mailboxes[k].name});
        for (size_t k = 0; k < config->alias_count; k++)
            add(d, config->aliases[k].name, config->domains[i],
                (struct directory_entry){.host = host, .alias = &config->aliases[k]});
    }
}

bool directory_add_postmaster(struct directory *d, uint32_t host, const struct mda_config *config)
{
    const struct text name = TEXT("postmaster");
    char key[KEY_MAX];
    bool missing = false;

    for (size_t i = 0; i < config->domain_count; i++) {
        if (table_get(&d->names, key_of(name, config->domains[i], key)) != TABLE_NONE)
            continue;
        add(d, name, config->domains[i], (struct directory_entry){.host = host, .mailbox = name});
        missing = true;
    }
    return missing;
}

const struct directory_entry *directory_find(const struct directory *d, struct text address,
                                             struct text home)
{
    char key[KEY_MAX];
    size_t at = address.size;

    while (at > 0 && address.at[at - 1] != '@')
        at--;
    struct text local = text_from(address.at, at ? at - 1 : address.size);
    struct text domain = at ? text_after(address, at) : home;
    if (local.size + domain.size + 1 > KEY_MAX)
        return NULL;
    uint32_t index = table_get(&d->names, key_of(local, domain, key));
    return index == TABLE_NONE ? NULL : &d->entries[index];
}
