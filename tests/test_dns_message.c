/*
 * test_dns_message.c - names and messages on the wire (RFC 1035 3.1, 4.1; RFC 3596; RFC 6891).
 *
 * Golden octets: the example of RFC 1035 4.1.4, some by hand, and tests/dns/golden.txt, which
 * dnspython wrote (tests/dns/golden.py).
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/dns/message.h"
#include "sim/dns/name.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/random.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct memory memory;

static void set_up(void)
{
    memory_init(&memory, 0);
}

static void tear_down(void)
{
    memory_end(&memory);
}

TestSuite(dns_name, .init = set_up, .fini = tear_down);
TestSuite(dns_message, .init = set_up, .fini = tear_down);

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t size = 0;

    for (; hex[0] != '\0'; hex++) {
        unsigned octet;

        if (hex[0] == ' ')
            continue;
        cr_assert_eq(sscanf(hex, "%2x", &octet), 1);
        out[size++] = (uint8_t)octet;
        hex++;
    }
    return size;
}

static struct text octets_of(const uint8_t *octets, size_t size)
{
    return text_from((const char *)octets, size);
}

/* ---- names ------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *hex; /* "" : not a name */
    const char *spelling;   /* NULL: as written */
} names[] = {
    {".", "00", NULL},
    {"example", "07 6578616d706c65 00", NULL},
    {"Mx.Example", "02 4d78 07 4578616d706c65 00", NULL},
    {"example.", "07 6578616d706c65 00", "example"},
    {"a\\.b.c", "03 612e62 01 63 00", NULL},
    {"a\\046b.c", "03 612e62 01 63 00", "a\\.b.c"},
    {"\\097.c", "01 61 01 63 00", "a.c"},
    {"\\\\.c", "01 5c 01 63 00", NULL},
    {"\\000\\255", "02 00ff 00", NULL},
    {"a b", "03 612062 00", "a\\032b"},
    {"b\xc3\xbc", "03 62c3bc 00", "b\\195\\188"},
    {"*.example", "01 2a 07 6578616d706c65 00", NULL},
    {"_dmarc.x-y", "06 5f646d617263 03 782d79 00", NULL},
    {"", "", NULL},
    {"..", "", NULL},
    {".a", "", NULL},
    {"a..b", "", NULL},
    {"a..", "", NULL},
    {"a\\", "", NULL},
    {"a\\25", "", NULL},
    {"a\\256", "", NULL},
    {"a\\2x6", "", NULL},
};

Test(dns_name, spelled_and_on_the_wire)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        uint8_t want[64], got[DNS_NAME_WIRE_MAX];
        char text[DNS_NAME_TEXT_MAX];
        size_t size = from_hex(names[i].hex, want), at = 0;
        const char *spelling = names[i].spelling ? names[i].spelling : names[i].name;

        cr_expect_eq(dns_name_to_wire(text_of(names[i].name), got), size, "%s", names[i].name);
        cr_expect_arr_eq(got, want, size, "%s", names[i].name);
        if (size == 0) {
            cr_expect_eq(dns_name_normalise(text_of(names[i].name), text), 0, "%s", names[i].name);
            continue;
        }
        size_t length = dns_name_from_wire(octets_of(want, size), &at, text);
        cr_expect_eq(at, size, "%s", names[i].name);
        cr_expect(text_equal(text_from(text, length), text_of(spelling)), "%s", names[i].name);
        length = dns_name_normalise(text_of(names[i].name), text);
        cr_expect(text_equal(text_from(text, length), text_of(spelling)), "%s", names[i].name);
    }
}

/* A name of `labels` labels of `length` letters each. */
static struct text long_name(char *out, int labels, int length)
{
    size_t size = 0;

    for (int i = 0; i < labels; i++) {
        if (i > 0)
            out[size++] = '.';
        memset(out + size, 'a' + i % 26, (size_t)length);
        size += (size_t)length;
    }
    return text_from(out, size);
}

