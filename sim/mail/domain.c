/*
 * domain.c - domains and address literals: one scanner per rule of RFC 5321 4.1.2 and 4.1.3.
 *
 * A scanner takes the text from where its rule begins and returns the octets that belong to it, or 0
 * and the error.  It stops at the first octet that cannot belong, so the caller sees what follows.
 */
#include "sim/mail/address.h"

#include <assert.h>

#include "sim/mail/address_parts.h"

typedef enum mail_address_error error_t;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
    char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || is_digit(c);
}

static bool is_hex(char c)
{
    char lower = ascii_lower(c);
    return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

bool mail_ipv4_valid(struct text t)
{
    size_t i = 0;
    for (int group = 0; group < 4; group++) {
        if (group > 0 && address_octet(t, i++) != '.')
            return false;
        int value = 0;
        size_t start = i;
        while (i - start < 3 && is_digit(address_octet(t, i)))
            value = 10 * value + (t.at[i++] - '0');
        if (i == start || value > 255)
            return false;
    }
    return i == t.size;
}

/* Groups of one to four hexadecimal digits between colons; the last may be an IPv4 address, which
 * counts as two.  Returns their number, or -1. */
static int ipv6_groups(struct text t, bool may_end_ipv4)
{
    if (t.size == 0)
        return 0;
    int groups = 0;
    for (;;) {
        size_t end = text_find(t, ':');
        struct text group = {t.at, end};
        bool last = end == t.size;
        if (last && may_end_ipv4 && mail_ipv4_valid(group))
            return groups + 2;
        if (end == 0 || end > 4)
            return -1;
        for (size_t i = 0; i < end; i++)
            if (!is_hex(group.at[i]))
                return -1;
        groups++;
        if (last)
            return groups;
        t = text_after(t, end + 1);
    }
}

/* "::" stands for at least two groups of zeros (4.1.3). */
bool mail_ipv6_valid(struct text t)
{
    for (size_t i = 0; i + 1 < t.size; i++) {
        if (t.at[i] != ':' || t.at[i + 1] != ':')
            continue;
        int before = ipv6_groups((struct text){t.at, i}, false);
        int after = ipv6_groups(text_after(t, i + 2), true);
        return before >= 0 && after >= 0 && before + after <= 6;
    }
    return ipv6_groups(t, true) == 8;
}

static const struct text ipv6_tag = TEXT_INIT("IPv6:");

/* Standardized-tag ":" 1*dcontent */
static bool general_literal_valid(struct text t)
{
    size_t colon = text_find(t, ':');
    if (colon == 0 || colon + 1 >= t.size || !is_letter_or_digit(t.at[colon - 1]))
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!is_letter_or_digit(t.at[i]) && t.at[i] != '-')
            return false;
    return true;
}

static enum mail_domain_kind literal_kind(struct text inside)
{
    if (text_starts_nocase(inside, ipv6_tag))
        return mail_ipv6_valid(text_after(inside, ipv6_tag.size)) ? MAIL_DOMAIN_IPV6
                                                                  : MAIL_DOMAIN_BAD;
    if (mail_ipv4_valid(inside))
        return MAIL_DOMAIN_IPV4;
    return general_literal_valid(inside) ? MAIL_DOMAIN_GENERAL : MAIL_DOMAIN_BAD;
}

/* address-literal = "[" ( IPv4 / IPv6 / General ) "]" */
static size_t scan_literal(struct text t, enum mail_domain_kind *kind, error_t *error)
{
    assert(address_octet(t, 0) == '[');
    size_t i = 1;
    while (i < t.size && t.at[i] > ' ' && t.at[i] < 0x7f && t.at[i] != '[' && t.at[i] != '\\' &&
           t.at[i] != ']')
        i++;
    if (address_octet(t, i) != ']')
        return address_fail_at(t, i, error, MAIL_ADDRESS_LITERAL_SYNTAX);
    *kind = literal_kind((struct text){t.at + 1, i - 1});
    if (*kind == MAIL_DOMAIN_BAD)
        return address_fail(error, MAIL_ADDRESS_LITERAL_SYNTAX);
    return i + 1 > MAIL_DOMAIN_MAX ? address_fail(error, MAIL_ADDRESS_DOMAIN_LONG) : i + 1;
}

/* Domain = sub-domain *("." sub-domain); sub-domain = Let-dig [Ldh-str] */
static size_t scan_name(struct text t, error_t *error)
{
    size_t i = 0;
    bool long_label = false;
    for (;;) {
        size_t start = i;
        while (is_letter_or_digit(address_octet(t, i)) || (i > start && address_octet(t, i) == '-'))
            i++;
        if (i == start)
            return address_fail_at(
                t, i, error, t.size == 0 ? MAIL_ADDRESS_NO_DOMAIN : MAIL_ADDRESS_DOMAIN_SYNTAX);
        if (t.at[i - 1] == '-')
            return address_fail(error, MAIL_ADDRESS_DOMAIN_SYNTAX);
        long_label |= i - start > MAIL_LABEL_MAX;
        if (address_octet(t, i) != '.')
            break;
        i++;
    }
    if (i > MAIL_DOMAIN_MAX || long_label)
        return address_fail(error, MAIL_ADDRESS_DOMAIN_LONG);
    /* The grammar lets it pass, but no host is called so (RFC 1123 2.1). */
    if (mail_ipv4_valid((struct text){t.at, i}))
        return address_fail(error, MAIL_ADDRESS_BARE_NUMBERS);
    return i;
}

size_t mail_domain_scan(struct text t, enum mail_domain_kind *kind, enum mail_address_error *error)
{
    if (address_octet(t, 0) == '[')
        return scan_literal(t, kind, error);
    *kind = MAIL_DOMAIN_NAME;
    return scan_name(t, error);
}

enum mail_domain_kind mail_domain_kind(struct text t, enum mail_address_error *error)
{
    error_t ignored;
    if (!error)
        error = &ignored;
    *error = MAIL_ADDRESS_NONE;
    enum mail_domain_kind kind;
    size_t used = mail_domain_scan(t, &kind, error);
    if (used == 0)
        return MAIL_DOMAIN_BAD;
    if (used < t.size) {
        address_fail_at(t, used, error,
                        kind == MAIL_DOMAIN_NAME ? MAIL_ADDRESS_DOMAIN_SYNTAX
                                                 : MAIL_ADDRESS_LITERAL_SYNTAX);
        return MAIL_DOMAIN_BAD;
    }
    return kind;
}

bool mail_domain_qualified(struct text name)
{
    return mail_domain_kind(name, NULL) == MAIL_DOMAIN_NAME && text_find(name, '.') < name.size;
}

struct text mail_domain_literal(struct text literal)
{
    enum mail_domain_kind kind = mail_domain_kind(literal, NULL);
    if (kind != MAIL_DOMAIN_IPV4 && kind != MAIL_DOMAIN_IPV6)
        return TEXT("");
    struct text inside = {literal.at + 1, literal.size - 2};
    return kind == MAIL_DOMAIN_IPV6 ? text_after(inside, ipv6_tag.size) : inside;
}
