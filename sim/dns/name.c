/*
 * name.c - domain names between their one spelling and the wire.
 *
 * Both directions are single passes over the octets; nothing is allocated.
 */
#include "sim/dns/name.h"

enum { POINTER = 0xC0, POINTED_AT_LEAST = 12 }; /* no name begins inside the header */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads what follows a backslash at `*i` and moves `*i` to its last character. */
static bool unescape(struct text name, size_t *i, uint8_t *octet)
{
    struct text rest = text_after(name, *i + 1);

    if (rest.size == 0)
        return false;
    if (!is_digit(rest.at[0])) {
        *octet = (uint8_t)rest.at[0];
        *i += 1;
        return true;
    }
    if (rest.size < 3 || !is_digit(rest.at[1]) || !is_digit(rest.at[2]))
        return false;
    int value = (rest.at[0] - '0') * 100 + (rest.at[1] - '0') * 10 + (rest.at[2] - '0');
    *octet = (uint8_t)value;
    *i += 3;
    return value <= 255;
}

size_t dns_name_to_wire(struct text name, uint8_t wire[DNS_NAME_WIRE_MAX])
{
    size_t label = 0, size = 1; /* where the current label's length goes; octets so far */

    wire[0] = 0;
    if (dns_name_is_root(name))
        return 1;
    if (name.size == 0)
        return 0;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t octet = (uint8_t)name.at[i];

        if (octet == '.') {
            if (size - label == 1)
                return 0;
            wire[label] = (uint8_t)(size - label - 1);
            label = size++;
            wire[label] = 0;
            continue;
        }
        if (octet == '\\' && !unescape(name, &i, &octet))
            return 0;
        if (size - label > DNS_LABEL_MAX || size >= DNS_NAME_WIRE_MAX - 1)
            return 0;
        wire[size++] = octet;
    }
    if (size - label == 1) /* a final dot: the root's length is there already */
        return size;
    wire[label] = (uint8_t)(size - label - 1);
    wire[size++] = 0;
    return size;
}

static size_t put_label(char *out, const uint8_t *label, size_t length)
{
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        uint8_t c = label[i];

        if (c > ' ' && c < 0x7F && c != '.' && c != '\\') {
            out[size++] = (char)c;
        } else if (c == '.' || c == '\\') {
            out[size++] = '\\';
            out[size++] = (char)c;
        } else {
            out[size++] = '\\';
            out[size++] = (char)('0' + c / 100);
            out[size++] = (char)('0' + c / 10 % 10);
            out[size++] = (char)('0' + c % 10);
        }
    }
    return size;
}

size_t dns_name_from_wire(struct text message, size_t *at, char *out)
{
    const uint8_t *octets = (const uint8_t *)message.at;
    size_t here = *at, lowest = here, behind = 0; /* behind: where the name ends in the message */
    size_t wire_size = 1, size = 0;

    for (;;) {
        if (here >= message.size)
            return 0;
        size_t length = octets[here];
        if (length >= POINTER) {
            if (here + 1 >= message.size)
                return 0;
            size_t target = (length & 0x3F) << 8 | octets[here + 1];
            if (behind == 0)
                behind = here + 2;
            if (target >= lowest || target < POINTED_AT_LEAST)
                return 0;
            lowest = here = target;
            continue;
        }
        if (length == 0)
            break;
        wire_size += length + 1;
        if (length > DNS_LABEL_MAX || wire_size > DNS_NAME_WIRE_MAX ||
            here + 1 + length > message.size)
            return 0;
        if (size > 0)
            out[size++] = '.';
        size += put_label(out + size, octets + here + 1, length);
        here += 1 + length;
    }
    *at = behind != 0 ? behind : here + 1;
    if (size == 0)
        out[size++] = '.';
    return size;
}

size_t dns_name_normalise(struct text name, char out[DNS_NAME_TEXT_MAX])
{
    uint8_t wire[DNS_NAME_WIRE_MAX];
    size_t size = dns_name_to_wire(name, wire), at = 0;

    if (size == 0)
        return 0;
    return dns_name_from_wire(text_from((const char *)wire, size), &at, out);
}

struct text dns_name_parent(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.at[i] == '\\')
            i++; /* an escaped dot does not end a label; digits of \DDD are no dots */
        else if (name.at[i] == '.' && i + 1 < name.size)
            return text_after(name, i + 1);
    }
    return TEXT(".");
}

bool dns_name_within(struct text name, struct text ancestor)
{
    if (dns_name_is_root(ancestor))
        return true;
    if (name.size < ancestor.size)
        return false;
    /* Only dots that end labels count: "a\.b" is not below "b". */
    while (name.size > ancestor.size)
        name = dns_name_parent(name);
    return dns_name_equal(name, ancestor);
}
