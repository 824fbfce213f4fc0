/*
 * The capture, octet by octet: against checksums summed here once more, and against itself made
 * twice.  tests/check_pcap.py asks tshark about whole runs.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/export/packet.h"
#include "sim/export/pcap.h"
#include "sim/kernel/clock.h"
#include "sim/kernel/memory.h"
#include "tests/sample_run.h"

static struct memory memory;

static void init(void)
{
    memory_init(&memory, 0);
}

static void fini(void)
{
    memory_end(&memory);
}

TestSuite(export_pcap, .init = init, .fini = fini);

Test(export_pcap, addresses)
{
    static const struct {
        const char *text, *want; /* hexadecimal; "": refused */
    } rows[] = {
        {"192.0.2.1", "c0000201"},
        {"255.255.255.255", "ffffffff"},
        {"0.0.0.0", "00000000"},
        {"256.0.0.1", ""},
        {"1.2.3", ""},
        {"1.2.3.4.5", ""},
        {"1.2.3.", ""},
        {"1..2.3", ""},
        {"1.2.3.4 ", ""},
        {"", ""},
        {"::", "00000000000000000000000000000000"},
        {"::1", "00000000000000000000000000000001"},
        {"1::", "00010000000000000000000000000000"},
        {"2001:db8::25", "20010db8000000000000000000000025"},
        {"2001:DB8::a:25", "20010db80000000000000000000a0025"},
        {"1:2:3:4:5:6:7:8", "00010002000300040005000600070008"},
        {"1:2:3:4:5:6:7::", "00010002000300040005000600070000"},
        {"1:2:3:4:5:6:7", ""},
        {"1:2:3:4:5:6:7:8:9", ""},
        {"1:2:3:4:5:6:7:8::", ""},
        {"1::2::3", ""},
        {":1", ""},
        {"1:", ""},
        {":::", ""},
        {"12345::", ""},
        {"g::", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct packet_address a;
        char got[33] = "";

        if (packet_address_parse(text_of(rows[i].text), &a))
            for (int o = 0; o < a.size; o++)
                sprintf(got + 2 * o, "%02x", a.octets[o]);
        cr_expect_str_eq(got, rows[i].want, "%s: %s", rows[i].text, got);
    }
}

static uint32_t sum(const unsigned char *at, size_t size)
{
    uint32_t total = 0;

    for (size_t i = 0; i < size; i++)
        total += i % 2 ? at[i] : (uint32_t)at[i] << 8;
    return total;
}

static uint16_t folded(uint32_t total)
{
    while (total > 0xffff)
        total = total % 0x10000 + total / 0x10000;
    return (uint16_t)total;
}

/* A right checksum makes the sum over header and checksum 0xffff (RFC 1071). */
Test(export_pcap, checksums_of_every_length_and_family)
{
    char payload[200];

    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (char)(i * 37 + 255);
    for (int family = 4; family <= 6; family += 2)
        for (size_t size = 0; size <= sizeof payload; size++)
            for (int udp = 0; udp < 2; udp++) {
                struct packet_flow flow = {.source_port = 25, .destination_port = 65535, .id = 9};
                const struct packet_tcp tcp = {.seq_no = UINT32_MAX,
                                               .ack_no = 7,
                                               .flags = PACKET_SYN,
                                               .window = 65535,
                                               .mss = 1460,
                                               .payload = {payload, size}};
                size_t header = family == 4 ? 20 : 40, address = family == 4 ? 4 : 16, inner;
                const unsigned char *at;
                struct buffer b;

                buffer_init(&b, &memory);
                cr_assert(packet_address_parse(
                    family == 4 ? TEXT("192.0.2.1") : TEXT("2001:db8::1"), &flow.source));
                cr_assert(packet_address_parse(
                    family == 4 ? TEXT("198.51.100.2") : TEXT("2001:db8::2"), &flow.destination));
                cr_assert(udp ? packet_put_udp(&b, &flow, tcp.payload)
                              : packet_put_tcp(&b, &flow, &tcp));
                at = (const unsigned char *)b.at;
                inner = b.size - header;
                cr_assert_eq(inner, size + (udp ? 8 : 24));
                if (family == 4)
                    cr_assert_eq(folded(sum(at, 20)), 0xffff);
                cr_assert_eq(folded(sum(at + header - 2 * address, 2 * address) + (udp ? 17 : 6) +
                                    (uint32_t)inner + sum(at + header, inner)),
                             0xffff, "IPv%d, %s, %zu octets", family, udp ? "UDP" : "TCP", size);
                buffer_free(&b);
            }
}