Test(dns_name, limits)
{
    static const struct {
        int labels, length;
        size_t want;
    } rows[] = {{1, 63, 65},   {1, 64, 0},  {4, 61, 249}, {4, 62, 253}, {4, 63, 0},
                {127, 1, 255}, {128, 1, 0}, {3, 63, 193}, {1, 300, 0},  {14, 17, 253}};
    char text[2000], back[DNS_NAME_TEXT_MAX];
    uint8_t wire[DNS_NAME_WIRE_MAX];

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text name = long_name(text, rows[i].labels, rows[i].length);
        size_t at = 0;

        cr_expect_eq(dns_name_to_wire(name, wire), rows[i].want, "%d x %d", rows[i].labels,
                     rows[i].length);
        if (rows[i].want > 0)
            cr_expect_eq(dns_name_from_wire(octets_of(wire, rows[i].want), &at, back), name.size);
    }
    /* 255 octets exactly: three labels of 63 and one of 61 */
    struct text name = long_name(text, 4, 63);
    name.size -= 2;
    cr_expect_eq(dns_name_to_wire(name, wire), 255);
    name.size += 1;
    cr_expect_eq(dns_name_to_wire(name, wire), 0);
    /* every octet escaped fits the longest text */
    memset(wire, 0, sizeof wire);
    wire[0] = wire[64] = wire[128] = 63;
    wire[192] = 61;
    size_t at = 0;
    cr_expect_eq(dns_name_from_wire(octets_of(wire, 255), &at, back), 4 * (63 * 3 + 61) + 3);
}

/* Octets from 12 on; the name begins at `at`. */
static const struct {
    const char *name, *hex;
    size_t at;
    const char *want; /* NULL: refused */
    size_t behind;
} pointers[] = {
    /* RFC 1035 4.1.4: F.ISI.ARPA at 12, FOO and a pointer, a pointer to ARPA, the root */
    {"plain", "0146 03495349 0441525041 00 03464f4f c00c c012 00", 12, "F.ISI.ARPA", 24},
    {"label and pointer", "0146 03495349 0441525041 00 03464f4f c00c c012 00", 24, "FOO.F.ISI.ARPA",
     30},
    {"pointer alone", "0146 03495349 0441525041 00 03464f4f c00c c012 00", 30, "ARPA", 32},
    {"the root", "0146 03495349 0441525041 00 03464f4f c00c c012 00", 32, ".", 33},
    {"pointer to pointer", "0161 00 c00c c00f", 17, "a", 19},
    {"pointer to the root", "0161 00 c00e", 15, ".", 17},
    {"to itself", "c00c", 12, NULL, 0},
    {"to itself behind a label", "0161 c00c", 12, NULL, 0},
    {"forwards", "c00e 0161 00", 12, NULL, 0},
    {"each to the other", "c00e c00c", 14, NULL, 0},
    {"into the header", "c000", 12, NULL, 0},
    {"beyond the end", "ffff", 12, NULL, 0},
    {"half a pointer", "c0", 12, NULL, 0},
    {"no end", "0161", 12, NULL, 0},
    {"label cut short", "0561", 12, NULL, 0},
    {"nothing", "", 12, NULL, 0},
    {"reserved 0x40", "4161 00", 12, NULL, 0},
    {"reserved 0x80", "8161 00", 12, NULL, 0},
};

Test(dns_name, compression_and_its_loops)
{
    for (size_t i = 0; i < COUNT(pointers); i++) {
        uint8_t octets[128] = {0};
        char text[DNS_NAME_TEXT_MAX];
        size_t at = pointers[i].at;
        size_t end = 12 + from_hex(pointers[i].hex, octets + 12);
        size_t size = dns_name_from_wire(octets_of(octets, end), &at, text);

        if (pointers[i].want == NULL) {
            cr_expect_eq(size, 0, "%s", pointers[i].name);
            cr_expect_eq(at, pointers[i].at, "%s", pointers[i].name);
            continue;
        }
        cr_expect(text_equal(text_from(text, size), text_of(pointers[i].want)), "%s: %.*s",
                  pointers[i].name, (int)size, text);
        cr_expect_eq(at, pointers[i].behind, "%s", pointers[i].name);
    }
}

