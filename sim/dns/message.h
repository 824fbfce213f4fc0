/*
 * message.h - DNS messages, read and written (RFC 1035 4.1; EDNS(0) RFC 6891; RFC 3597).
 *
 * Written names are compressed where an earlier name ends in the same octets, case included, so a
 * message keeps the case of each name.  Read names may be compressed anyhow, also inside the data of
 * the types of RFC 1035.  Any octets may come: what is not a message is refused, never guessed.
 *
 * Simplified   one question; opcode QUERY; class IN (records of other classes are left out); EDNS
 *              options are skipped and none are sent.
 *
 * Units   octets.
 * Owner   what was read lies in the message's own storage until the next read or dns_message_free();
 *         texts and unknown data point into the octets that were given.
 * Errors  enum dns_read; what does not fit while writing is left out, and TC says so.
 */
#ifndef SIM_DNS_MESSAGE_H
#define SIM_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/dns/record.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

enum {
    DNS_HEADER_OCTETS = 12,
    DNS_UDP_PLAIN_MAX = 512, /* RFC 1035 4.2.1: without EDNS */
    DNS_UDP_EDNS_MAX =
        1232, /* what resolver and server offer: IPv6's least MTU, so nothing fragments */
    DNS_MESSAGE_MAX = 65535
};

struct dns_question {
    struct text name;
    uint16_t type, class;
};

struct dns_header {
    uint16_t id;
    uint8_t opcode;
    uint16_t rcode;         /* enum dns_rcode, or what a stranger sent; beyond 15 only with EDNS */
    bool response;          /* QR */
    bool authoritative;     /* AA */
    bool truncated;         /* TC */
    bool recursion_desired; /* RD */
    bool recursion_available; /* RA */
    bool edns;                /* an OPT record is there */
    uint8_t edns_version;
    uint16_t udp_octets; /* the size that OPT offers, at least 512 */
};

struct dns_message {
    struct dns_header header;
    struct dns_question question; /* empty name: no question */
    struct dns_record *records;   /* answer, then authority, then additional, OPT left out */
    uint32_t answer_count, authority_count, additional_count;
    /* inside */
    uint32_t capacity;
    struct dns_chunk *chunks, *chunk; /* texts of what was read: all of them, the current one */
    struct memory *memory;
};

void dns_message_init(struct dns_message *m, struct memory *memory);
void dns_message_free(struct dns_message *m);

enum dns_read {
    DNS_READ_OK,
    DNS_READ_SHORT, /* not even a header: nothing to answer to */
    DNS_READ_BAD    /* a header, but what follows breaks RFC 1035: FORMERR */
};

/* Fills `m`; after DNS_READ_BAD the header is valid, and the question if it could be read. */
enum dns_read dns_message_read(struct dns_message *m, struct text octets);

/* Writing: header and question first, then records in the order of the sections. */
struct dns_writer {
    uint8_t *out;
    size_t size, limit; /* `limit` already leaves room for OPT */
    struct dns_header header;
    uint16_t counts[3]; /* answer, authority, additional */
    struct text last;   /* name written last as an owner, and where: most records repeat it */
    uint16_t last_at;
    bool has_question, full; /* full: something did not fit */
    uint16_t names[64];      /* where earlier names lie, for compression */
    uint16_t name_count;
};

enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };

/* `out` holds `limit` octets, at least 512.  `question` may be NULL. */
void dns_write_begin(struct dns_writer *w, uint8_t *out, size_t limit,
                     const struct dns_header *header, const struct dns_question *question);
/* One RRset, whole or not at all: false and TC is set if it does not fit (RFC 2181 9).  `owner`
 * stands for the records' own name (a wildcard's answer) unless it is empty.  Texts stay borrowed
 * until dns_write_end(). */
bool dns_write_records(struct dns_writer *w, enum dns_section section, struct text owner,
                       const struct dns_record *records, uint32_t count);
/* Writes OPT (if header.edns) and the counts; the size of the message. */
size_t dns_write_end(struct dns_writer *w);

#endif
