/*
 * message_write.c - DNS messages from structs to octets.
 *
 * Never beyond the limit: an RRset that does not fit is taken back whole.  Names are compressed
 * against the places of earlier names, compared octet by octet.
 */
#include "sim/dns/message.h"

#include <assert.h>

#include "sim/dns/name.h"

enum {
    OPT_OCTETS = 11,
    FLAG_QR = 0x8000,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    FLAG_RD = 0x0100,
    FLAG_RA = 0x0080,
    POINTER = 0xC000,
    POINTABLE = 0x4000 /* offsets have 14 bits */
};

static void put(struct dns_writer *w, const void *octets, size_t size)
{
    if (w->limit - w->size < size) {
        w->full = true;
        return;
    }
    memcpy(w->out + w->size, octets, size);
    w->size += size;
}

static void put_u16(struct dns_writer *w, unsigned value)
{
    put(w, (const uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void put_u32(struct dns_writer *w, uint32_t value)
{
    put_u16(w, value >> 16);
    put_u16(w, value & 0xFFFF);
}

/* True if the name at `at` in what is written is `wire`, octet by octet. */
static bool name_lies_at(const struct dns_writer *w, size_t at, const uint8_t *wire)
{
    for (;;) {
        const uint8_t *here = w->out + at;

        if (here[0] >= POINTER >> 8) {
            at = (size_t)(here[0] & 0x3F) << 8 | here[1]; /* backwards only: we wrote it */
            continue;
        }
        if (here[0] != wire[0] || memcmp(here + 1, wire + 1, here[0]) != 0)
            return false;
        if (here[0] == 0)
            return true;
        wire += here[0] + 1;
        at += (size_t)here[0] + 1;
    }
}

static size_t find_name(const struct dns_writer *w, const uint8_t *wire)
{
    for (size_t i = 0; i < w->name_count; i++)
        if (name_lies_at(w, w->names[i], wire))
            return w->names[i];
    return 0;
}

static void put_name(struct dns_writer *w, struct text name)
{
    enum { NAMES_MAX = sizeof w->names / sizeof w->names[0] };
    uint8_t wire[DNS_NAME_WIRE_MAX];
    size_t size = dns_name_to_wire(name, wire), at = 0, earlier = 0;
    uint16_t count = w->name_count;

    assert(size > 0); /* whoever made the record checked it */
    while (!w->full && wire[at] != 0 && (earlier = find_name(w, wire + at)) == 0) {
        if (count < NAMES_MAX && w->size < POINTABLE)
            w->names[count++] = (uint16_t)w->size;
        put(w, wire + at, (size_t)wire[at] + 1);
        at += (size_t)wire[at] + 1;
    }
    if (earlier > 0)
        put_u16(w, (unsigned)(POINTER | earlier));
    else
        put(w, "", 1);
    if (!w->full) /* find_name() may look only at names that are complete */
        w->name_count = count;
}

static void put_owner(struct dns_writer *w, struct text name)
{
    size_t at = w->size;

    if (w->last.size > 0 && text_equal(w->last, name)) {
        put_u16(w, POINTER | w->last_at);
        return;
    }
    put_name(w, name);
    if (w->full || dns_name_is_root(name) || at >= POINTABLE)
        return;
    if (w->out[at] >= POINTER >> 8) /* the whole name lies elsewhere: point there, not here */
        at = (size_t)(w->out[at] & 0x3F) << 8 | w->out[at + 1];
    w->last = name;
    w->last_at = (uint16_t)at;
}

static void put_data(struct dns_writer *w, const struct dns_record *r)
{
    switch (r->type) {
    case DNS_A:
    case DNS_AAAA: put(w, r->address.octets, address_size(&r->address)); break;
    case DNS_MX:
        put_u16(w, r->preference);
        put_name(w, r->target);
        break;
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR: put_name(w, r->target); break;
    case DNS_SOA:
        put_name(w, r->soa->mname);
        put_name(w, r->soa->rname);
        put_u32(w, r->soa->serial);
        put_u32(w, r->soa->refresh_s);
        put_u32(w, r->soa->retry_s);
        put_u32(w, r->soa->expire_s);
        put_u32(w, r->soa->minimum_s);
        break;
    default: put(w, r->strings.at, r->strings.size); break;
    }
}

static void patch_u16(struct dns_writer *w, size_t at, size_t value)
{
    w->out[at] = (uint8_t)(value >> 8);
    w->out[at + 1] = (uint8_t)value;
}

static void put_record(struct dns_writer *w, struct text owner, const struct dns_record *r)
{
    put_owner(w, owner.size > 0 ? owner : r->name);
    put_u16(w, r->type);
    put_u16(w, DNS_CLASS_IN);
    put_u32(w, r->ttl_s);

    size_t size_at = w->size;
    put_u16(w, 0);
    put_data(w, r);
    if (!w->full)
        patch_u16(w, size_at, w->size - size_at - 2);
}

void dns_write_begin(struct dns_writer *w, uint8_t *out, size_t limit,
                     const struct dns_header *header, const struct dns_question *question)
{
    static const uint8_t nothing[DNS_HEADER_OCTETS];

    assert(limit >= DNS_UDP_PLAIN_MAX && limit <= DNS_MESSAGE_MAX);
    w->out = out;
    w->size = 0;
    w->limit = limit - (header->edns ? OPT_OCTETS : 0);
    w->header = *header;
    memset(w->counts, 0, sizeof w->counts);
    w->last = text_from(NULL, 0);
    w->full = false;
    w->name_count = 0;
    put(w, nothing, sizeof nothing);
    w->has_question = question != NULL;
    if (question == NULL)
        return;
    put_owner(w, question->name);
    put_u16(w, question->type);
    put_u16(w, question->class);
}

bool dns_write_records(struct dns_writer *w, enum dns_section section, struct text owner,
                       const struct dns_record *records, uint32_t count)
{
    const struct text last = w->last;
    const size_t size = w->size;
    const uint16_t last_at = w->last_at, name_count = w->name_count;

    assert(w->counts[section] + count <= UINT16_MAX);
    for (unsigned later = section + 1U; later <= DNS_ADDITIONAL; later++)
        assert(w->counts[later] == 0);
    for (uint32_t i = 0; i < count && !w->full; i++)
        put_record(w, owner, &records[i]);
    if (w->full) {
        w->size = size;
        w->last = last;
        w->last_at = last_at;
        w->name_count = name_count;
        w->full = false;
        w->header.truncated = true;
        return false;
    }
    w->counts[section] = (uint16_t)(w->counts[section] + count);
    return true;
}

static void write_opt(struct dns_writer *w)
{
    w->limit += OPT_OCTETS;
    put(w, "", 1); /* the root */
    put_u16(w, DNS_OPT);
    put_u16(w, w->header.udp_octets);
    put_u32(w, (uint32_t)(w->header.rcode >> 4) << 24);
    put_u16(w, 0);
    assert(!w->full);
}

size_t dns_write_end(struct dns_writer *w)
{
    const struct dns_header *h = &w->header;

    if (h->edns)
        write_opt(w);
    patch_u16(w, 0, h->id);
    patch_u16(w, 2,
              (size_t)((h->response ? FLAG_QR : 0) | (h->opcode & 0xF) << 11 |
                       (h->authoritative ? FLAG_AA : 0) | (h->truncated ? FLAG_TC : 0) |
                       (h->recursion_desired ? FLAG_RD : 0) |
                       (h->recursion_available ? FLAG_RA : 0) | (h->rcode & 0xF)));
    patch_u16(w, 4, w->has_question);
    patch_u16(w, 6, w->counts[DNS_ANSWER]);
    patch_u16(w, 8, w->counts[DNS_AUTHORITY]);
    patch_u16(w, 10, w->counts[DNS_ADDITIONAL] + (size_t)h->edns);
    return w->size;
}
