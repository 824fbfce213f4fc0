/*
 * record.c - resource records as text, and when two are the same.
 */
#include "sim/dns/record.h"

#include "sim/dns/name.h"
#include "sim/kernel/memory.h"

static const struct {
    struct text name;
    uint16_t number;
} types[] = {
#define T(name, number) {TEXT_INIT(#name), number},
    DNS_TYPES(T)
#undef T
};

static const struct text rcodes[] = {
    [DNS_NOERROR] = TEXT_INIT("NOERROR"),   [DNS_FORMERR] = TEXT_INIT("FORMERR"),
    [DNS_SERVFAIL] = TEXT_INIT("SERVFAIL"), [DNS_NXDOMAIN] = TEXT_INIT("NXDOMAIN"),
    [DNS_NOTIMP] = TEXT_INIT("NOTIMP"),     [DNS_REFUSED] = TEXT_INIT("REFUSED"),
};

enum {
    TYPE_COUNT = sizeof types / sizeof types[0],
    RCODE_COUNT = sizeof rcodes / sizeof rcodes[0]
};

struct text dns_type_name(uint16_t type, char scratch[12])
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (types[i].number == type)
            return types[i].name;

    size_t digits = 1;
    for (unsigned rest = type; rest >= 10; rest /= 10)
        digits++;
    memcpy(scratch, "TYPE", 4);
    for (unsigned i = (unsigned)digits, rest = type; i > 0; i--, rest /= 10)
        scratch[3 + i] = (char)('0' + rest % 10);
    return text_from(scratch, 4 + digits);
}

uint16_t dns_type_find(struct text name)
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (text_equal_nocase(types[i].name, name))
            return types[i].number;
    return 0;
}

struct text dns_rcode_name(unsigned rcode)
{
    return rcodes[rcode < RCODE_COUNT ? rcode : DNS_SERVFAIL];
}

bool dns_type_has_target(uint16_t type)
{
    return type == DNS_CNAME || type == DNS_NS || type == DNS_PTR || type == DNS_MX;
}

/* Each character string in quotes (RFC 1035 5.1). */
static void put_strings(struct buffer *b, struct text strings)
{
    for (size_t at = 0; at < strings.size;) {
        size_t length = (uint8_t)strings.at[at++];

        if (length > strings.size - at)
            length = strings.size - at;
        buffer_put_string(b, b->size > 0 && b->at[b->size - 1] == '"' ? " \"" : "\"");
        for (size_t i = 0; i < length; i++) {
            uint8_t c = (uint8_t)strings.at[at + i];
            if (c < ' ' || c > '~') {
                buffer_put_char(b, '\\');
                buffer_put_padded(b, c, 3);
                continue;
            }
            if (c == '"' || c == '\\')
                buffer_put_char(b, '\\');
            buffer_put_char(b, (char)c);
        }
        buffer_put_char(b, '"');
        at += length;
    }
}

/* RFC 3597 5: "\# 3 0a0b0c". */
static void put_unknown(struct buffer *b, struct text data)
{
    static const char hex[] = "0123456789abcdef";

    buffer_put_string(b, "\\# ");
    buffer_put_int(b, (int64_t)data.size);
    if (data.size > 0)
        buffer_put_char(b, ' ');
    for (size_t i = 0; i < data.size; i++) {
        buffer_put_char(b, hex[(uint8_t)data.at[i] >> 4]);
        buffer_put_char(b, hex[(uint8_t)data.at[i] & 0xF]);
    }
}

static void put_soa(struct buffer *b, const struct dns_soa *soa)
{
    const uint32_t numbers[] = {soa->serial, soa->refresh_s, soa->retry_s, soa->expire_s,
                                soa->minimum_s};

    buffer_put_text(b, soa->mname);
    buffer_put_char(b, ' ');
    buffer_put_text(b, soa->rname);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        buffer_put_char(b, ' ');
        buffer_put_int(b, numbers[i]);
    }
}

void dns_record_put_data(struct buffer *b, const struct dns_record *r)
{
    switch (r->type) {
    case DNS_A:
    case DNS_AAAA: address_put(b, &r->address); break;
    case DNS_MX:
        buffer_put_int(b, r->preference);
        buffer_put_char(b, ' ');
        buffer_put_text(b, r->target);
        break;
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR: buffer_put_text(b, r->target); break;
    case DNS_SOA: put_soa(b, r->soa); break;
    case DNS_TXT: put_strings(b, r->strings); break;
    default: put_unknown(b, r->strings); break;
    }
}