Test(dns_name, a_chain_of_pointers_cannot_grow_beyond_255_octets)
{
    uint8_t octets[16384] = {0};
    char text[DNS_NAME_TEXT_MAX];
    size_t end = 12;

    /* "a", then each "a" and a pointer to the one before: 127 labels are the limit. */
    for (int labels = 1; labels <= 200; labels++) {
        size_t here = end, at = end;

        octets[end++] = 1;
        octets[end++] = 'a';
        if (labels == 1) {
            octets[end++] = 0;
        } else {
            size_t before = here - (labels == 2 ? 3 : 4);
            octets[end++] = (uint8_t)(0xC0 | before >> 8);
            octets[end++] = (uint8_t)before;
        }
        size_t size = dns_name_from_wire(octets_of(octets, end), &at, text);
        cr_expect_eq(size, labels <= 127 ? (size_t)labels * 2 - 1 : 0, "%d labels", labels);
    }
}

Test(dns_name, ancestors)
{
    static const struct {
        const char *name, *ancestor;
        bool want;
    } rows[] = {{"mx.shop.example", "shop.example", true},
                {"mx.SHOP.example", "Shop.Example", true},
                {"shop.example", "shop.example", true},
                {"workshop.example", "shop.example", false},
                {"example", "shop.example", false},
                {"shop.example", ".", true},
                {".", ".", true},
                {".", "example", false},
                {"a\\.b", "b", false},
                {"x.a\\.b", "a\\.b", true}};

    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(dns_name_within(text_of(rows[i].name), text_of(rows[i].ancestor)),
                     rows[i].want, "%s in %s", rows[i].name, rows[i].ancestor);
    cr_expect(text_equal(dns_name_parent(TEXT("a\\.b.c.d")), TEXT("c.d")));
    cr_expect(text_equal(dns_name_parent(TEXT("d")), TEXT(".")));
}

/* ---- messages: golden octets ------------------------------------------------------------------- */

/* Writes a message that was read. */
static size_t rewrite(const struct dns_message *m, uint8_t *out, size_t limit)
{
    const uint32_t counts[] = {m->answer_count, m->authority_count, m->additional_count};
    const struct dns_record *record = m->records;
    struct dns_writer w;

    dns_write_begin(&w, out, limit, &m->header, m->question.name.size > 0 ? &m->question : NULL);
    for (enum dns_section s = DNS_ANSWER; s <= DNS_ADDITIONAL; s++)
        for (uint32_t i = 0; i < counts[s]; i++, record++)
            dns_write_records(&w, s, text_from(NULL, 0), record, 1);
    return dns_write_end(&w);
}

struct golden {
    char name[64];
    uint8_t octets[2048];
    size_t size;
};

static size_t read_golden(struct golden *rows, size_t room)
{
    FILE *f = fopen("tests/dns/golden.txt", "r");
    char line[6000];
    size_t count = 0;

    cr_assert(f != NULL, "run from the project's root");
    while (fgets(line, sizeof line, f) != NULL) {
        char *hex = strchr(line, '\t');

        cr_assert(hex != NULL && count < room);
        *hex++ = '\0';
        hex[strcspn(hex, "\n")] = '\0';
        cr_assert_lt(strlen(line), sizeof rows[count].name);
        memcpy(rows[count].name, line, strlen(line) + 1);
        rows[count].size = from_hex(hex, rows[count].octets);
        count++;
    }
    fclose(f);
    return count;
}

static struct golden golden[64];

Test(dns_message, what_dnspython_wrote_is_read_and_written_again_to_the_octet)
{
    size_t count = read_golden(golden, COUNT(golden));
    struct dns_message m;
    uint8_t out[4096];

    cr_assert_geq(count, 15);
    dns_message_init(&m, &memory);
    for (size_t i = 0; i < count; i++) {
        enum dns_read read = dns_message_read(&m, octets_of(golden[i].octets, golden[i].size));

        cr_expect_eq(read, DNS_READ_OK, "%s", golden[i].name);
        size_t size = rewrite(&m, out, sizeof out);
        cr_expect_eq(size, golden[i].size, "%s: %zu", golden[i].name, size);
        cr_expect_arr_eq(out, golden[i].octets, size < golden[i].size ? size : golden[i].size, "%s",
                         golden[i].name);
    }
    dns_message_free(&m);
    cr_expect_eq(memory.used, 0);
}

