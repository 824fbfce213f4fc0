/*
 * server_chunk.c - BDAT: messages in counted pieces (RFC 3030 2).
 *
 * The octets follow the command at once, without a word of ours between, so they must be read even
 * if the BDAT itself is refused: only then comes the refusal.
 */
#include <assert.h>

#include "sim/smtp/server_parts.h"

/* "1000" or "1000 LAST" */
static bool parse(struct text argument, int64_t *size, bool *last)
{
    size_t end = text_find(argument, ' ');
    struct text number = text_from(argument.at, end), word = text_after(argument, end + 1);

    for (size_t i = 0; i < number.size; i++)
        if (number.at[i] < '0' || number.at[i] > '9')
            return false;
    *last = text_equal_nocase(word, TEXT("LAST"));
    return text_to_int(number, size) && (*last || end == argument.size);
}

static void chunk_whole(struct smtp_server *s, struct smtp_acts *acts)
{
    struct smtp_rare *rare = s->rare;

    rare->chunked = false;
    if (rare->discarded)
        smtp_server_apply(s, rare->then, SMTP_VERB_BDAT, NULL, acts);
    else if (rare->last)
        smtp_server_end_of_data(s, acts);
    else
        smtp_server_apply(s,
                          s->too_big ? SMTP_SERVER_ON_MESSAGE_TOO_BIG : SMTP_SERVER_ON_CHUNK_WHOLE,
                          SMTP_VERB_BDAT, NULL, acts);
}

static void discard(struct smtp_server *s, int64_t size, enum smtp_server_input then,
                    struct smtp_acts *acts)
{
    struct smtp_rare *rare = smtp_server_rare(s);

    rare->left = size;
    rare->then = then;
    rare->chunked = rare->discarded = true;
    if (size == 0)
        chunk_whole(s, acts);
}

void smtp_server_bdat(struct smtp_server *s, const struct smtp_command *c, struct smtp_acts *acts)
{
    bool first = s->state != SMTP_SERVER_CHUNKS, last;
    int64_t size;

    if (!parse(c->argument, &size, &last)) {
        smtp_server_apply(s, SMTP_SERVER_ON_BDAT_BAD, c->verb, NULL, acts);
        return;
    }
    if (smtp_server_cell(s, SMTP_SERVER_ON_BDAT_FINE)->out_of_order) {
        discard(s, size, SMTP_SERVER_ON_BDAT_FINE, acts);
        return;
    }

    struct smtp_rare *rare = smtp_server_rare(s);

    rare->left = size;
    rare->last = last;
    rare->chunked = true;
    rare->discarded = false;
    if (first)
        smtp_server_data_begin(s);
    smtp_server_apply(s, SMTP_SERVER_ON_BDAT_FINE, c->verb, NULL, acts);
    if (size == 0)
        chunk_whole(s, acts);
}

void smtp_server_bdat_refused(struct smtp_server *s, const struct smtp_command *c,
                              const struct smtp_answer *answer, struct smtp_acts *acts)
{
    bool last;
    int64_t size;

    if (!parse(c->argument, &size, &last)) {
        smtp_server_apply(s, SMTP_SERVER_ON_BDAT_BAD, c->verb, NULL, acts);
        return;
    }
    smtp_server_force(s, answer);
    discard(s, size,
            answer->verdict == SMTP_REFUSE ? SMTP_SERVER_ON_BDAT_REFUSED
                                           : SMTP_SERVER_ON_BDAT_DEFERRED,
            acts);
}

size_t smtp_server_chunk_read(struct smtp_server *s, struct text octets, bool copy,
                              struct smtp_acts *acts)
{
    struct smtp_rare *rare = s->rare;

    assert(rare->chunked && rare->left > 0);
    if ((int64_t)octets.size > rare->left)
        octets.size = (size_t)rare->left;
    rare->left -= (int64_t)octets.size;
    if (!rare->discarded)
        smtp_server_data_raw(s, octets, copy, acts);
    if (rare->left == 0)
        chunk_whole(s, acts);
    return octets.size;
}
