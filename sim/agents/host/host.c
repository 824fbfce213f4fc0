/*
 * host.c - what is made at a host when it is first needed, and which entries of the timeline met something.
 */
#include "sim/agents/host/host.h"

struct dns_resolver *host_resolver(struct host *h)
{
    struct world *w = h->world;

    if (!h->resolver) {
        h->resolver = MEMORY_NEW(&w->memory, struct dns_resolver);
        dns_resolver_init(h->resolver, &w->net, h->index, &w->zones, NULL, w);
    }
    return h->resolver;
}

void world_entry_met(struct world *w, int64_t entry)
{
    uint32_t from = 0, to = w->aims.count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (w->aims.items[middle].entry < entry)
            from = middle + 1;
        else
            to = middle;
    }
    if (from < w->aims.count && w->aims.items[from].entry == entry)
        w->aims.items[from].met = true;
}
