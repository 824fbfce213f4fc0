/*
 * message_read.c - DNS messages from octets to structs.
 *
 * Every step is checked against the end of the octets, and each record's data against its length.
 */
#include "sim/dns/message.h"

#include <assert.h>

#include "sim/dns/name.h"

enum {
    CHUNK_OCTETS = 4096,
    FLAG_QR = 0x8000,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    FLAG_RD = 0x0100,
    FLAG_RA = 0x0080
};

/* ---- storage of what was read --------------------------------------------------------------- */

struct dns_chunk {
    struct dns_chunk *next;
    size_t used;
    /* Aligned for struct dns_soa; the texts do not care. */
    _Alignas(max_align_t) char at[CHUNK_OCTETS - 2 * sizeof(max_align_t)];
};

void dns_message_init(struct dns_message *m, struct memory *memory)
{
    *m = (struct dns_message){.memory = memory};
}

void dns_message_free(struct dns_message *m)
{
    for (struct dns_chunk *c = m->chunks, *next; c != NULL; c = next) {
        next = c->next;
        memory_give(m->memory, c, sizeof *c);
    }
    memory_give(m->memory, m->records, m->capacity * sizeof *m->records);
    dns_message_init(m, m->memory);
}

/* Room for `size` octets that stay where they are; only what take_room() says is kept. */
static char *find_room(struct dns_message *m, size_t size)
{
    assert(size <= sizeof m->chunk->at);
    if (m->chunk != NULL && m->chunk->used + size <= sizeof m->chunk->at)
        return m->chunk->at + m->chunk->used;

    struct dns_chunk *next = m->chunk != NULL ? m->chunk->next : m->chunks;
    if (next == NULL) {
        next = memory_take(m->memory, sizeof *next);
        next->next = NULL;
        if (m->chunk != NULL)
            m->chunk->next = next;
        else
            m->chunks = next;
    }
    next->used = 0;
    m->chunk = next;
    return next->at;
}

static void take_room(struct dns_message *m, size_t size)
{
    size_t align = _Alignof(struct dns_soa);

    m->chunk->used += (size + align - 1) / align * align;
    if (m->chunk->used > sizeof m->chunk->at)
        m->chunk->used = sizeof m->chunk->at;
}

/* ---- reading -------------------------------------------------------------------------------- */

struct reader {
    struct dns_message *message;
    struct text octets;
    size_t at;
};

static bool read_u8(struct reader *r, unsigned *value)
{
    if (r->at + 1 > r->octets.size)
        return false;
    *value = (uint8_t)r->octets.at[r->at++];
    return true;
}

static bool read_u16(struct reader *r, uint16_t *value)
{
    unsigned high, low;

    if (!read_u8(r, &high) || !read_u8(r, &low))
        return false;
    *value = (uint16_t)(high << 8 | low);
    return true;
}

static bool read_u32(struct reader *r, uint32_t *value)
{
    uint16_t high, low;

    if (!read_u16(r, &high) || !read_u16(r, &low))
        return false;
    *value = (uint32_t)high << 16 | low;
    return true;
}

static bool read_name(struct reader *r, struct text *name)
{
    const uint8_t *at = (const uint8_t *)r->octets.at + r->at;

    /* Most names are a pointer to the question's: no need to spell it again. */
    if (r->at + 2 <= r->octets.size && at[0] == 0xC0 && at[1] == DNS_HEADER_OCTETS &&
        r->message->question.name.size > 0) {
        *name = r->message->question.name;
        r->at += 2;
        return true;
    }
    char *room = find_room(r->message, DNS_NAME_TEXT_MAX);
    size_t size = dns_name_from_wire(r->octets, &r->at, room);
    if (size == 0)
        return false;
    take_room(r->message, size);
    *name = text_from(room, size);
    return true;
}

static bool read_address(struct reader *r, struct dns_record *record, size_t size, uint8_t family)
{
    record->address = (struct address){.family = family};
    if (size != address_size(&record->address))
        return false;
    memcpy(record->address.octets, r->octets.at + r->at, size);
    r->at += size;
    return true;
}

static bool read_soa(struct reader *r, struct dns_record *record)
{
    struct dns_soa soa;

    if (!read_name(r, &soa.mname) || !read_name(r, &soa.rname) || !read_u32(r, &soa.serial) ||
        !read_u32(r, &soa.refresh_s) || !read_u32(r, &soa.retry_s) || !read_u32(r, &soa.expire_s) ||
        !read_u32(r, &soa.minimum_s))
        return false;
    struct dns_soa *kept = (struct dns_soa *)(void *)find_room(r->message, sizeof soa);
    *kept = soa;
    take_room(r->message, sizeof soa);
    record->soa = kept;
    return true;
}

/* At least one string, and the last one ends where the data ends (RFC 1035 3.3.14). */
static bool read_strings(struct reader *r, struct dns_record *record, size_t end)
{
    size_t at = r->at;

    while (at < end)
        at += 1 + (size_t)(uint8_t)r->octets.at[at];
    if (at != end || end == r->at)
        return false;
    record->strings = text_from(r->octets.at + r->at, end - r->at);
    r->at = end;
    return true;
}

