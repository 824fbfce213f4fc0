/*
 * server_envelope.c - one transaction's sender and recipients, in blocks that go back together.
 *
 * A recipient is proposed, judged, and then kept or forgotten.  A forgotten one gives its octets
 * back at once, so a client that tries a million names makes nothing grow.
 */
#include "sim/smtp/server_parts.h"

#include <assert.h>

struct smtp_block {
    struct smtp_block *next;
    size_t size, used, settled; /* octets; settled: those of accepted ones */
    char octets[];
};

enum { BLOCK_OCTETS = 512 - (int)sizeof(struct smtp_block), RECIPIENTS_FIRST = 2 };

static void add_block(struct memory *m, struct smtp_envelope *e, size_t size)
{
    struct smtp_block *block = memory_take(m, sizeof *block + size);

    block->next = e->blocks;
    block->size = size;
    block->used = block->settled = 0;
    e->blocks = block;
}

static void drop_block(struct memory *m, struct smtp_envelope *e)
{
    struct smtp_block *block = e->blocks;

    e->blocks = block->next;
    memory_give(m, block, sizeof *block + block->size);
}

static const char *keep(struct memory *m, struct smtp_envelope *e, struct text t)
{
    if (e->blocks == NULL || e->blocks->size - e->blocks->used < t.size)
        add_block(m, e, t.size > (size_t)BLOCK_OCTETS ? t.size : (size_t)BLOCK_OCTETS);

    char *at = e->blocks->octets + e->blocks->used;

    memcpy(at, t.at, t.size);
    e->blocks->used += t.size;
    return at;
}

/* A slice of `from`, moved to the same place in the copy. */
static struct text moved(struct text slice, struct text from, const char *copy)
{
    if (slice.size == 0)
        return TEXT("");
    assert(slice.at >= from.at && slice.at + slice.size <= from.at + from.size);
    return text_from(copy + (slice.at - from.at), slice.size);
}

/* All but the parameters of DSN. */
static void copy_path(struct mail_path *to, struct smtp_parameters *to_parameters,
                      const struct mail_path *path, const struct smtp_parameters *parameters,
                      struct text from, const char *copy)
{
    to->null = path->null;
    to->route = moved(path->route, from, copy);
    to->mailbox.local = moved(path->mailbox.local, from, copy);
    to->mailbox.domain = moved(path->mailbox.domain, from, copy);
    *to_parameters = *parameters;
    to_parameters->auth = moved(parameters->auth, from, copy);
}

struct smtp_envelope *smtp_envelope_new(struct memory *m, struct text argument,
                                        const struct mail_path *path,
                                        const struct smtp_parameters *parameters)
{
    struct smtp_envelope *e = MEMORY_NEW(m, struct smtp_envelope);
    const char *copy = keep(m, e, argument);

    copy_path(&e->sender, &e->parameters, path, parameters, argument, copy);
    e->parameters.dsn.message.envid = moved(parameters->dsn.message.envid, argument, copy);
    e->blocks->settled = e->blocks->used;
    return e;
}

void smtp_envelope_free(struct memory *m, struct smtp_envelope *e)
{
    while (e->blocks != NULL)
        drop_block(m, e);
    memory_give(m, e->recipients, e->recipient_capacity * sizeof *e->recipients);
    memory_give(m, e, sizeof *e);
}

struct smtp_recipient *smtp_envelope_propose(struct memory *m, struct smtp_envelope *e,
                                             struct text argument, const struct mail_path *path,
                                             const struct smtp_parameters *parameters)
{
    if (e->recipient_count == e->recipient_capacity) {
        size_t more = e->recipient_capacity == 0 ? RECIPIENTS_FIRST : 2 * e->recipient_capacity;

        e->recipients = memory_grow(m, e->recipients, e->recipient_capacity * sizeof *e->recipients,
                                    more * sizeof *e->recipients);
        e->recipient_capacity = more;
    }

    struct smtp_recipient *r = &e->recipients[e->recipient_count];
    const char *copy = keep(m, e, argument);

    *r = (struct smtp_recipient){.tag = 0};
    copy_path(&r->path, &r->parameters, path, parameters, argument, copy);
    r->parameters.dsn.recipient.orcpt = moved(parameters->dsn.recipient.orcpt, argument, copy);
    return r;
}

void smtp_envelope_settle(struct smtp_envelope *e, bool accepted, uintptr_t tag)
{
    if (accepted) {
        e->recipients[e->recipient_count++].tag = tag;
        e->blocks->settled = e->blocks->used;
        return;
    }
    e->blocks->used = e->blocks->settled;
}