Test(export_pcap, no_packet_of_two_families_or_too_long)
{
    struct packet_flow flow = {.id = 1};
    struct buffer b, long_payload;

    buffer_init(&b, &memory);
    buffer_init(&long_payload, &memory);
    while (long_payload.size < 65508)
        buffer_put_char(&long_payload, 'x');
    packet_address_parse(TEXT("192.0.2.1"), &flow.source);
    packet_address_parse(TEXT("2001:db8::2"), &flow.destination);
    cr_expect_not(packet_put_udp(&b, &flow, TEXT("x")));
    packet_address_parse(TEXT("192.0.2.2"), &flow.destination);
    cr_expect_not(packet_put_udp(&b, &flow, buffer_text(&long_payload)));
    cr_expect_eq(b.size, 0);
    cr_expect(packet_put_udp(&b, &flow, text_from(long_payload.at, 65507)));
    cr_expect_eq(b.size, 65535);
}

static struct buffer capture(unsigned options, uint64_t leave_out, uint64_t *lacking)
{
    struct buffer out;
    struct pcap *p;
    struct sample s;
    struct trace_sink sink;

    buffer_init(&out, &memory);
    p = pcap_begin(&memory, sample_output(&out));
    sample_begin(&s, 0, options);
    sink = pcap_sink(p);
    sink.kinds &= ~leave_out;
    trace_add_sink(&s.trace, sink);
    sample_run(&s);
    *lacking = pcap_end(p);
    return out;
}

static uint32_t little(const char *at)
{
    const unsigned char *o = (const unsigned char *)at;

    return o[0] | (uint32_t)o[1] << 8 | (uint32_t)o[2] << 16 | (uint32_t)o[3] << 24;
}

Test(export_pcap, records_stand_one_behind_the_other_with_absolute_times)
{
    uint64_t lacking;
    struct buffer out = capture(SAMPLE_LOSS, 0, &lacking);
    size_t at = 24, packets = 0;
    int64_t start_s, last_ns = 0;

    clock_parse_utc(TEXT("2026-03-02T09:00:00Z"), &start_s);
    cr_assert_eq(lacking, 0);
    cr_expect_eq(little(out.at), 0xa1b23c4d);
    cr_expect_eq(little(out.at + 20), 101);
    while (at < out.size) {
        uint32_t size = little(out.at + at + 8);
        int64_t time_ns = (little(out.at + at) - start_s) * CLOCK_SECOND + little(out.at + at + 4);

        cr_assert_leq(at + 16 + size, out.size);
        cr_assert_eq(size, little(out.at + at + 12));
        cr_assert(time_ns >= last_ns && time_ns < 10 * CLOCK_SECOND);
        last_ns = time_ns;
        at += 16 + size;
        packets++;
    }
    cr_expect_eq(at, out.size);
    cr_expect_gt(packets, 60);
}

Test(export_pcap, octets_that_the_records_lack_are_counted)
{
    uint64_t lacking, none;
    struct buffer whole = capture(0, 0, &none),
                  holes = capture(0, UINT64_C(1) << TRACE_TCP_BYTES, &lacking);

    cr_expect_eq(none, 0);
    cr_expect_gt(lacking, 20);
    cr_expect_eq(whole.size, holes.size, "each packet is there with its length");
}
