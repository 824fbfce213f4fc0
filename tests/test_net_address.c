/* Addresses and networks, row by row; what is written is read back. */
#include <criterion/criterion.h>

#include "sim/kernel/random.h"
#include "sim/net/address.h"

static const struct row {
    const char *text;
    const char *want; /* as written again; NULL: no address */
} rows[] = {
    {"0.0.0.0", "0.0.0.0"},
    {"192.0.2.1", "192.0.2.1"},
    {"255.255.255.255", "255.255.255.255"},
    {"", NULL},
    {"1", NULL},
    {"1.2.3", NULL},
    {"1.2.3.", NULL},
    {"1.2.3.4.", NULL},
    {"1.2.3.4.5", NULL},
    {".1.2.3.4", NULL},
    {"1..2.3", NULL},
    {"256.0.0.1", NULL},
    {"01.2.3.4", NULL},
    {"1.2.3.00", NULL},
    {"1.2.3.1000", NULL},
    {"1.2.3.-4", NULL},
    {" 1.2.3.4", NULL},
    {"1.2.3.4 ", NULL},
    {"0x1.2.3.4", NULL},
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"2001:db8::1", "2001:db8::1"},
    {"2001:DB8::ABCD", "2001:db8::abcd"},
    {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    {"0:0:0:0:0:0:0:0", "::"},
    {"0:0:0:0:0:0:0:1", "::1"},
    {"1:0:0:0:0:0:0:0", "1::"},
    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
    {"::ffff:c000:201", "::ffff:192.0.2.1"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4:5:6:7:8:", NULL},
    {"1::8:", NULL},
    {"1:2:3:4::5:6:7:8", NULL},
    {"1::2::3", NULL},
    {":::", NULL},
    {":", NULL},
    {":1::", NULL},
    {"1:", NULL},
    {"12345::", NULL},
    {"g::", NULL},
    {"::1%eth0", NULL},
    {"[::1]", NULL},
    {"::1.2.3", NULL},
    {"::1.2.3.4:5", NULL},
    {"1:2:3:4:5:6:7:1.2.3.4", NULL},
    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    {"1:2:3:4:5:6::1.2.3.4", NULL},
};

Test(net_address, rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct address a = {{0}, 99};
        char text[ADDRESS_TEXT_MAX];
        bool fine = address_parse(text_of(rows[i].text), &a);

        cr_expect(fine == (rows[i].want != NULL), "\"%s\"", rows[i].text);
        if (!fine || rows[i].want == NULL) {
            cr_expect(fine || a.family == 99, "\"%s\": touched", rows[i].text);
            continue;
        }
        struct text got = text_from(text, address_write(&a, text));
        cr_expect(text_equal(got, text_of(rows[i].want)), "\"%s\": %.*s", rows[i].text,
                  TEXT_ARG(got));
    }
}

Test(net_address, written_is_read_back)
{
    struct random r;

    random_init(&r, 1, TEXT("address"), TEXT("test"));
    for (int i = 0; i < 200000; i++) {
        struct address a = {.family = i & 1 ? ADDRESS_IPV4 : ADDRESS_IPV6}, b;
        char text[ADDRESS_TEXT_MAX];
        uint64_t zeros = random_next(&r);

        for (size_t o = 0; o < address_size(&a); o++)
            a.octets[o] = zeros >> o / 2 & 1 ? 0 : (uint8_t)random_next(&r);
        size_t size = address_write(&a, text);
        cr_assert(size <= sizeof text);
        cr_assert(address_parse(text_from(text, size), &b), "%.*s", (int)size, text);
        cr_assert(address_equal(&a, &b), "%.*s", (int)size, text);
        cr_assert_eq(address_hash(&a), address_hash(&b));
    }
}

static const struct net_row {
    const char *net, *address;
    int want; /* 1 inside, 0 outside, -1: no network */
} net_rows[] = {
    {"192.0.2.0/24", "192.0.2.255", 1},
    {"192.0.2.0/24", "192.0.3.0", 0},
    {"192.0.2.0/24", "2001:db8::1", 0},
    {"0.0.0.0/0", "203.0.113.9", 1},
    {"192.0.2.128/25", "192.0.2.127", 0},
    {"192.0.2.128/25", "192.0.2.128", 1},
    {"192.0.2.7", "192.0.2.7", 1},
    {"192.0.2.7/32", "192.0.2.6", 0},
    {"2001:db8::/32", "2001:db8:ffff::1", 1},
    {"2001:db8::/32", "2001:db9::1", 0},
    {"2001:db8::/33", "2001:db8:8000::", 0},
    {"::/0", "::1", 1},
    {"192.0.2.1/24", "192.0.2.1", -1},
    {"192.0.2.0/33", "192.0.2.0", -1},
    {"192.0.2.0/", "192.0.2.0", -1},
    {"192.0.2.0/024", "192.0.2.0", -1},
    {"192.0.2.0/-1", "192.0.2.0", -1},
    {"/24", "192.0.2.0", -1},
    {"2001:db8::/129", "2001:db8::", -1},
};

Test(net_address, networks)
{
    for (size_t i = 0; i < sizeof net_rows / sizeof *net_rows; i++) {
        struct address_net n;
        struct address a;
        bool fine = address_net_parse(text_of(net_rows[i].net), &n);

        cr_assert(address_parse(text_of(net_rows[i].address), &a));
        cr_expect(fine == (net_rows[i].want >= 0), "%s", net_rows[i].net);
        if (fine && net_rows[i].want >= 0)
            cr_expect(address_net_holds(&n, &a) == net_rows[i].want, "%s in %s",
                      net_rows[i].address, net_rows[i].net);
    }
}

Test(net_address, loopback)
{
    static const struct {
        const char *text;
        bool want;
    } loops[] = {{"127.0.0.1", true},
                 {"127.9.9.9", true},
                 {"::1", true},
                 {"128.0.0.1", false},
                 {"::2", false}};

    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        struct address a;

        cr_assert(address_parse(text_of(loops[i].text), &a));
        cr_expect(address_is_loopback(&a) == loops[i].want, "%s", loops[i].text);
    }
}
