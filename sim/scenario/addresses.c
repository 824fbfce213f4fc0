/*
 * addresses.c - addresses for the hosts that have none written.
 *
 * Each site gets one IPv4 network and one IPv6 network.  IPv4: the /24 of the first address that is
 * written for a host of the site; else one of the three networks for examples (RFC 5737) in which no
 * address is written; else part of 10.0.0.0/8, large enough.  IPv6: 2001:db8:0:N::/64 (RFC 3849).
 * Hosts are numbered in the order of the file, from 10 on where there is room; numbers that are
 * taken are passed over.  So an address depends on the file alone.
 */
#include "sim/scenario/check.h"

enum { EXAMPLES = 3, FIRST_NUMBER = 10, CROWD = 5000 };

static const uint8_t examples[EXAMPLES][3] = {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}};

struct site {
    uint32_t hosts;          /* that need an address */
    struct address_net net4; /* prefix 0: not chosen yet */
    struct address_net net6;
    uint32_t next4, next6; /* numbers to try */
};

struct allotment {
    struct check *c;
    struct table taken;      /* written addresses, in their one form */
    struct table site_names; /* -> index in sites */
    struct site *sites;
    uint32_t site_count, site_capacity;
    bool example_taken[EXAMPLES];
    uint64_t next_ten; /* next free number in 10.0.0.0/8 */
};

static struct text written_form(struct check *c, const struct address *a)
{
    char text[ADDRESS_TEXT_MAX];

    return text_copy(c->memory, text_from(text, address_write(a, text)));
}

static struct site *site_of(struct allotment *a, struct text name)
{
    uint32_t index = table_get(&a->site_names, name);
    size_t size = sizeof *a->sites;

    if (index != TABLE_NONE)
        return &a->sites[index];
    if (a->site_count == a->site_capacity) {
        uint32_t more = a->site_capacity ? a->site_capacity * 2 : 8;

        a->sites = memory_grow(a->c->memory, a->sites, a->site_capacity * size, more * size);
        a->site_capacity = more;
    }
    table_set(&a->site_names, name, a->site_count);
    a->sites[a->site_count] = (struct site){.next4 = FIRST_NUMBER, .next6 = FIRST_NUMBER};
    return &a->sites[a->site_count++];
}

/* ---- what is written ----------------------------------------------------------------------- */

static void take_written(struct allotment *a, struct site *site, const struct address *address)
{
    table_set(&a->taken, written_form(a->c, address), 1);
    if (address->family != ADDRESS_IPV4)
        return;
    if (site->net4.prefix == 0) {
        site->net4 = (struct address_net){.address = *address, .prefix = 24};
        site->net4.address.octets[3] = 0;
    }
    for (int i = 0; i < EXAMPLES; i++)
        a->example_taken[i] |= memcmp(address->octets, examples[i], 3) == 0;
    if (address->octets[0] == 10) {
        uint64_t number = (uint64_t)address->octets[1] << 16 | (uint64_t)address->octets[2] << 8;

        if (a->next_ten <= number)
            a->next_ten = number + 256;
    }
}

static bool needs_address(const struct check_host *h)
{
    return !cJSON_GetObjectItemCaseSensitive(h->item, "address");
}

static void look_at_hosts(struct allotment *a)
{
    struct check *c = a->c;

    for (uint32_t i = 0; i < c->host_count; i++) {
        struct site *site = site_of(a, c->hosts[i].site);
        cJSON *written = check_member(c, c->hosts[i].item, "address");
        struct address address;

        site->hosts += needs_address(&c->hosts[i]);
        for (cJSON *item = check_first(written); item; item = check_next(written, item))
            if (cJSON_IsString(item) && address_parse(check_string(item), &address))
                take_written(a, site, &address);
    }
}

/* ---- networks ------------------------------------------------------------------------------ */

