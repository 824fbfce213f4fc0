/*
 * compare_mails.c - which message of one run is which of the other.
 *
 * Ids are numbers that a host gives out: one letter more, and the next has another.  So a message is known by
 * what was written, a report by the message that it is about; of several alike the first is the first.
 */
#include "render/panels/compare_parts.h"

#include "sim/kernel/table.h"

struct mails {
    struct memory *memory;
    struct table seen, by_key; /* how many alike there were; of the run before: its message */
    struct buffer key;
};

static void put_name(struct buffer *b, const struct recording *r, uint32_t mail)
{
    const struct recording_mail *m = &r->mails[mail];

    if (m->composed == RECORDING_NONE) {
        buffer_put_text(b, m->id);
        return;
    }
    const struct recording_line *line = &r->lines[m->composed];
    const struct trace_mail_composed *d = RECORDING_DATA(line, mail_composed);

    buffer_put_text(b, line->record->where.host);
    buffer_put_char(b, '\n');
    buffer_put_text(b, d->subject);
    for (uint32_t i = 0; i < d->to.count; i++) {
        buffer_put_char(b, '\n');
        buffer_put_text(b, d->to.items[i]);
    }
}

/* What is written, or the report's message, and the how manieth such it is. */
static struct text key_of(struct mails *k, const struct recording *r, uint32_t mail)
{
    uint32_t about = r->mails[mail].about, before;

    buffer_clear(&k->key);
    if (about != RECORDING_NONE)
        buffer_put_string(&k->key, "report\n");
    put_name(&k->key, r, about == RECORDING_NONE ? mail : about);
    before = table_get(&k->seen, buffer_text(&k->key));
    before = before == TABLE_NONE ? 0 : before;
    table_set(&k->seen, text_copy(k->memory, buffer_text(&k->key)), before + 1);
    buffer_put_char(&k->key, '\n');
    buffer_put_int(&k->key, before);
    return buffer_text(&k->key);
}

void compare_match_mails(struct compare_runs *runs)
{
    const struct recording *a = runs->sides[COMPARE_BEFORE].recording,
                           *b = runs->sides[COMPARE_AFTER].recording;
    struct memory m;
    struct mails k = {.memory = &m};

    memory_init(&m, 0);
    table_init(&k.seen, &m, false);
    table_init(&k.by_key, &m, false);
    buffer_init(&k.key, &m);
    runs->twins = memory_take(runs->memory, (b->mail_count + 1) * sizeof *runs->twins);
    for (uint32_t i = 0; i < a->mail_count; i++)
        table_set(&k.by_key, text_copy(&m, key_of(&k, a, i)), i);
    table_free(&k.seen);
    table_init(&k.seen, &m, false);
    for (uint32_t i = 0; i < b->mail_count; i++) {
        uint32_t found = table_get(&k.by_key, key_of(&k, b, i));

        runs->twins[i] = found == TABLE_NONE ? RECORDING_NONE : found;
    }
    memory_end(&m);
}
