/*
 * link.c - links: made, named, changed (see link.h).  Packets cross them in packet.c.
 */
#include "sim/net/link.h"

#include <assert.h>

#include "sim/net/host.h"

static void check_traits(const struct link_traits *t)
{
    assert(t->latency_ns >= 0 && t->latency_ns <= LINK_LATENCY_MAX_NS);
    assert(t->jitter_ns >= 0 && t->jitter_ns <= LINK_LATENCY_MAX_NS);
    assert(t->rate_bits >= 0 && t->rate_bits <= LINK_RATE_MAX_BITS);
    assert(t->queue_octets >= 0 && t->queue_octets <= LINK_QUEUE_MAX);
    assert(t->loss_ppm <= 1000000);
}

static void set_traits(struct net_link *link, const struct link_traits *traits)
{
    check_traits(traits);
    link->traits = *traits;
    link->queue_ns = link_sending_time(traits, traits->queue_octets);
}

static struct text join_names(struct net *net, uint32_t a, const char *between, uint32_t b)
{
    struct buffer name;

    buffer_init(&name, net->memory);
    buffer_put_text(&name, net->hosts[a].name);
    buffer_put_string(&name, between);
    buffer_put_text(&name, net->hosts[b].name);
    struct text copy = text_copy(net->memory, buffer_text(&name));
    buffer_free(&name);
    return copy;
}

/* Appends the link to a host's list: the order of declaration is the order of the list. */
static void attach(struct net *net, uint32_t index, int end)
{
    struct net_host *host = &net->hosts[net->links[index].ends[end]];
    uint32_t last = host->last_link;

    net->links[index].next_link[end] = NET_NONE;
    if (last == NET_NONE)
        host->first_link = index;
    else
        net->links[last].next_link[net->links[last].ends[1] == net->links[index].ends[end]] = index;
    host->last_link = index;
}

uint32_t link_add(struct net *net, uint32_t a, uint32_t b, const struct link_traits *traits)
{
    uint32_t index = net->link_count;
    struct net_link *link;

    assert(a < net->host_count && b < net->host_count && a != b);
    net->links =
        memory_make_room(net->memory, net->links, index, &net->link_room, sizeof *net->links);
    net->link_count++;
    link = &net->links[index];
    link->ends[0] = a;
    link->ends[1] = b;
    set_traits(link, traits);
    link->name = join_names(net, a, " - ", b);
    link->ways[0] = join_names(net, a, " > ", b);
    link->ways[1] = join_names(net, b, " > ", a);
    net_line_init(&link->lines[0], net->seed, link->ways[0]);
    net_line_init(&link->lines[1], net->seed, link->ways[1]);
    attach(net, index, 0);
    attach(net, index, 1);
    net->generation++;
    return index;
}

uint32_t link_find(const struct net *net, uint32_t a, uint32_t b)
{
    uint32_t i = net->hosts[a].first_link;

    while (i != NET_NONE) {
        const struct net_link *link = &net->links[i];
        int end = link->ends[1] == a;

        if (link->ends[!end] == b)
            return i;
        i = link->next_link[end];
    }
    return NET_NONE;
}

const struct link_traits *link_traits(const struct net *net, uint32_t link)
{
    assert(link < net->link_count);
    return &net->links[link].traits;
}

const struct link_traits *link_internet(const struct net *net)
{
    return &net->internet->traits;
}

void link_set_internet(struct net *net, const struct link_traits *traits)
{
    set_traits(net->internet, traits);
    net->generation++;
}

static uint64_t change(struct net *net, struct net_link *link, const struct link_traits *traits,
                       uint64_t cause)
{
    bool was_down = link->traits.down;

    if (was_down != traits->down || link->traits.latency_ns != traits->latency_ns)
        net->generation++;
    set_traits(link, traits);
    struct text state = was_down == traits->down ? TEXT("changed")
                        : traits->down           ? TEXT("down")
                                                 : TEXT("up");
    return trace_emit_link_state(net->trace, &(struct trace_where){.cause = cause},
                                 &(struct trace_link_state){.link = link->name,
                                                            .state = state,
                                                            .latency_ns = traits->latency_ns,
                                                            .rate_bits = traits->rate_bits,
                                                            .loss_ppm = traits->loss_ppm});
}

uint64_t link_change(struct net *net, uint32_t link, const struct link_traits *traits,
                     uint64_t cause)
{
    assert(link < net->link_count);
    return change(net, &net->links[link], traits, cause);
}

uint64_t link_change_internet(struct net *net, const struct link_traits *traits, uint64_t cause)
{
    return change(net, net->internet, traits, cause);
}

const struct link_traits *link_access(const struct net *net, uint32_t host)
{
    const struct net_link *own = net->hosts[host].own;

    return own ? &own->traits : &net->internet->traits;
}

uint64_t link_change_access(struct net *net, uint32_t host, const struct link_traits *traits,
                            uint64_t cause)
{
    struct net_host *h = &net->hosts[host];

    assert(host < net->host_count);
    if (h->own == NULL) {
        struct buffer name;

        h->own = MEMORY_NEW(net->memory, struct net_link);
        h->own->traits = net->internet->traits;
        buffer_init(&name, net->memory);
        buffer_put_text(&name, h->name);
        buffer_put_string(&name, " - internet");
        h->own->name = text_copy(net->memory, buffer_text(&name));
        buffer_free(&name);
    }
    return change(net, h->own, traits, cause);
}