Test(dns_message, a_query_by_hand)
{
    /* id 1234, RD, one question: shop.example MX IN */
    static const char hex[] =
        "1234 0100 0001 0000 0000 0000 0473686f70 076578616d706c65 00 000f 0001";
    const struct dns_header header = {.id = 0x1234, .recursion_desired = true};
    const struct dns_question question = {TEXT("shop.example"), DNS_MX, DNS_CLASS_IN};
    uint8_t want[64], out[512];
    size_t size = from_hex(hex, want);
    struct dns_writer w;

    dns_write_begin(&w, out, sizeof out, &header, &question);
    cr_assert_eq(dns_write_end(&w), size);
    cr_expect_arr_eq(out, want, size);
}

Test(dns_message, each_flag_has_its_bit)
{
    static const struct {
        const char *name;
        struct dns_header header;
        unsigned want;
    } rows[] = {
        {"QR", {.response = true}, 0x8000},         {"opcode", {.opcode = 2}, 0x1000},
        {"AA", {.authoritative = true}, 0x0400},    {"TC", {.truncated = true}, 0x0200},
        {"RD", {.recursion_desired = true}, 0x100}, {"RA", {.recursion_available = true}, 0x80},
        {"rcode", {.rcode = DNS_REFUSED}, 5},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t out[512];
        struct dns_writer w;
        struct dns_message m;

        dns_write_begin(&w, out, sizeof out, &rows[i].header, NULL);
        size_t size = dns_write_end(&w);
        cr_expect_eq(size, 12, "%s", rows[i].name);
        cr_expect_eq((unsigned)(out[2] << 8 | out[3]), rows[i].want, "%s", rows[i].name);
        dns_message_init(&m, &memory);
        cr_expect_eq(dns_message_read(&m, octets_of(out, size)), DNS_READ_OK);
        const struct dns_header *h = &m.header, *want = &rows[i].header;
        cr_expect(h->response == want->response && h->opcode == want->opcode &&
                      h->authoritative == want->authoritative && h->truncated == want->truncated &&
                      h->recursion_desired == want->recursion_desired &&
                      h->recursion_available == want->recursion_available &&
                      h->rcode == want->rcode && !h->edns && h->udp_octets == 512,
                  "%s", rows[i].name);
        dns_message_free(&m);
    }
}

/* ---- messages: refused ------------------------------------------------------------------------- */

static const struct {
    const char *name, *hex;
    enum dns_read want;
} hostile[] = {
    {"empty", "", DNS_READ_SHORT},
    {"eleven octets", "0001 0000 0000 0000 0000 00", DNS_READ_SHORT},
    {"no question", "0001 0000 0000 0000 0000 0000", DNS_READ_OK},
    {"two questions", "0001 0000 0002 0000 0000 0000 00 0001 0001 00 0001 0001", DNS_READ_BAD},
    {"question missing", "0001 0000 0001 0000 0000 0000", DNS_READ_BAD},
    {"junk behind", "0001 0000 0001 0000 0000 0000 00 0001 0001 00", DNS_READ_BAD},
    {"65535 answers", "0001 8000 0000 ffff 0000 0000", DNS_READ_BAD},
    {"A of three octets", "0001 8000 0000 0001 0000 0000 00 0001 0001 00000000 0003 c00002",
     DNS_READ_BAD},
    {"AAAA of four octets", "0001 8000 0000 0001 0000 0000 00 001c 0001 00000000 0004 c0000201",
     DNS_READ_BAD},
    {"data cut short", "0001 8000 0000 0001 0000 0000 00 0001 0001 00000000 0004 c00002",
     DNS_READ_BAD},
    {"MX without a name", "0001 8000 0000 0001 0000 0000 00 000f 0001 00000000 0002 000a",
     DNS_READ_BAD},
    {"MX with more than a name",
     "0001 8000 0000 0001 0000 0000 00 000f 0001 00000000 0004 000a 00 00", DNS_READ_BAD},
    {"name beyond its data", "0001 8000 0000 0001 0000 0000 00 0005 0001 00000000 0001 0161 00",
     DNS_READ_BAD},
    {"no character string", "0001 8000 0000 0001 0000 0000 00 0010 0001 00000000 0000",
     DNS_READ_BAD},
    {"string beyond its data", "0001 8000 0000 0001 0000 0000 00 0010 0001 00000000 0002 0261",
     DNS_READ_BAD},
    {"OPT twice",
     "0001 0000 0000 0000 0000 0002 00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000",
     DNS_READ_BAD},
    {"OPT with a name", "0001 0000 0000 0000 0000 0001 016100 0029 04d0 00000000 0000",
     DNS_READ_BAD},
    {"OPT in the answer", "0001 8000 0000 0001 0000 0000 00 0029 04d0 00000000 0000", DNS_READ_BAD},
    {"OPT with options", "0001 0000 0000 0000 0000 0001 00 0029 04d0 00000000 0004 000a0000",
     DNS_READ_OK},
    {"class CH is left out", "0001 8000 0000 0001 0000 0000 00 0001 0003 00000000 0004 c0000201",
     DNS_READ_OK},
};

