/*
 * custody.c - the only place that opens and closes a custody.
 */
#include "sim/agents/custody/custody.h"

#include <assert.h>
#include <string.h>

#include "sim/agents/host/host.h"

struct text custody_name(const struct world *w, struct custody_ref ref, char *out)
{
    if (ref.number == 0)
        return TEXT("");
    struct text host = world_host(w, ref.host)->name;
    char digits[10];
    size_t count = 0, size = host.size;

    assert(size + 11 <= CUSTODY_NAME_MAX);
    memcpy(out, host.at, size);
    out[size++] = '/';
    for (uint32_t n = ref.number; n || count == 0; n /= 10)
        digits[count++] = (char)('0' + n % 10);
    while (count > 0)
        out[size++] = digits[--count];
    return text_from(out, size);
}

static struct text origin_word(enum custody_origin how)
{
    switch (how) {
    case CUSTODY_WRITTEN: return TEXT("written");
    case CUSTODY_ACCEPTED: return TEXT("accepted");
    case CUSTODY_EXPANDED: return TEXT("expanded");
    }
    return TEXT("written");
}

static struct text end_word(enum custody_end how)
{
    switch (how) {
    case CUSTODY_PASSED_ON: return TEXT("passed_on");
    case CUSTODY_DELIVERED: return TEXT("delivered");
    case CUSTODY_BOUNCED:
    case CUSTODY_RETURNED: return TEXT("bounced");
    case CUSTODY_EXPIRED: return TEXT("expired");
    case CUSTODY_EXPANDED_INTO: return TEXT("expanded");
    case CUSTODY_DISCARDED:
    case CUSTODY_DUPLICATE: return TEXT("discarded");
    }
    return TEXT("discarded");
}

/* What the end of one custody says about the recipient: passed on says nothing yet. */
static enum letter_verdict verdict_of(enum custody_end how)
{
    switch (how) {
    case CUSTODY_DELIVERED: return LETTER_DELIVERED;
    case CUSTODY_BOUNCED: return LETTER_BOUNCED;
    case CUSTODY_RETURNED: return LETTER_REFUSED;
    case CUSTODY_EXPIRED: return LETTER_EXPIRED;
    case CUSTODY_DISCARDED: return LETTER_DISCARDED;
    case CUSTODY_DUPLICATE: return LETTER_DUPLICATE;
    case CUSTODY_PASSED_ON:
    case CUSTODY_EXPANDED_INTO: break;
    }
    return LETTER_OPEN;
}

uint64_t custody_open(struct world *w, uint32_t host, struct custody *c,
                      const struct custody_opening *o)
{
    struct trace_where where = {.host = world_host(w, host)->name,
                                .mail = o->letter->id,
                                .queue = o->queue,
                                .cause = o->cause};
    char name[CUSTODY_NAME_MAX], parent[CUSTODY_NAME_MAX];

    assert(!custody_is_open(c));
    *c = (struct custody){.letter = letter_hold(o->letter),
                          .host = host,
                          .number = ++world_host(w, host)->custodies,
                          .fate = o->fate};
    letter_fate_open(o->letter, o->fate);
    w->custodies_open++;
    w->counts.custodies_opened++;
    if (!trace_wants(&w->trace, TRACE_CUSTODY_OPENED))
        return trace_skip(&w->trace, TRACE_CUSTODY_OPENED, &where);
    return trace_emit_custody_opened(
        &w->trace, &where,
        &(struct trace_custody_opened){.custody = custody_name(w, custody_ref(c), name),
                                       .parent = custody_name(w, o->parent, parent),
                                       .recipient = o->recipient,
                                       .how = origin_word(o->how)});
}

uint64_t custody_close(struct world *w, struct custody *c, struct text queue, struct text recipient,
                       enum custody_end how, struct text to, struct text why, uint64_t cause)
{
    assert(custody_is_open(c) && w->custodies_open > 0);
    struct letter *letter = c->letter;
    struct trace_where where = {
        .host = world_host(w, c->host)->name, .mail = letter->id, .queue = queue, .cause = cause};
    char name[CUSTODY_NAME_MAX];

    w->custodies_open--;
    w->counts.custodies_closed++;
    if (trace_wants(&w->trace, TRACE_CUSTODY_CLOSED))
        where.cause = trace_emit_custody_closed(
            &w->trace, &where,
            &(struct trace_custody_closed){.custody = custody_name(w, custody_ref(c), name),
                                           .recipient = recipient,
                                           .how = end_word(how),
                                           .to = to});
    else
        where.cause = trace_skip(&w->trace, TRACE_CUSTODY_CLOSED, &where);
    c->letter = NULL;
    letter_fate_close(letter, c->fate, verdict_of(how), &where, why);
    letter_release(letter);
    return where.cause;
}

void custody_overlap(struct world *w, const struct custody *c, const struct custody *next,
                     struct text queue, uint64_t cause)
{
    struct trace_where where = {.host = world_host(w, next->host)->name,
                                .mail = next->letter->id,
                                .queue = queue,
                                .cause = cause};
    char name[CUSTODY_NAME_MAX], name_next[CUSTODY_NAME_MAX];

    assert(custody_is_open(c) && custody_is_open(next));
    if (!trace_wants(&w->trace, TRACE_CUSTODY_OVERLAP)) {
        trace_skip(&w->trace, TRACE_CUSTODY_OVERLAP, &where);
        return;
    }
    trace_emit_custody_overlap(
        &w->trace, &where,
        &(struct trace_custody_overlap){.custody = custody_name(w, custody_ref(c), name),
                                        .next = custody_name(w, custody_ref(next), name_next)});
}
