/*
 * address.c - see address.h.
 *
 * Parsing is by hand: inet_pton() differs between C libraries in what it lets through, and a
 * simulator that claims the same bytes everywhere cannot lean on it.
 */
#include "sim/net/address.h"

#include <assert.h>

#include "sim/kernel/memory.h"

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 5321 4.1.3 Snum: 0 to 255, no leading zero. */
static bool parse_ipv4(struct text t, uint8_t octets[4])
{
    size_t at = 0;

    for (int i = 0; i < 4; i++) {
        int value = 0;
        size_t start = at;

        if (i > 0) {
            if (at == t.size || t.at[at] != '.')
                return false;
            start = ++at;
        }
        while (at < t.size && t.at[at] >= '0' && t.at[at] <= '9' && at - start < 3)
            value = value * 10 + (t.at[at++] - '0');
        if (at == start || value > 255 || (at - start > 1 && t.at[start] == '0'))
            return false;
        octets[i] = (uint8_t)value;
    }
    return at == t.size;
}

/* One to four hexadecimal digits at *at. */
static bool parse_group(struct text t, size_t *at, uint8_t out[2])
{
    unsigned value = 0;
    size_t start = *at;

    while (*at < t.size && *at - start < 4 && digit_value(t.at[*at]) >= 0)
        value = value << 4 | (unsigned)digit_value(t.at[(*at)++]);
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return *at > start;
}

/* The dotted tail of "::ffff:192.0.2.1" (RFC 4291 2.2, third form). */
static bool parse_ipv4_tail(struct text t, size_t at, uint8_t *octets, size_t *count)
{
    if (*count > 12 || !parse_ipv4(text_after(t, at), octets + *count))
        return false;
    *count += 4;
    return true;
}

/* Moves what stood behind "::" to the end and fills the gap with zeros. */
static bool spread(uint8_t octets[16], size_t count, size_t gap)
{
    if (gap == SIZE_MAX)
        return count == 16;
    if (count >
        14) /* "::" stands for at least one group (RFC 5952 4.2.2 is for writers; 4291 2.2) */
        return false;
    memmove(octets + 16 - (count - gap), octets + gap, count - gap);
    memset(octets + gap, 0, 16 - count);
    return true;
}

static bool parse_ipv6(struct text t, uint8_t octets[16])
{
    size_t at = 0, count = 0, gap = SIZE_MAX;

    if (t.size >= 2 && t.at[0] == ':' && t.at[1] == ':') {
        gap = 0;
        at = 2;
        if (at == t.size)
            return spread(octets, 0, 0);
    }
    while (count < 16) {
        size_t start = at;

        if (!parse_group(t, &at, octets + count))
            return false;
        if (at < t.size && t.at[at] == '.') {
            if (!parse_ipv4_tail(t, start, octets, &count))
                return false;
            at = t.size;
            break;
        }
        count += 2;
        if (at == t.size)
            break;
        if (t.at[at++] != ':' || at == t.size)
            return false;
        if (t.at[at] == ':') {
            if (gap != SIZE_MAX)
                return false;
            gap = count;
            if (++at == t.size)
                break;
        }
    }
    return at == t.size && spread(octets, count, gap);
}

bool address_parse(struct text t, struct address *a)
{
    struct address parsed = {0};

    if (parse_ipv4(t, parsed.octets))
        parsed.family = ADDRESS_IPV4;
    else if (memset(parsed.octets, 0, sizeof parsed.octets), parse_ipv6(t, parsed.octets))
        parsed.family = ADDRESS_IPV6;
    else
        return false;
    *a = parsed;
    return true;
}

static char *write_decimal(char *out, unsigned value)
{
    if (value >= 100)
        *out++ = (char)('0' + value / 100);
    if (value >= 10)
        *out++ = (char)('0' + value / 10 % 10);
    *out++ = (char)('0' + value % 10);
    return out;
}

static char *write_ipv4(char *out, const uint8_t *octets)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            *out++ = '.';
        out = write_decimal(out, octets[i]);
    }
    return out;
}