Test(dns_message, what_is_no_message)
{
    for (size_t i = 0; i < COUNT(hostile); i++) {
        uint8_t octets[128];
        size_t size = from_hex(hostile[i].hex, octets);
        struct dns_message m;

        dns_message_init(&m, &memory);
        cr_expect_eq(dns_message_read(&m, octets_of(octets, size)), hostile[i].want, "%s",
                     hostile[i].name);
        cr_expect_eq(m.answer_count, 0, "%s", hostile[i].name);
        dns_message_free(&m);
    }
}

Test(dns_message, small_offers_count_as_512_and_negative_ttls_as_0)
{
    uint8_t octets[128];
    struct dns_message m;

    dns_message_init(&m, &memory);
    size_t size = from_hex("0001 0000 0000 0000 0000 0001 00 0029 0100 00000000 0000", octets);
    cr_expect_eq(dns_message_read(&m, octets_of(octets, size)), DNS_READ_OK);
    cr_expect(m.header.edns && m.header.udp_octets == 512); /* RFC 6891 6.2.3 */
    size = from_hex("0001 8000 0000 0001 0000 0000 00 0001 0001 80000000 0004 c0000201", octets);
    cr_expect_eq(dns_message_read(&m, octets_of(octets, size)), DNS_READ_OK);
    cr_expect(m.answer_count == 1 && m.records[0].ttl_s == 0); /* RFC 2181 8 */
    dns_message_free(&m);
}

Test(dns_message, cut_short_at_every_octet)
{
    size_t count = read_golden(golden, COUNT(golden));
    struct dns_message m;

    dns_message_init(&m, &memory);
    for (size_t i = 0; i < count; i++)
        for (size_t size = 0; size < golden[i].size; size++) {
            /* A copy of that very size, so that a sanitizer sees one octet too many. */
            uint8_t *copy = malloc(size + 1);
            memcpy(copy, golden[i].octets, size);
            enum dns_read want = size < DNS_HEADER_OCTETS ? DNS_READ_SHORT : DNS_READ_BAD;
            cr_expect_eq(dns_message_read(&m, octets_of(copy, size)), want, "%s at %zu",
                         golden[i].name, size);
            free(copy);
        }
    dns_message_free(&m);
}

static bool same_message(const struct dns_message *a, const struct dns_message *b)
{
    uint32_t total = a->answer_count + a->authority_count + a->additional_count;

    if (a->header.id != b->header.id || a->header.rcode != b->header.rcode ||
        a->answer_count != b->answer_count || a->authority_count != b->authority_count ||
        a->additional_count != b->additional_count ||
        !text_equal(a->question.name, b->question.name) || a->question.type != b->question.type)
        return false;
    for (uint32_t i = 0; i < total; i++)
        if (!dns_record_equal(&a->records[i], &b->records[i]) ||
            a->records[i].ttl_s != b->records[i].ttl_s ||
            !text_equal(a->records[i].name, b->records[i].name) ||
            !text_equal(a->records[i].target, b->records[i].target))
            return false;
    return true;
}

