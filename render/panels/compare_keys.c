/*
 * compare_keys.c - when two rows of two runs say the same, and when they are about the same.
 *
 * Numbers that a host gives out as it goes on, its queue ids, are not what a row says: one letter more
 * shifts them all.  What decided there, a rule or a fault, is part of it.
 */
#include "render/panels/compare_parts.h"

#include "render/panels/ladder_parts.h"

void compare_keys_init(struct compare_keys *k, const struct ladder *l, struct memory *m)
{
    k->ladder = l;
    buffer_init(&k->text, m);
}

void compare_keys_free(struct compare_keys *k)
{
    buffer_free(&k->text);
}

static uint64_t name_of(const struct ladder *l, uint32_t host)
{
    return host == RECORDING_NONE ? 1 : text_hash(l->recording->cast->hosts[host].name);
}

static uint64_t ends_of(const struct ladder *l, const struct ladder_row *row, uint64_t what)
{
    return ui_mix(ui_mix(what, name_of(l, row->from)), name_of(l, row->to));
}

/* The text without the id. */
static uint64_t hash_without(struct text t, struct text id)
{
    for (size_t i = 0; id.size > 0 && i + id.size <= t.size; i++)
        if (memcmp(t.at + i, id.at, id.size) == 0)
            return ui_mix(text_hash(text_from(t.at, i)), text_hash(text_after(t, i + id.size)));
    return text_hash(t);
}

uint64_t compare_same_key(struct compare_keys *k, uint32_t row)
{
    const struct ladder *l = k->ladder;
    const struct ladder_row *r = &l->rows[row];
    uint64_t key = ui_mix(ends_of(l, r, r->what + 1U), r->lost);
    struct text id =
        r->accepted == RECORDING_NONE ? TEXT("") : ladder_line(l, r->accepted)->record->where.queue;

    for (uint32_t n = 0; n < ladder_lines(l, r); n++) {
        buffer_clear(&k->text);
        ladder_put_line(&k->text, l, r, n);
        key = ui_mix(key, hash_without(buffer_text(&k->text), id));
    }
    if (r->verdict == RECORDING_NONE && r->fault == RECORDING_NONE)
        return key;
    buffer_clear(&k->text);
    ladder_put_remark(&k->text, l, r);
    return ui_mix(key, text_hash(buffer_text(&k->text)));
}

/* The verb of a command and a recipient's address, the type and name of a question. */
static uint64_t subject_of(struct compare_keys *k, const struct ladder_row *r)
{
    buffer_clear(&k->text);
    if (r->what == LADDER_QUESTION) {
        const struct trace_dns_query *d = LADDER_DATA(k->ladder, r->record, dns_query);

        buffer_put_text(&k->text, d->type);
        buffer_put_text(&k->text, d->name);
        return text_hash(buffer_text(&k->text));
    }
    size_t verb = ladder_put_line(&k->text, k->ladder, r, 0);

    if (text_starts_nocase(buffer_text(&k->text), TEXT("RCPT")))
        return text_hash(buffer_text(&k->text));
    return text_hash(text_from(k->text.at, verb < k->text.size ? verb : k->text.size));
}

/* The words of the command that a reply answers. */
static uint64_t asked(struct compare_keys *k, uint32_t row)
{
    uint32_t partner = ladder_partner(k->ladder, row);

    if (partner == RECORDING_NONE)
        return 0;
    buffer_clear(&k->text);
    ladder_put_line(&k->text, k->ladder, &k->ladder->rows[partner], 0);
    return text_hash(buffer_text(&k->text));
}

uint64_t compare_like_key(struct compare_keys *k, uint32_t row)
{
    const struct ladder_row *r = &k->ladder->rows[row];
    uint64_t about = 0;

    switch ((enum ladder_what)r->what) {
    case LADDER_OPEN:
    case LADDER_FAILED: return ends_of(k->ladder, r, 100);
    case LADDER_REPLY: about = asked(k, row); break;
    case LADDER_COMMAND:
    case LADDER_QUESTION: about = subject_of(k, r); break;
    case LADDER_EVENT: about = ladder_kind(k->ladder, r->record); break;
    case LADDER_LETTER:
    case LADDER_SEAL:
    case LADDER_LOSS:
    case LADDER_NOTE:
    case LADDER_CLOSE: break;
    }
    return ui_mix(ends_of(k->ladder, r, 101U + r->what), about);
}
