#include "sim/export/packet.h"

enum {
    HOPS = 64,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    IPV4_HEADER = 20,
    IPV6_HEADER = 40,
    TCP_HEADER = 20,
    TCP_MSS_OPTION = 4,
    UDP_HEADER = 8,
    HEADERS_MAX = 64 /* of TCP and UDP with options */
};

/* ---- addresses ---------------------------------------------------------------------------- */

static bool parse_ipv4(struct text t, uint8_t *octets)
{
    for (int i = 0; i < 4; i++) {
        size_t end = text_find(t, '.');
        int64_t value;

        if (end > 3 || (i == 3) != (end == t.size) || !text_to_int(text_from(t.at, end), &value) ||
            value > 255)
            return false;
        octets[i] = (uint8_t)value;
        t = text_after(t, end + 1);
    }
    return true;
}

static int hex_value(char c)
{
    c = ascii_lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four hexadecimal digits, or -1. */
static int parse_group(struct text t)
{
    int value = 0;

    if (t.size == 0 || t.size > 4)
        return -1;
    for (size_t i = 0; i < t.size; i++) {
        int digit = hex_value(t.at[i]);

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Groups are collected from the left; at "::" the place is remembered, and those behind it are
 * moved to the right end. */
static bool parse_ipv6(struct text t, uint8_t *octets)
{
    uint8_t found[16] = {0};
    size_t size = 0, gap = sizeof found + 1;

    if (t.size >= 2 && t.at[0] == ':' && t.at[1] == ':') {
        gap = 0;
        t = text_after(t, 2);
    }
    while (t.size > 0) {
        size_t end = text_find(t, ':');
        int group = parse_group(text_from(t.at, end));

        if (group < 0 || size == sizeof found)
            return false;
        found[size++] = (uint8_t)(group >> 8);
        found[size++] = (uint8_t)(group & 0xff);
        if (end == t.size)
            break;
        t = text_after(t, end + 1);
        if (t.size > 0 && t.at[0] == ':' && gap > sizeof found) {
            gap = size;
            t = text_after(t, 1);
        } else if (t.size == 0) {
            return false; /* a single colon at the end */
        }
    }
    if ((gap > sizeof found) != (size == sizeof found))
        return false;
    if (gap > sizeof found)
        gap = size;
    memset(octets, 0, sizeof found);
    memcpy(octets, found, gap);
    memcpy(octets + sizeof found - (size - gap), found + gap, size - gap);
    return true;
}

bool packet_address_parse(struct text t, struct packet_address *a)
{
    bool ipv4 = text_find(t, ':') == t.size;

    a->size = ipv4 ? 4 : 16;
    return ipv4 ? parse_ipv4(t, a->octets) : parse_ipv6(t, a->octets);
}

/* ---- octets and checksums ----------------------------------------------------------------- */

static uint8_t *put_16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
    return to + 2;
}

static uint8_t *put_32(uint8_t *to, uint32_t value)
{
    return put_16(put_16(to, value >> 16), value & 0xffff);
}

/* Sum of 16-bit words (RFC 1071), not yet folded; `octets` begins at an even place. */
static uint64_t sum_words(const void *octets, size_t size)
{
    const uint8_t *at = octets;
    uint64_t sum = 0;

    for (; size >= 2; size -= 2, at += 2)
        sum += (uint32_t)at[0] << 8 | at[1];
    return size > 0 ? sum + ((uint32_t)at[0] << 8) : sum;
}

static uint16_t fold(uint64_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* TCP's and UDP's checksum covers a pseudo-header of the addresses, the protocol and the length. */
static uint16_t transport_checksum(const struct packet_flow *flow, uint8_t protocol,
                                   const uint8_t *header, size_t header_size, struct text payload)
{
    return fold(sum_words(flow->source.octets, flow->source.size) +
                sum_words(flow->destination.octets, flow->destination.size) + protocol +
                header_size + payload.size + sum_words(header, header_size) +
                sum_words(payload.at, payload.size));
}

/* ---- headers ------------------------------------------------------------------------------ */

static void put_ipv4(struct buffer *b, const struct packet_flow *flow, uint8_t protocol,
                     size_t payload)
{
    uint8_t header[IPV4_HEADER] = {0x45}, *to = header + 2;

    to = put_16(to, (uint32_t)(IPV4_HEADER + payload));
    to = put_16(to, flow->id);
    to = put_16(to, 0x4000); /* don't fragment */
    *to++ = HOPS;
    *to++ = protocol;
    to += 2;
    memcpy(to, flow->source.octets, 4);
    memcpy(to + 4, flow->destination.octets, 4);
    put_16(header + 10, fold(sum_words(header, sizeof header)));
    buffer_put(b, header, sizeof header);
}

static void put_ipv6(struct buffer *b, const struct packet_flow *flow, uint8_t protocol,
                     size_t payload)
{
    uint8_t header[IPV6_HEADER] = {0x60};

    put_16(header + 4, (uint32_t)payload);
    header[6] = protocol;
    header[7] = HOPS;
    memcpy(header + 8, flow->source.octets, 16);
    memcpy(header + 24, flow->destination.octets, 16);
    buffer_put(b, header, sizeof header);
}

static bool put_packet(struct buffer *b, const struct packet_flow *flow, uint8_t protocol,
                       const uint8_t *header, size_t header_size, struct text payload)
{
    bool ipv4 = flow->source.size == 4;
    size_t inner = header_size + payload.size;

    if (flow->source.size != flow->destination.size ||
        inner > (size_t)PACKET_MAX - (ipv4 ? IPV4_HEADER : 0))
        return false;
    if (ipv4)
        put_ipv4(b, flow, protocol, inner);
    else
        put_ipv6(b, flow, protocol, inner);
    buffer_put(b, header, header_size);
    buffer_put_text(b, payload);
    return true;
}

bool packet_put_tcp(struct buffer *b, const struct packet_flow *flow, const struct packet_tcp *tcp)
{
    uint8_t header[HEADERS_MAX], *to = header;
    size_t size = TCP_HEADER + (tcp->mss != 0 ? TCP_MSS_OPTION : 0);

    to = put_16(to, flow->source_port);
    to = put_16(to, flow->destination_port);
    to = put_32(to, tcp->seq_no);
    to = put_32(to, tcp->ack_no);
    *to++ = (uint8_t)(size / 4 << 4);
    *to++ = tcp->flags;
    to = put_16(to, tcp->window);
    to = put_32(to, 0); /* checksum, urgent pointer */
    if (tcp->mss != 0) {
        *to++ = 2; /* option: maximum segment size, four octets */
        *to++ = TCP_MSS_OPTION;
        put_16(to, tcp->mss);
    }
    put_16(header + 16, transport_checksum(flow, PROTOCOL_TCP, header, size, tcp->payload));
    return put_packet(b, flow, PROTOCOL_TCP, header, size, tcp->payload);
}

bool packet_put_udp(struct buffer *b, const struct packet_flow *flow, struct text payload)
{
    uint8_t header[UDP_HEADER], *to = header;
    uint16_t checksum;

    to = put_16(to, flow->source_port);
    to = put_16(to, flow->destination_port);
    to = put_16(to, (uint32_t)(UDP_HEADER + payload.size));
    put_16(to, 0);
    checksum = transport_checksum(flow, PROTOCOL_UDP, header, sizeof header, payload);
    put_16(to, checksum != 0 ? checksum : 0xffff); /* 0 would say "none" */
    return put_packet(b, flow, PROTOCOL_UDP, header, sizeof header, payload);
}
