/* What belongs together on the map, and in which order. */
#include "render/stage/layout_parts.h"

enum { FREE_MAX = 8 }; /* name servers or strangers that stand outside boxes */

/* Does somebody else of the site meet the world, who is not for submission? */
static bool has_outer_door(const struct cast *c, uint32_t host)
{
    for (uint32_t i = 0; i < c->host_count; i++)
        if (i != host && c->hosts[i].site == c->hosts[host].site && c->hosts[i].roles & CAST_MTA &&
            !(c->hosts[i].roles & CAST_MSA))
            return true;
    return false;
}

static uint8_t depth_of(const struct cast *c, uint32_t host)
{
    unsigned roles = c->hosts[host].roles;

    if (roles & CAST_MTA && !(roles & CAST_MSA && has_outer_door(c, host)))
        return 2;
    return roles & (CAST_MTA | CAST_MSA | CAST_MDA | CAST_DNS | CAST_BLOCKLIST | CAST_ROUTER) ? 1
                                                                                              : 0;
}

static bool has_mail(const struct cast *c, uint32_t site)
{
    for (uint32_t i = 0; i < c->host_count; i++)
        if (c->hosts[i].site == site && c->hosts[i].roles & (CAST_MUA | CAST_MDA))
            return true;
    return false;
}

/* A site that answers look-ups for others: nobody's home. */
static bool only_lists(const struct cast *c, uint32_t site)
{
    bool all = true;

    for (uint32_t i = 0; i < c->host_count; i++)
        all = all && (c->hosts[i].site != site || c->hosts[i].roles & (CAST_DNS | CAST_BLOCKLIST));
    for (uint32_t i = 0; all && i < c->host_count; i++)
        if (c->hosts[i].site == site && c->hosts[i].roles & CAST_BLOCKLIST)
            return true;
    return false;
}

static bool at_home(const struct cast *c, uint32_t host)
{
    return c->sites[c->hosts[host].site].name.size > 0;
}

/* The site whose people send first, as far as the cast says; else the one that takes letters in. */
static uint32_t sender_of(const struct cast *c)
{
    static const unsigned wanted[] = {CAST_MUA, CAST_MUA, CAST_MSA, CAST_MTA};

    for (uint32_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
        for (uint32_t i = 0; i < c->host_count; i++)
            if (c->hosts[i].roles & wanted[k] && at_home(c, i) &&
                (k > 0 || c->hosts[i].server != CAST_NONE))
                return c->hosts[i].site;
    return CAST_NONE;
}

static struct text network_of(const struct cast_host *h)
{
    struct text address = h->addresses.count > 0 ? h->addresses.items[0] : TEXT("");

    while (address.size > 0 && address.at[address.size - 1] != '.')
        address.size--;
    return address;
}

/* The site among whose computers a stranger has its address: one of them that others make use of.  It
 * has no domain of its own, and the address is of the same /24. */
static uint32_t taken_over(const struct cast *c, uint32_t host)
{
    const struct cast_host *h = &c->hosts[host];
    struct text network = network_of(h);

    if (!(h->roles & CAST_STRANGER) || network.size == 0 || text_find(h->name, '.') < h->name.size)
        return CAST_NONE;
    for (uint32_t i = 0; i < c->host_count; i++)
        if (at_home(c, i) && text_equal(network_of(&c->hosts[i]), network))
            return c->hosts[i].site;
    return CAST_NONE;
}

/* Name servers go into the box after the last site, strangers into the one after that. */
static uint32_t site_for(const struct cast *c, const bool *lists, uint32_t host)
{
    uint32_t site = c->hosts[host].site, taken = taken_over(c, host);

    if (taken != CAST_NONE)
        return taken;
    if (at_home(c, host) && !lists[site])
        return site;
    return c->site_count + !(c->hosts[host].roles & (CAST_DNS | CAST_BLOCKLIST));
}

static enum group_kind kind_of(const struct cast *c, uint32_t site, uint32_t sender)
{
    if (site >= c->site_count)
        return site == c->site_count ? GROUP_NAMES : GROUP_STRANGERS;
    return site == sender ? GROUP_SENDER : has_mail(c, site) ? GROUP_OTHER : GROUP_RELAY;
}

static void add_group(struct layout *l, uint32_t site, enum group_kind kind, const uint32_t *of)
{
    struct layout_own *own = l->own;
    struct group *g = &own->groups[own->group_count];
    uint32_t first = own->group_count ? g[-1].first + g[-1].count : 0, n = 0;

    for (unsigned depth = 0; depth < DEPTHS; depth++)
        for (uint32_t i = 0; i < l->cast->host_count; i++)
            if (of[i] == site && own->depth[i] == depth && !l->cast->hosts[i].placed) {
                own->members[first + n++] = i;
                own->group_of[i] = own->group_count;
            }
    l->sites[site].host_count = n;
    if (n == 0)
        return;
    *g = (struct group){.first = first, .count = n, .site = site, .kind = kind};
    g->framed = site < l->cast->site_count || n > FREE_MAX;
    l->sites[site].framed = g->framed;
    own->group_count++;
}

/* Groups with a frame stand before those without. */
static void frames_first(struct layout_own *own)
{
    uint32_t n = own->group_count;

    if (n < 2 || own->groups[n - 2].framed || !own->groups[n - 1].framed)
        return;
    struct group names = own->groups[n - 2];
    own->groups[n - 2] = own->groups[n - 1];
    own->groups[n - 1] = names;
    for (uint32_t i = n - 2; i < n; i++)
        for (uint32_t k = 0; k < own->groups[i].count; k++)
            own->group_of[own->members[own->groups[i].first + k]] = i;
}

void groups_make(struct layout *l)
{
    const struct cast *c = l->cast;
    uint32_t sites = c->site_count + 2, sender = sender_of(c);
    uint32_t *of = memory_take_clear(l->memory, c->host_count * sizeof *of + 1);
    bool *lists = memory_take_clear(l->memory, c->site_count + 1);

    for (uint32_t s = 0; s < c->site_count; s++)
        lists[s] = only_lists(c, s);
    for (uint32_t i = 0; i < c->host_count; i++) {
        l->own->depth[i] = depth_of(c, i);
        l->own->group_of[i] = UINT32_MAX;
        of[i] = site_for(c, lists, i);
    }
    for (enum group_kind kind = GROUP_SENDER; kind <= GROUP_STRANGERS; kind++)
        for (uint32_t s = 0; s < sites; s++)
            if (kind_of(c, s, sender) == kind)
                add_group(l, s, kind, of);
    frames_first(l->own);
    memory_give(l->memory, of, c->host_count * sizeof *of + 1);
    memory_give(l->memory, lists, c->site_count + 1);
}