static unsigned group(const struct address *a, int i)
{
    return (unsigned)a->octets[2 * i] << 8 | a->octets[2 * i + 1];
}

/* RFC 5952 4.2: the longest run of at least two zero groups, the first of equal ones. */
static int find_zeros(const struct address *a, int *length)
{
    int best = -1;

    *length = 1;
    for (int i = 0; i < 8; i++) {
        int end = i;

        while (end < 8 && group(a, end) == 0)
            end++;
        if (end - i > *length) {
            best = i;
            *length = end - i;
        }
        if (end > i)
            i = end - 1;
    }
    return best;
}

static char *write_ipv6(char *out, const struct address *a)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    int length, zeros = find_zeros(a, &length);

    if (memcmp(a->octets, mapped, sizeof mapped) == 0) { /* RFC 5952 5 */
        memcpy(out, "::ffff:", 7);
        return write_ipv4(out + 7, a->octets + 12);
    }
    for (int i = 0; i < 8; i++) {
        if (i == zeros) {
            *out++ = ':';
            if (i + length == 8)
                *out++ = ':';
            i += length - 1;
            continue;
        }
        if (i > 0)
            *out++ = ':';
        for (int shift = 12, begun = 0; shift >= 0; shift -= 4) {
            unsigned digit = group(a, i) >> shift & 15;

            begun |= digit != 0 || shift == 0;
            if (begun)
                *out++ = "0123456789abcdef"[digit];
        }
    }
    return out;
}

size_t address_write(const struct address *a, char *out)
{
    assert(a->family == ADDRESS_IPV4 || a->family == ADDRESS_IPV6);
    char *end = a->family == ADDRESS_IPV4 ? write_ipv4(out, a->octets) : write_ipv6(out, a);
    return (size_t)(end - out);
}

void address_put(struct buffer *b, const struct address *a)
{
    char text[ADDRESS_TEXT_MAX];

    buffer_put(b, text, address_write(a, text));
}

bool address_equal(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

uint64_t address_hash(const struct address *a)
{
    uint64_t hash = a->family;

    for (size_t i = 0; i < address_size(a); i++)
        hash = (hash ^ a->octets[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

bool address_is_loopback(const struct address *a)
{
    static const uint8_t one[16] = {[15] = 1};

    if (a->family == ADDRESS_IPV4)
        return a->octets[0] == 127;
    return a->family == ADDRESS_IPV6 && memcmp(a->octets, one, sizeof one) == 0;
}

/* True if every bit of `a` from `prefix` on is 0. */
static bool ends_in_zeros(const struct address *a, int prefix)
{
    for (int bit = prefix; bit < (int)address_size(a) * 8; bit++)
        if (a->octets[bit / 8] & 0x80 >> bit % 8)
            return false;
    return true;
}

bool address_net_parse(struct text t, struct address_net *n)
{
    size_t slash = text_find(t, '/');
    struct address_net parsed;
    int64_t prefix;

    if (!address_parse(text_from(t.at, slash), &parsed.address))
        return false;
    prefix = (int64_t)address_size(&parsed.address) * 8;
    if (slash < t.size) {
        struct text digits = text_after(t, slash + 1);
        int64_t most = prefix;

        if (!text_to_int(digits, &prefix) || prefix > most ||
            (digits.size > 1 && digits.at[0] == '0'))
            return false;
    }
    if (!ends_in_zeros(&parsed.address, (int)prefix))
        return false;
    parsed.prefix = (uint8_t)prefix;
    *n = parsed;
    return true;
}

bool address_net_holds(const struct address_net *n, const struct address *a)
{
    size_t whole = n->prefix / 8;
    int rest = n->prefix % 8;

    if (a->family != n->address.family || memcmp(a->octets, n->address.octets, whole) != 0)
        return false;
    return rest == 0 || (a->octets[whole] ^ n->address.octets[whole]) >> (8 - rest) == 0;
}
