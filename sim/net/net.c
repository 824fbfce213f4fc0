/*
 * net.c - hosts and their addresses (see net.h).
 *
 * Addresses are found by a hash table of indices: it is asked once for a connection or a datagram,
 * never for a segment, and its order decides nothing.
 */
#include "sim/net/net.h"

#include <assert.h>
#include <string.h>

#include "sim/kernel/clock.h"
#include "sim/net/host.h"

void net_init(struct net *net, struct queue *queue, struct memory *memory, struct trace *trace,
              uint64_t seed)
{
    memset(net, 0, sizeof *net);
    net->queue = queue;
    net->memory = memory;
    net->trace = trace;
    net->seed = seed;
    net->times = (struct net_times){.connect_limit_ns = 3 * CLOCK_MINUTE,
                                    .give_up_ns = 15 * CLOCK_MINUTE,
                                    .delayed_ack_ns = 40 * CLOCK_MILLISECOND};
    net->internet = MEMORY_NEW(memory, struct net_link);
    net->internet->name = TEXT("internet");
    net->internet->traits.latency_ns = 25 * CLOCK_MILLISECOND;
    net->generation = 1;
}

void net_line_init(struct net_line *line, uint64_t seed, struct text way)
{
    line->free_ns = 0;
    random_init(&line->loss, seed, way, TEXT("loss"));
    random_init(&line->jitter, seed, way, TEXT("jitter"));
}

struct text net_access_name(const struct net *net, uint32_t host)
{
    struct buffer b;

    buffer_init(&b, net->memory);
    buffer_put_text(&b, net->hosts[host].name);
    buffer_put_text(&b, TEXT(" > internet"));
    struct text name = text_copy(net->memory, buffer_text(&b));
    buffer_free(&b);
    return name;
}

uint32_t net_add_host(struct net *net, struct text name, const struct net_host_traits *traits)
{
    struct random stream;
    struct net_host *host;

    net->hosts = memory_make_room(net->memory, net->hosts, net->host_count, &net->host_room,
                                  sizeof *net->hosts);
    host = &net->hosts[net->host_count];
    memset(host, 0, sizeof *host);
    random_init(&stream, net->seed, name, TEXT("tcp"));
    host->name = name;
    host->secret = random_next(&stream);
    host->udp_ports = random_next(&stream);
    host->first_address = host->last_address = NET_NONE;
    host->first_link = host->last_link = host->node = NET_NONE;
    host->up = true;
    host->router = traits != NULL && traits->router;
    host->on_internet = traits == NULL || !traits->off_internet;
    return net->host_count++;
}

static uint32_t *find_slot(const struct net *net, const struct address *a)
{
    uint32_t mask = net->slot_count - 1;
    uint32_t at = (uint32_t)address_hash(a) & mask;

    while (net->address_slots[at] != 0 &&
           !address_equal(&net->addresses[net->address_slots[at] - 1].address, a))
        at = (at + 1) & mask;
    return &net->address_slots[at];
}

/* Keeps at least half of the slots empty. */
static void grow_slots(struct net *net)
{
    if ((net->address_count + 1) * 2 <= net->slot_count)
        return;
    memory_give(net->memory, net->address_slots, net->slot_count * sizeof *net->address_slots);
    net->slot_count = net->slot_count == 0 ? 16 : net->slot_count * 2;
    net->address_slots =
        memory_take_clear(net->memory, net->slot_count * sizeof *net->address_slots);
    for (uint32_t i = 0; i < net->address_count; i++)
        *find_slot(net, &net->addresses[i].address) = i + 1;
}

bool net_add_address(struct net *net, uint32_t host, const struct address *a)
{
    char text[ADDRESS_TEXT_MAX];
    uint32_t index = net->address_count;
    uint32_t *slot;

    assert(host < net->host_count);
    assert(a->family != ADDRESS_NONE);
    grow_slots(net);
    slot = find_slot(net, a);
    if (*slot != 0 || address_is_loopback(a))
        return false;
    net->addresses = memory_make_room(net->memory, net->addresses, index, &net->address_room,
                                      sizeof *net->addresses);
    net->addresses[index] = (struct net_address){
        .address = *a,
        .text = text_copy(net->memory, text_from(text, address_write(a, text))),
        .host = host,
        .next = NET_NONE};
    *slot = ++net->address_count;
    if (net->hosts[host].first_address == NET_NONE)
        net->hosts[host].first_address = index;
    else
        net->addresses[net->hosts[host].last_address].next = index;
    net->hosts[host].last_address = index;
    return true;
}

struct net_address *net_stray_address(struct net *net, const struct address *a)
{
    struct net_address *stray = MEMORY_NEW(net->memory, struct net_address);
    char text[ADDRESS_TEXT_MAX];

    stray->address = *a;
    stray->text = text_copy(net->memory, text_from(text, address_write(a, text)));
    stray->host = stray->next = NET_NONE;
    return stray;
}

void net_drop_stray(struct net *net, struct net_address *stray)
{
    if (stray == NULL)
        return;
    /* text_copy() took one octet more, for a NUL. */
    memory_give(net->memory, (char *)(uintptr_t)stray->text.at, stray->text.size + 1);
    memory_give(net->memory, stray, sizeof *stray);
}

struct text net_host_name(const struct net *net, uint32_t host)
{
    assert(host < net->host_count);
    return net->hosts[host].name;
}

uint32_t net_host_address(const struct net *net, uint32_t host, enum address_family family)
{
    assert(host < net->host_count);
    uint32_t i = net->hosts[host].first_address;

    while (i != NET_NONE && family != ADDRESS_NONE && net->addresses[i].address.family != family)
        i = net->addresses[i].next;
    return i;
}

uint32_t net_find_address(const struct net *net, const struct address *a)
{
    return net->slot_count == 0 ? NET_NONE : *find_slot(net, a) - 1;
}

uint32_t net_find_host(const struct net *net, const struct address *a)
{
    uint32_t index = net_find_address(net, a);

    return index == NET_NONE ? NET_NONE : net->addresses[index].host;
}

bool net_host_up(const struct net *net, uint32_t host)
{
    assert(host < net->host_count);
    return net->hosts[host].up;
}

uint64_t net_host_missed(const struct net *net, uint32_t host)
{
    assert(host < net->host_count);
    return net->hosts[host].missed;
}

void net_set_host_up(struct net *net, uint32_t host, bool up)
{
    assert(host < net->host_count);
    net->hosts[host].up = up;
}