/* A part of 10.0.0.0/8 with room for `hosts`, aligned to its size. */
static void take_ten(struct allotment *a, struct site *site)
{
    unsigned bits = a->site_count > CROWD ? 4 : 8;
    uint64_t size;

    while ((UINT64_C(1) << bits) < (uint64_t)site->hosts + FIRST_NUMBER + 2 && bits < 24 &&
           (bits > 4 || site->hosts > 12))
        bits++;
    size = UINT64_C(1) << bits;
    a->next_ten = (a->next_ten + size - 1) & ~(size - 1);
    site->net4 = (struct address_net){
        .address = {.octets = {10, (uint8_t)(a->next_ten >> 16), (uint8_t)(a->next_ten >> 8),
                               (uint8_t)a->next_ten},
                    .family = ADDRESS_IPV4},
        .prefix = (uint8_t)(32 - bits)};
    a->next_ten += size;
    if (bits == 4)
        site->next4 = 1;
}

static void take_example(struct allotment *a, struct site *site)
{
    for (int i = 0; i < EXAMPLES; i++) {
        if (a->example_taken[i])
            continue;
        a->example_taken[i] = true;
        site->net4 = (struct address_net){
            .address = {.octets = {examples[i][0], examples[i][1], examples[i][2]},
                        .family = ADDRESS_IPV4},
            .prefix = 24};
        return;
    }
}

static void choose_networks(struct allotment *a)
{
    for (uint32_t i = 0; i < a->site_count; i++) {
        struct site *site = &a->sites[i];
        uint32_t number = i + 1;

        if (site->hosts > 0 && site->net4.prefix == 0 && site->hosts <= 200)
            take_example(a, site);
        if (site->hosts > 200 || (site->hosts > 0 && site->net4.prefix == 0))
            take_ten(a, site);
        site->net6 = (struct address_net){
            .address = {.octets = {0x20, 0x01, 0x0d, 0xb8, (uint8_t)(number >> 24),
                                   (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                                   (uint8_t)number},
                        .family = ADDRESS_IPV6},
            .prefix = 64};
    }
}

/* ---- numbers ------------------------------------------------------------------------------- */

static void add_number(struct address *a, uint32_t number)
{
    size_t last = address_size(a) - 1;

    for (int i = 0; i < 4; i++) {
        number += a->octets[last - (size_t)i];
        a->octets[last - (size_t)i] = (uint8_t)number;
        number >>= 8;
    }
}

/* The next free address of a network; false if it is full. */
static bool next_address(struct allotment *a, const struct address_net *net, uint32_t *next,
                         struct text *out)
{
    unsigned bits = (unsigned)(8 * address_size(&net->address) - net->prefix);
    uint64_t room = bits >= 32 ? UINT32_MAX : UINT64_C(1) << bits;

    for (; *next + UINT64_C(1) < room; ++*next) {
        struct address address = net->address;

        add_number(&address, *next);
        *out = written_form(a->c, &address);
        if (table_get(&a->taken, *out) != TABLE_NONE)
            continue;
        ++*next;
        return true;
    }
    return false;
}

static void give_addresses(struct allotment *a, struct check_host *h)
{
    struct site *site = site_of(a, h->site);
    struct text text;
    cJSON *list;

    h->nets[0] = site->net4;
    h->nets[1] = site->net6;
    if (!needs_address(h))
        return;
    list = check_put(h->item, "address", cJSON_CreateArray());
    if (!next_address(a, &site->net4, &site->next4, &text)) {
        check_error_at_key(a->c, h->item, "there is no implied IPv4 address left for %q", h->name);
        check_suggest(a->c, "write its \"address\"");
        return;
    }
    check_add_text(a->c, list, text);
    if (next_address(a, &site->net6, &site->next6, &text))
        check_add_text(a->c, list, text);
}

void check_complete_addresses(struct check *c)
{
    struct allotment a = {.c = c, .next_ten = 0x10000};

    table_init(&a.taken, c->memory, false);
    table_init(&a.site_names, c->memory, true);
    look_at_hosts(&a);
    choose_networks(&a);
    for (uint32_t i = 0; i < c->host_count; i++)
        give_addresses(&a, &c->hosts[i]);
    table_free(&a.taken);
    table_free(&a.site_names);
    memory_give(c->memory, a.sites, a.site_capacity * sizeof *a.sites);
}
