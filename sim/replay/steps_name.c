/*
 * steps_name.c - what a chapter is called.
 *
 * A chapter of a kind that was there before gets a number, and what a stranger wrote is counted by its
 * letters: "Letter 5" is followed by "Letter 5, part 2" when its server tries again.  Numbers look only
 * back: a name neither tells what comes nor changes as a trace grows.
 */
#include "sim/replay/steps_parts.h"

#define NONE RECORDING_NONE

/* 1, 2, 3, ... of the letters that strangers have written up to that record; 0: it is not one. */
static uint32_t letter_number(const struct recording *r, uint32_t mail, uint32_t record)
{
    uint32_t number = 0;

    if (!steps_is_abuse(r, mail, record))
        return 0;
    for (uint32_t i = 0; i <= mail; i++)
        number += steps_is_abuse(r, i, record);
    return number;
}

static uint32_t first_record(const struct steps *s, uint32_t chapter)
{
    return s->items[s->chapters[chapter].first_step].record;
}

/* Of the same kind, and of letters of the same one, up to this chapter. */
static uint32_t ordinal(const struct steps *s, uint32_t chapter, bool letter)
{
    const struct chapter *c = &s->chapters[chapter];
    uint32_t n = 1;

    for (uint32_t i = 0; i < chapter; i++)
        n += s->chapters[i].kind == c->kind &&
             (letter ? s->chapters[i].mail == c->mail
                     : c->kind != CHAPTER_ABUSE || letter_number(s->recording, s->chapters[i].mail,
                                                                 first_record(s, i)) == 0);
    return n;
}

/* A dialogue is about the host that is spoken to, all else about where it happens. */
static uint32_t host_of(const struct steps *s, uint32_t chapter)
{
    const struct step *first = &s->items[s->chapters[chapter].first_step];

    switch (s->chapters[chapter].kind) {
    case CHAPTER_CONNECT:
    case CHAPTER_SEAL:
    case CHAPTER_ENVELOPE:
    case CHAPTER_DATA:
    case CHAPTER_RELAY:
        return first->conn != NONE ? s->recording->conns[first->conn].server : first->host;
    case CHAPTER_SUBMIT:
    case CHAPTER_LOOKUP:
    case CHAPTER_WAIT:
    case CHAPTER_DELIVER:
    case CHAPTER_REPORT:
    case CHAPTER_COLLECT:
    case CHAPTER_ABUSE:
    case CHAPTER_OTHER:
    case CHAPTER_COUNT:
    default: return first->host;
    }
}

void steps_put_name(struct buffer *out, const struct steps *s, uint32_t chapter, bool host)
{
    const struct chapter *c = &s->chapters[chapter];
    uint32_t letter = c->kind == CHAPTER_ABUSE
                          ? letter_number(s->recording, c->mail, first_record(s, chapter))
                          : 0;
    uint32_t n = ordinal(s, chapter, letter > 0), at = host_of(s, chapter);

    if (letter > 0) {
        buffer_put_string(out, "Letter ");
        buffer_put_int(out, letter);
    } else {
        buffer_put_string(out, c->kind == CHAPTER_OTHER && chapter == 0 ? "Before"
                                                                        : chapter_name(c->kind));
    }
    if (n > 1) {
        buffer_put_string(out, letter > 0 ? ", part " : " ");
        buffer_put_int(out, n);
    }
    if (host && at != NONE) {
        buffer_put_string(out, ": ");
        buffer_put_text(out, s->recording->cast->hosts[at].label);
    }
}
