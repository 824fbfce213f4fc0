/*
 * fuzz_address.c - any octets as a mailbox, a path, a domain, a host address, a DNS name.
 *
 * What is accepted keeps to the limits of RFC 5321 4.5.3.1, is the same when it is written and read
 * again, and equals itself; a scan uses no more than there is and does not look behind it; two ways
 * to read the same thing agree.
 */
#include <arpa/inet.h>

#include "sim/dns/name.h"
#include "sim/mail/address.h"
#include "sim/net/address.h"
#include "tests/fuzz/fuzz.h"

static void try_mailbox(struct memory *memory, struct text t)
{
    struct mail_address a, again, scanned;
    enum mail_address_error error = MAIL_ADDRESS_NONE;
    struct buffer written, key, key_again;

    if (!mail_address_parse(t, &a, &error)) {
        WANT(error != MAIL_ADDRESS_NONE && mail_address_error_text(error)[0] != '\0');
        return;
    }
    WANT(a.local.size >= 1 && a.local.size <= MAIL_LOCAL_MAX);
    WANT(a.domain.size >= 1 && a.domain.size <= MAIL_DOMAIN_MAX);
    WANT(a.local.size + 1 + a.domain.size == t.size);
    WANT(mail_address_parse_recipient(t, &again, NULL) && mail_address_equal(&a, &again));
    WANT(mail_address_scan(t, &scanned, &error) == t.size && mail_address_equal(&a, &scanned));
    buffer_init(&written, memory);
    buffer_init(&key, memory);
    buffer_init(&key_again, memory);
    mail_address_put(&written, &a);
    WANT(mail_address_parse(buffer_text(&written), &again, NULL));
    WANT(mail_address_equal(&a, &again));
    mail_address_put_key(&key, &a);
    mail_address_put_key(&key_again, &again);
    WANT(text_equal(buffer_text(&key), buffer_text(&key_again)));
    WANT(mail_domain_kind(a.domain, NULL) != MAIL_DOMAIN_BAD);
    buffer_free(&written);
    buffer_free(&key);
    buffer_free(&key_again);
}

/* The scan of a slice must give the same whatever stands behind what it used. */
static void try_path(struct text t)
{
    struct mail_path path, again;
    enum mail_address_error error = MAIL_ADDRESS_NONE;
    size_t used = mail_path_scan(t, &path, &error);

    WANT(used <= t.size);
    if (used == 0) {
        WANT(error != MAIL_ADDRESS_NONE);
        return;
    }
    WANT(used >= 2 && used <= MAIL_PATH_MAX + 2U && t.at[0] == '<' && t.at[used - 1] == '>');
    WANT(path.null == (used == 2));
    WANT(mail_path_scan(text_from(t.at, used), &again, &error) == used);
    WANT(path.null == again.null && text_equal(path.route, again.route));
    WANT(path.null || mail_address_equal(&path.mailbox, &again.mailbox));
}

/* RFC 5321's Snum may have leading zeros; a host address of ours may not. */
static bool has_leading_zero(struct text t)
{
    for (size_t i = 0; i + 1 < t.size; i++)
        if (t.at[i] == '0' && t.at[i + 1] >= '0' && t.at[i + 1] <= '9' &&
            (i == 0 || t.at[i - 1] == '.' || t.at[i - 1] == ':'))
            return true;
    return false;
}

static void try_domain(struct text t)
{
    enum mail_domain_kind kind = mail_domain_kind(t, NULL), scanned;
    enum mail_address_error error;
    struct text inner = mail_domain_literal(t);
    struct address a;
    char name[DNS_NAME_TEXT_MAX];

    size_t used = mail_domain_scan(t, &scanned, &error);
    WANT(used <= t.size);
    if (kind != MAIL_DOMAIN_BAD)
        WANT(used == t.size && scanned == kind);
    WANT((kind == MAIL_DOMAIN_IPV4 || kind == MAIL_DOMAIN_IPV6) == (inner.size > 0));
    if (inner.size > 0 && !has_leading_zero(inner))
        WANT(address_parse(inner, &a));
    /* RFC 5321 4.5.3.1.2 counts 255 octets of text; DNS has room for 253 (RFC 1035 2.3.4). */
    if (kind == MAIL_DOMAIN_NAME && t.size <= DNS_NAME_WIRE_MAX - 2)
        WANT(dns_name_normalise(t, name) == t.size && memcmp(name, t.at, t.size) == 0);
}

static void try_host_address(struct text t)
{
    struct address a, again;
    char text[64], written[ADDRESS_TEXT_MAX];
    uint8_t octets[16];
    bool fine = address_parse(t, &a);

    if (t.size < sizeof text && memchr(t.at, '\0', t.size) == NULL) {
        memcpy(text, t.at, t.size);
        text[t.size] = '\0';
        /* glibc's reader is the judge, but for what RFC 5321 4.1.3 says more narrowly. */
        bool system4 = inet_pton(AF_INET, text, octets) == 1;
        if (fine && a.family == ADDRESS_IPV4)
            WANT(system4 && memcmp(octets, a.octets, 4) == 0);
        WANT(!system4 || (fine && a.family == ADDRESS_IPV4));
        bool system6 = inet_pton(AF_INET6, text, octets) == 1;
        if (fine && a.family == ADDRESS_IPV6)
            WANT(system6 && memcmp(octets, a.octets, 16) == 0);
        if (mail_ipv4_valid(t) && !has_leading_zero(t))
            WANT(system4);
        if (mail_ipv6_valid(t) && !has_leading_zero(t))
            WANT(system6);
    }
    if (!fine)
        return;
    size_t size = address_write(&a, written);
    WANT(size <= sizeof written && address_parse(text_from(written, size), &again));
    WANT(address_equal(&a, &again));
    WANT(address_hash(&a) == address_hash(&again));
}

static void try_name(struct text t)
{
    uint8_t wire[DNS_NAME_WIRE_MAX], wire_again[DNS_NAME_WIRE_MAX];
    char name[DNS_NAME_TEXT_MAX], again[DNS_NAME_TEXT_MAX];
    size_t size = dns_name_to_wire(t, wire);
    size_t length = dns_name_normalise(t, name);

    WANT((size > 0) == (length > 0) && size <= sizeof wire && length <= sizeof name);
    if (size == 0)
        return;
    WANT(dns_name_to_wire(text_from(name, length), wire_again) == size);
    WANT(memcmp(wire, wire_again, size) == 0);
    WANT(dns_name_normalise(text_from(name, length), again) == length);
    WANT(memcmp(name, again, length) == 0);
    WANT(dns_name_within(text_from(name, length), TEXT(".")));
    unsigned labels = 0;
    for (struct text up = text_from(name, length); !dns_name_is_root(up); labels++) {
        WANT(dns_name_within(text_from(name, length), up));
        up = dns_name_parent(up);
    }
    WANT(labels <= DNS_LABELS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = text_from((const char *)data, size);
    struct memory memory;

    memory_init(&memory, 0);
    try_mailbox(&memory, t);
    try_path(t);
    try_domain(t);
    try_host_address(t);
    try_name(t);
    WANT(memory.used == 0);
    memory_end(&memory);
    return 0;
}