Test(dns_message, every_octet_changed)
{
    static const uint8_t changes[] = {0x00, 0x01, 0x0C, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF};
    size_t count = read_golden(golden, COUNT(golden)), refused = 0, read = 0;
    struct dns_message m, again;
    static uint8_t out[DNS_MESSAGE_MAX];

    dns_message_init(&m, &memory);
    dns_message_init(&again, &memory);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < golden[i].size; at++)
            for (size_t c = 0; c < COUNT(changes); c++) {
                uint8_t was = golden[i].octets[at];
                golden[i].octets[at] = changes[c];
                if (dns_message_read(&m, octets_of(golden[i].octets, golden[i].size)) ==
                    DNS_READ_OK) {
                    size_t size = rewrite(&m, out, sizeof out);
                    cr_assert_eq(dns_message_read(&again, octets_of(out, size)), DNS_READ_OK);
                    cr_assert(same_message(&m, &again), "%s at %zu", golden[i].name, at);
                    read++;
                } else {
                    refused++;
                }
                golden[i].octets[at] = was;
            }
    cr_expect_gt(read, 1000);
    cr_expect_gt(refused, 1000);
    dns_message_free(&m);
    dns_message_free(&again);
}

/* ---- messages: random -------------------------------------------------------------------------- */

static struct text random_name(struct random *random, char *out)
{
    static const char *const labels[] = {
        "a",    "A",      "mx",
        "shop", "Shop",   "example",
        "test", "x\\.y",  "*",
        "_t",   "b\\000", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    uint64_t count = random_below(random, 5);
    size_t size = 0;

    for (uint64_t i = 0; i < count; i++) {
        const char *label = labels[random_below(random, COUNT(labels) - (count > 3))];

        if (i > 0)
            out[size++] = '.';
        memcpy(out + size, label, strlen(label));
        size += strlen(label);
    }
    if (count == 0)
        out[size++] = '.';
    return text_from(out, size);
}

struct random_record {
    struct dns_record record;
    struct dns_soa soa;
    char texts[5][512];
};

static void random_record(struct random *random, struct random_record *r)
{
    static const uint16_t types[] = {DNS_A,   DNS_AAAA, DNS_NS,  DNS_CNAME, DNS_MX,
                                     DNS_PTR, DNS_SOA,  DNS_TXT, 65280};
    struct dns_record *record = &r->record;

    *record = (struct dns_record){.type = types[random_below(random, COUNT(types))],
                                  .name = random_name(random, r->texts[0]),
                                  .ttl_s = (uint32_t)random_below(random, INT32_MAX)};
    for (size_t i = 0; i < 16; i++)
        record->address.octets[i] = (uint8_t)random_next(random);
    record->address.family = record->type == DNS_AAAA ? ADDRESS_IPV6 : ADDRESS_IPV4;
    if (record->type != DNS_AAAA)
        memset(record->address.octets + 4, 0, 12);
    if (dns_type_has_target(record->type))
        record->target = random_name(random, r->texts[1]);
    if (record->type == DNS_MX)
        record->preference = (uint16_t)random_next(random);
    if (record->type == DNS_TXT) {
        r->texts[3][0] = (char)random_below(random, 100);
        record->strings = text_from(r->texts[3], 1 + (size_t)r->texts[3][0]);
    }
    if (record->type == 65280)
        record->strings = text_from("anything", random_below(random, 9));
    r->soa = (struct dns_soa){random_name(random, r->texts[4]),
                              random_name(random, r->texts[2]),
                              (uint32_t)random_next(random),
                              1,
                              2,
                              3,
                              UINT32_MAX};
    record->soa = &r->soa;
}

/* Compression never changes what is read, nor the case of a name. */
Test(dns_message, random_messages_come_back)
{
    static struct random_record records[40];
    static uint8_t out[DNS_MESSAGE_MAX];
    struct random random;
    struct dns_message m;

    random_init(&random, 7, TEXT("test"), TEXT("messages"));
    dns_message_init(&m, &memory);
    for (int round = 0; round < 3000; round++) {
        uint32_t counts[3], total = 0;
        char name[512];
        struct dns_writer w;
        const struct dns_header header = {.id = (uint16_t)random_next(&random),
                                          .response = true,
                                          .edns = random_below(&random, 2),
                                          .udp_octets = 1232};
        const struct dns_question question = {random_name(&random, name), DNS_MX, DNS_CLASS_IN};

        dns_write_begin(&w, out, sizeof out, &header, &question);
        for (enum dns_section s = DNS_ANSWER; s <= DNS_ADDITIONAL; s++) {
            counts[s] = (uint32_t)random_below(&random, 13);
            for (uint32_t i = 0; i < counts[s]; i++, total++) {
                random_record(&random, &records[total]);
                cr_assert(dns_write_records(&w, s, text_from(NULL, 0), &records[total].record, 1));
            }
        }
        size_t size = dns_write_end(&w);
        cr_assert_eq(dns_message_read(&m, octets_of(out, size)), DNS_READ_OK, "round %d", round);
        cr_assert(text_equal(m.question.name, question.name));
        cr_assert(m.answer_count == counts[0] && m.authority_count == counts[1] &&
                  m.additional_count == counts[2] && m.header.edns == header.edns);
        for (uint32_t i = 0; i < total; i++) {
            const struct dns_record *want = &records[i].record, *got = &m.records[i];
            cr_assert(dns_record_equal(got, want) && got->ttl_s == want->ttl_s, "round %d", round);
            cr_assert(text_equal(got->name, want->name) && text_equal(got->target, want->target));
        }
    }
    dns_message_free(&m);
    cr_expect_eq(memory.used, 0);
}

/* ---- messages: too big ------------------------------------------------------------------------- */

Test(dns_message, an_rrset_that_does_not_fit_is_left_out_whole)
{
    struct dns_record small = {.name = TEXT("a.example"), .type = DNS_CNAME};
    struct dns_record big[40];
    char hosts[40][40];
    struct dns_message m;

    small.target = TEXT("b.example");
    for (size_t i = 0; i < COUNT(big); i++) {
        snprintf(hosts[i], sizeof hosts[i], "a-rather-long-host-name-%zu.b.example", i);
        big[i] = (struct dns_record){
            .name = TEXT("b.example"), .type = DNS_MX, .target = text_of(hosts[i])};
    }
    dns_message_init(&m, &memory);
    size_t whole = SIZE_MAX; /* found by the first round, which has room for everything */
    for (size_t limit = 4096; limit >= 512; limit -= 1) {
        static uint8_t out[4096];
        const struct dns_header header = {
            .id = 1, .response = true, .edns = true, .udp_octets = 1232};
        const struct dns_question question = {TEXT("a.example"), DNS_MX, DNS_CLASS_IN};
        struct dns_writer w;

        dns_write_begin(&w, out, limit, &header, &question);
        cr_expect(dns_write_records(&w, DNS_ANSWER, text_from(NULL, 0), &small, 1));
        bool all = dns_write_records(&w, DNS_ANSWER, text_from(NULL, 0), big, COUNT(big));
        size_t size = dns_write_end(&w);
        cr_expect_leq(size, limit);
        cr_assert_eq(dns_message_read(&m, octets_of(out, size)), DNS_READ_OK);
        cr_expect_eq(m.header.truncated, !all);
        cr_expect_eq(m.answer_count, all ? 1 + COUNT(big) : 1);
        cr_expect(m.header.edns, "OPT has its room always (RFC 6891 7)");
        if (whole == SIZE_MAX)
            whole = size;
        cr_expect_eq(all, limit >= whole, "limit %zu", limit);
    }
    cr_expect(whole > 1232 && whole < 2000, "%zu", whole);
    dns_message_free(&m);
}
