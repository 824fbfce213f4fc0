/*
 * letter.c - one block for a letter: the struct, its fates, then their texts.
 */
#include "sim/agents/custody/letter.h"

#include <assert.h>
#include <string.h>

#include "sim/agents/host/host.h"

enum { ID_DIGITS = 11 }; /* "." and ten digits of a counter */

static size_t put_number(char *out, uint32_t n)
{
    char digits[10];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + n % 10);
    while (n /= 10);
    for (size_t i = 0; i < count; i++)
        out[i] = digits[count - 1 - i];
    return count;
}

struct letter *letter_new(struct world *w, uint32_t host, int64_t composed_ns,
                          const struct text *recipients, uint32_t count)
{
    struct host *h = world_host(w, host);
    size_t size =
        sizeof(struct letter) + count * sizeof(struct letter_fate) + h->name.size + ID_DIGITS;

    for (uint32_t i = 0; i < count; i++)
        size += recipients[i].size;
    struct letter *l = memory_take(&w->memory, size);
    *l = (struct letter){
        .world = w, .composed_ns = composed_ns, .refs = 1, .fate_count = count, .size = size};
    char *at = (char *)&l->fates[count];
    for (uint32_t i = 0; i < count; i++) {
        memcpy(at, recipients[i].at, recipients[i].size);
        l->fates[i] = (struct letter_fate){.recipient = text_from(at, recipients[i].size)};
        at += recipients[i].size;
    }
    memcpy(at, h->name.at, h->name.size);
    at[h->name.size] = '.';
    l->id = text_from(at, h->name.size + 1 + put_number(at + h->name.size + 1, ++h->letters));
    return l;
}

struct letter *letter_hold(struct letter *l)
{
    l->refs++;
    return l;
}

static void forget_why(struct letter *l, struct letter_fate *f)
{
    if (f->verdict > LETTER_DELIVERED)
        memory_give(&l->world->memory, (char *)(uintptr_t)f->why.at, f->why.size + 1);
}

void letter_release(struct letter *l)
{
    if (!l || --l->refs)
        return;
    for (uint32_t i = 0; i < l->fate_count; i++)
        forget_why(l, &l->fates[i]);
    memory_give(&l->world->memory, l, l->size);
}

uint32_t letter_fate_find(const struct letter *l, struct text recipient)
{
    for (uint32_t i = 0; i < l->fate_count; i++)
        if (text_equal_nocase(l->fates[i].recipient, recipient))
            return i;
    return 0;
}

void letter_fate_open(struct letter *l, uint32_t fate)
{
    assert(fate < l->fate_count);
    l->fates[fate].open++;
}

static struct text verdict_word(enum letter_verdict v)
{
    switch (v) {
    case LETTER_DELIVERED: return TEXT("delivered");
    case LETTER_DUPLICATE:
    case LETTER_DISCARDED: return TEXT("discarded");
    case LETTER_EXPIRED: return TEXT("expired");
    case LETTER_BOUNCED: return TEXT("bounced");
    case LETTER_REFUSED: return TEXT("refused");
    case LETTER_OPEN: break;
    }
    return TEXT("open");
}

void letter_fate_close(struct letter *l, uint32_t fate, enum letter_verdict verdict,
                       const struct trace_where *where, struct text why)
{
    struct letter_fate *f = &l->fates[fate];

    assert(fate < l->fate_count && f->open > 0);
    f->open--;
    if (verdict > f->verdict) {
        forget_why(l, f);
        f->verdict = verdict;
        f->at = where->host;
        f->why = verdict > LETTER_DELIVERED ? text_copy(&l->world->memory, why) : why;
    }
    if (f->open > 0 || f->verdict == LETTER_OPEN || f->said)
        return; /* said: a slow server took a copy that its client had given up, when all was over */
    f->said = true;
    trace_emit_mail_ended(&l->world->trace, where,
                          &(struct trace_mail_ended){.recipient = f->recipient,
                                                     .verdict = verdict_word(f->verdict),
                                                     .at = f->at,
                                                     .why = f->why});
}