static bool read_data(struct reader *r, struct dns_record *record, size_t size)
{
    size_t end = r->at + size;

    if (end > r->octets.size)
        return false;
    switch (record->type) {
    case DNS_A: return read_address(r, record, size, ADDRESS_IPV4);
    case DNS_AAAA: return read_address(r, record, size, ADDRESS_IPV6);
    case DNS_MX:
        if (!read_u16(r, &record->preference))
            return false;
        return read_name(r, &record->target) && r->at == end;
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR: return read_name(r, &record->target) && r->at == end;
    case DNS_SOA: return read_soa(r, record) && r->at == end;
    case DNS_TXT: return read_strings(r, record, end);
    default:
        record->strings = text_from(r->octets.at + r->at, size);
        r->at = end;
        return true;
    }
}

/* RFC 6891 6.1.2: class is the size offered, the TTL holds extended rcode, version and flags. */
static bool read_opt(struct reader *r, const struct dns_record *record, uint16_t class,
                     uint32_t ttl, size_t size)
{
    struct dns_header *h = &r->message->header;

    if (h->edns || !dns_name_is_root(record->name) || r->at + size > r->octets.size)
        return false;
    h->edns = true;
    h->udp_octets = class > DNS_UDP_PLAIN_MAX ? class : DNS_UDP_PLAIN_MAX;
    h->rcode = (uint16_t)(h->rcode | (uint16_t)(ttl >> 20 & 0xFF0));
    h->edns_version = (uint8_t)(ttl >> 16);
    r->at += size;
    return true;
}

static struct dns_record *new_record(struct dns_message *m, uint32_t count)
{
    if (count == m->capacity) {
        uint32_t more = m->capacity > 0 ? 2 * m->capacity : 8;

        m->records = memory_grow(m->memory, m->records, m->capacity * sizeof *m->records,
                                 more * sizeof *m->records);
        m->capacity = more;
    }
    m->records[count] = (struct dns_record){.type = 0};
    return &m->records[count];
}

/* Reads one record; `*kept` says whether it counts as one (OPT and other classes do not). */
static bool read_record(struct reader *r, enum dns_section section, struct dns_record *record,
                        bool *kept)
{
    uint16_t class, size;
    uint32_t ttl;

    if (!read_name(r, &record->name) || !read_u16(r, &record->type) || !read_u16(r, &class) ||
        !read_u32(r, &ttl) || !read_u16(r, &size))
        return false;
    *kept = false;
    if (record->type == DNS_OPT)
        return section == DNS_ADDITIONAL && read_opt(r, record, class, ttl, size);
    *kept = class == DNS_CLASS_IN;
    record->ttl_s = ttl <= DNS_TTL_MAX ? ttl : 0; /* RFC 2181 8 */
    return read_data(r, record, size);
}

static bool read_section(struct reader *r, enum dns_section section, uint32_t count,
                         uint32_t *total, uint32_t *section_count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct dns_record *record = new_record(r->message, *total);
        bool kept;

        if (!read_record(r, section, record, &kept))
            return false;
        if (kept) {
            ++*total;
            ++*section_count;
        }
    }
    return true;
}

static void read_flags(struct dns_header *h, uint16_t flags)
{
    h->response = flags & FLAG_QR;
    h->opcode = flags >> 11 & 0xF;
    h->authoritative = flags & FLAG_AA;
    h->truncated = flags & FLAG_TC;
    h->recursion_desired = flags & FLAG_RD;
    h->recursion_available = flags & FLAG_RA;
    h->rcode = flags & 0xF;
    h->udp_octets = DNS_UDP_PLAIN_MAX;
}

static bool read_question(struct reader *r)
{
    struct dns_question *q = &r->message->question;
    struct text name;

    if (!read_name(r, &name) || !read_u16(r, &q->type) || !read_u16(r, &q->class))
        return false;
    q->name = name;
    return true;
}

enum dns_read dns_message_read(struct dns_message *m, struct text octets)
{
    struct reader r = {.message = m, .octets = octets};
    uint16_t flags, counts[4];
    uint32_t total = 0;

    m->chunk = m->chunks;
    if (m->chunk != NULL)
        m->chunk->used = 0;
    m->header = (struct dns_header){.id = 0};
    m->question = (struct dns_question){.type = 0};
    m->answer_count = m->authority_count = m->additional_count = 0;
    if (octets.size < DNS_HEADER_OCTETS)
        return DNS_READ_SHORT;
    read_u16(&r, &m->header.id);
    read_u16(&r, &flags);
    for (int i = 0; i < 4; i++)
        read_u16(&r, &counts[i]);
    read_flags(&m->header, flags);
    if (counts[0] > 1 || (counts[0] == 1 && !read_question(&r)))
        return DNS_READ_BAD;
    if (!read_section(&r, DNS_ANSWER, counts[1], &total, &m->answer_count) ||
        !read_section(&r, DNS_AUTHORITY, counts[2], &total, &m->authority_count) ||
        !read_section(&r, DNS_ADDITIONAL, counts[3], &total, &m->additional_count) ||
        r.at != octets.size)
        return DNS_READ_BAD;
    return DNS_READ_OK;
}
