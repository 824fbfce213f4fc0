/*
 * cast_site.c - where a host belongs, and its short name.
 */
#include "sim/replay/cast_parts.h"

struct text cast_domain_of(struct text mailbox)
{
    size_t at = mailbox.size;

    while (at > 0 && mailbox.at[at - 1] != '@')
        at--;
    return at > 0 ? text_after(mailbox, at) : TEXT("");
}

/* ---- sites -------------------------------------------------------------------------------- */

static struct text parent_of(struct text domain)
{
    return text_after(domain, text_find(domain, '.') + 1);
}

static bool has_dot(struct text t)
{
    return text_find(t, '.') < t.size;
}

/* The domain of a host's name says who runs it; a name without one belongs to its people's domain, or to
 * the mail that it keeps. */
static struct text site_of(const struct table *domains, const struct cast_host *host,
                           const struct cast_loose *loose)
{
    if (host->roles & CAST_STRANGER || (host->roles == CAST_DNS && loose->all_zones))
        return TEXT("");
    for (struct text name = host->name; name.size > 0; name = parent_of(name))
        if (table_get(domains, name) != TABLE_NONE)
            return name;
    if (has_dot(parent_of(host->name)))
        return parent_of(host->name);
    if (host->roles & CAST_MUA && cast_domain_of(host->mailbox).size > 0)
        return cast_domain_of(host->mailbox);
    return host->domains.count > 0 ? host->domains.items[0] : TEXT("");
}

static uint32_t add_site(struct cast *c, struct memory *m, uint32_t *capacity, struct text name)
{
    c->sites = memory_make_room(m, c->sites, c->site_count, capacity, sizeof *c->sites);
    c->sites[c->site_count] = (struct cast_site){.name = name};
    return c->site_count++;
}

void cast_find_sites(struct cast *c, struct memory *m, const struct table *domains,
                     const struct cast_loose *loose)
{
    uint32_t capacity = 0;
    struct table by_name;

    table_init(&by_name, m, true);
    for (uint32_t i = 0; i < c->host_count; i++) {
        struct text name = site_of(domains, &c->hosts[i], &loose[i]);
        uint32_t site = name.size > 0 ? table_get(&by_name, name) : TABLE_NONE;

        if (site == TABLE_NONE)
            site = add_site(c, m, &capacity, name);
        if (name.size > 0)
            table_set(&by_name, name, site);
        c->hosts[i].site = site;
        c->sites[site].host_count++;
    }
    table_free(&by_name);
}

/* ---- short names -------------------------------------------------------------------------- */

/* Without its last label: every name of an example ends with the same one. */
static struct text short_of(struct text name)
{
    size_t dot = name.size;

    while (dot > 0 && name.at[dot - 1] != '.')
        dot--;
    return dot > 1 ? text_from(name.at, dot - 1) : name;
}

void cast_find_labels(struct cast *c, struct memory *m)
{
    struct table taken;

    table_init(&taken, m, true); /* short name -> how many have it; 2 is many */
    for (uint32_t i = 0; i < c->host_count; i++) {
        struct text label = short_of(c->hosts[i].name);

        table_set(&taken, label, table_get(&taken, label) == TABLE_NONE ? 1 : 2);
    }
    for (uint32_t i = 0; i < c->host_count; i++) {
        struct text name = c->hosts[i].name, label = short_of(name);
        bool unique = table_get(&taken, label) == 1 &&
                      (text_equal(label, name) || table_get(&c->by_name, label) == TABLE_NONE);

        c->hosts[i].label = unique ? label : name;
    }
    table_free(&taken);
}
