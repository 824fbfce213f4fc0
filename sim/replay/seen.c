#include "sim/replay/seen.h"

static uint64_t mix(uint64_t key, uint64_t more)
{
    key = (key ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return key ^ key >> 32;
}

uint64_t seen_key(const struct recording_line *line)
{
    uint64_t key = mix(1 + line->leaves, line->record->kind);

    switch ((unsigned)line->record->kind) {
    case TRACE_SMTP_COMMAND: return mix(key, text_hash(RECORDING_DATA(line, smtp_command)->verb));
    case TRACE_SMTP_REPLY:
        key = mix(key, text_hash(RECORDING_DATA(line, smtp_reply)->to));
        return mix(key, (uint64_t)(RECORDING_DATA(line, smtp_reply)->code / 100));
    case TRACE_DNS_ANSWER: return mix(key, text_hash(RECORDING_DATA(line, dns_answer)->type));
    case TRACE_DNS_QUERY: return mix(key, text_hash(RECORDING_DATA(line, dns_query)->type));
    case TRACE_POLICY_RELAY: return mix(key, RECORDING_DATA(line, policy_relay)->allowed);
    case TRACE_POLICY_DECISION:
        return mix(key, text_hash(RECORDING_DATA(line, policy_decision)->verdict));
    default: return key;
    }
}

static uint64_t roles_of(const struct recording *r, uint32_t host)
{
    return host == RECORDING_NONE ? 0 : r->cast->hosts[host].roles;
}

uint64_t seen_between(const struct recording *r, const struct recording_line *line, uint64_t key)
{
    return mix(mix(key, roles_of(r, line->host)), roles_of(r, line->other));
}

uint32_t seen_times(struct seen *seen, uint64_t key)
{
    uint32_t slot = (uint32_t)(key & (SEEN_MAX - 1));

    while (seen->times[slot] > 0 && seen->keys[slot] != key && seen->used < SEEN_MAX)
        slot = (slot + 1) & (SEEN_MAX - 1);
    if (seen->times[slot] == 0) {
        seen->keys[slot] = key;
        seen->used++;
    }
    return ++seen->times[slot];
}
