/*
 * rules.c - the last verdicts of a host, laid beside its rules.
 */
#include "sim/replay/rules.h"

#define NONE RECORDING_NONE

enum { OTHERS_MAX = 16, LOOK_BACK_MAX = 20000 };

static bool is_known(const struct rules *out, const struct recording *r,
                     const struct trace_policy_decision *d)
{
    for (uint32_t i = 0; i < out->other_count; i++) {
        const struct trace_policy_decision *k =
            RECORDING_DATA(&r->lines[out->others[i]], policy_decision);

        if (text_equal(k->at, d->at) && text_equal(k->rule, d->rule))
            return true;
    }
    return false;
}

static void find_verdicts(struct rules *out, const struct recording *r, uint32_t last)
{
    uint32_t seen = 0;

    for (uint32_t i = last; i != NONE; i = r->lines[i].host_before) {
        const struct recording_line *line = &r->lines[i];

        if (seen++ > LOOK_BACK_MAX && out->record != NONE)
            break; /* who has decided so much is not asked what it said in the beginning */
        if (line->record->kind == TRACE_POLICY_RELAY && out->record == NONE)
            out->record = i;
        if (line->record->kind == TRACE_POLICY_DECISION && out->other_count < OTHERS_MAX &&
            !is_known(out, r, RECORDING_DATA(line, policy_decision)))
            out->others[out->other_count++] = i;
    }
}

/* The rule that decided is the last that was asked; those before it did not fit. */
static void judge(struct rules *out, const struct trace_policy_relay *p)
{
    bool local = text_equal(p->reason, TEXT("local"));
    uint32_t i = 0;

    while (i < out->relay_count && !(i == 0 ? local : text_equal(out->relay[i].words, p->rule)))
        out->relay[i++].verdict = RULE_PASSED;
    if (i == out->relay_count)
        out->relay[out->relay_count++] = (struct rule){.words = p->rule, .added = true};
    out->relay[i].verdict = p->allowed ? RULE_ALLOWED : RULE_REFUSED;
}

void rules_at(struct rules *out, struct memory *m, const struct recording *r, uint32_t host,
              uint32_t last)
{
    const struct trace_texts *words = &r->cast->hosts[host].relay;

    *out = (struct rules){.record = NONE};
    out->relay = memory_take_clear(m, (words->count + 2) * sizeof *out->relay);
    out->others = memory_take(m, OTHERS_MAX * sizeof *out->others);
    out->relay_count = words->count + 1;
    for (uint32_t i = 0; i < words->count; i++)
        out->relay[i + 1].words = words->items[i];
    find_verdicts(out, r, last);
    if (out->record != NONE)
        judge(out, RECORDING_DATA(&r->lines[out->record], policy_relay));
}