void dns_record_put(struct buffer *b, const struct dns_record *r, struct text owner, uint32_t ttl_s)
{
    char scratch[12];

    buffer_put_text(b, owner.size > 0 ? owner : r->name);
    buffer_put_char(b, ' ');
    buffer_put_int(b, ttl_s);
    buffer_put_char(b, ' ');
    buffer_put_text(b, dns_type_name(r->type, scratch));
    buffer_put_char(b, ' ');
    dns_record_put_data(b, r);
}

static bool soa_equal(const struct dns_soa *a, const struct dns_soa *b)
{
    return dns_name_equal(a->mname, b->mname) && dns_name_equal(a->rname, b->rname) &&
           a->serial == b->serial && a->refresh_s == b->refresh_s && a->retry_s == b->retry_s &&
           a->expire_s == b->expire_s && a->minimum_s == b->minimum_s;
}

bool dns_record_equal(const struct dns_record *a, const struct dns_record *b)
{
    if (a->type != b->type || !dns_name_equal(a->name, b->name))
        return false;
    switch (a->type) {
    case DNS_A:
    case DNS_AAAA: return address_equal(&a->address, &b->address);
    case DNS_MX: return a->preference == b->preference && dns_name_equal(a->target, b->target);
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR: return dns_name_equal(a->target, b->target);
    case DNS_SOA: return soa_equal(a->soa, b->soa);
    default: return text_equal(a->strings, b->strings);
    }
}

/* ---- several ---------------------------------------------------------------------------------- */

size_t dns_records_size(const struct dns_record *records, uint32_t count)
{
    size_t size = count * sizeof *records;

    for (uint32_t i = 0; i < count; i++) {
        const struct dns_record *r = &records[i];

        size += r->name.size + r->target.size + r->strings.size;
        if (r->type == DNS_SOA)
            size += sizeof *r->soa + r->soa->mname.size + r->soa->rname.size;
    }
    return size;
}

static struct text move_text(char **to, struct text t)
{
    char *at = *to;

    if (t.size == 0)
        return text_from(NULL, 0);
    memcpy(at, t.at, t.size);
    *to += t.size;
    return text_from(at, t.size);
}

struct dns_record *dns_records_copy(void *block, const struct dns_record *records, uint32_t count,
                                    struct text owner)
{
    struct dns_record *copies = block;
    struct dns_soa *soa = (struct dns_soa *)(void *)(copies + count);
    uint32_t soas = 0;

    for (uint32_t i = 0; i < count; i++)
        soas += records[i].type == DNS_SOA;
    char *texts = (char *)(soa + soas);
    for (uint32_t i = 0; i < count; i++) {
        const struct dns_record *r = &records[i];

        copies[i] = *r;
        copies[i].name = owner.size > 0 ? owner : move_text(&texts, r->name);
        copies[i].target = move_text(&texts, r->target);
        copies[i].strings = move_text(&texts, r->strings);
        if (r->type == DNS_SOA) {
            *soa = *r->soa;
            soa->mname = move_text(&texts, r->soa->mname);
            soa->rname = move_text(&texts, r->soa->rname);
            copies[i].soa = soa++;
        }
    }
    return copies;
}

void dns_listing_init(struct dns_listing *l, struct memory *memory)
{
    *l = (struct dns_listing){.count = 0};
    buffer_init(&l->octets, memory);
}

void dns_listing_add(struct dns_listing *l, const struct dns_record *r, struct text owner,
                     uint32_t ttl_s)
{
    size_t before = l->octets.size;

    if (l->count == l->capacity) {
        uint32_t more = l->capacity > 0 ? 2 * l->capacity : 8;
        l->items = memory_grow(l->octets.memory, l->items, l->capacity * sizeof *l->items,
                               more * sizeof *l->items);
        l->capacity = more;
    }
    dns_record_put(&l->octets, r, owner, ttl_s);
    l->items[l->count++].size = l->octets.size - before;
}

const struct text *dns_listing_items(struct dns_listing *l)
{
    const char *at = l->octets.at; /* known only now: the buffer may have moved on the way */

    for (uint32_t i = 0; i < l->count; at += l->items[i++].size)
        l->items[i].at = at;
    return l->items;
}

void dns_listing_free(struct dns_listing *l)
{
    memory_give(l->octets.memory, l->items, l->capacity * sizeof *l->items);
    buffer_free(&l->octets);
}

void dns_txt_put(struct buffer *b, struct text t)
{
    do {
        size_t length = t.size < 255 ? t.size : 255;

        buffer_put_char(b, (char)(uint8_t)length);
        buffer_put(b, t.at, length);
        t = text_after(t, length);
    } while (t.size > 0);
}

void dns_txt_join(struct buffer *b, struct text strings)
{
    for (size_t at = 0; at < strings.size;) {
        size_t length = (uint8_t)strings.at[at++];

        if (length > strings.size - at)
            length = strings.size - at;
        buffer_put(b, strings.at + at, length);
        at += length;
    }
}
