/*
 * server_data.c - the message on its way in: dots removed, the end found (RFC 5321 4.1.1.4, 4.5.2).
 *
 *   LINE --"."--> DOT --CR--> DOT_CR --LF--> the end
 *     |             \ anything else: the dot goes, the rest is text
 *     +--else--> TEXT --CR--> CR --LF--> LINE
 *
 * Only CR LF makes a line.  A bare CR or LF is an octet like any other: it ends no line, so no dot
 * behind it can end the message (2.3.8; "smuggled" mail lives on servers that see it otherwise).
 * Lines may be of any length; 4.5.3.1.6 sets only what must be taken.  With the option bare_lf a bare
 * LF ends a line too: that is how such servers see it.
 */
#include "sim/smtp/server_parts.h"

#include <assert.h>

enum scan { LINE, DOT, DOT_CR, TEXT_OCTETS, CR };

void smtp_server_data_begin(struct smtp_server *s)
{
    s->scan = LINE;
    s->octets = s->lines = s->dots = 0;
    s->too_big = false;
}

/* The next octets of the message; beyond the limit they are only counted. */
static void give(struct smtp_server *s, struct text octets, bool copy, struct smtp_acts *acts)
{
    int64_t limit = s->options->size_limit;

    s->octets += (int64_t)octets.size;
    if (limit > 0 && s->octets > limit) {
        int64_t over = s->octets - limit;

        octets.size -= over < (int64_t)octets.size ? (size_t)over : octets.size;
        s->too_big = true;
    }
    if (octets.size > 0)
        smtp_acts_add(acts, SMTP_ACT_DATA)->data = copy ? smtp_acts_copy(acts, octets) : octets;
}

/* Inside a line: moves behind its end, or behind what is there.  Returns where. */
static size_t skip_line(struct smtp_server *s, struct text octets, size_t at)
{
    while (at < octets.size) {
        size_t lf = at + text_find(text_after(octets, at), '\n');
        bool after_cr = lf > at ? octets.at[lf - 1] == '\r' : s->scan == CR;

        if (lf == octets.size) {
            s->scan = octets.at[lf - 1] == '\r' ? CR : TEXT_OCTETS;
            return lf;
        }
        at = lf + 1;
        s->scan = TEXT_OCTETS;
        if (after_cr || s->options->bare_lf) {
            s->scan = LINE;
            s->lines++;
            break;
        }
    }
    return at;
}

size_t smtp_server_data_read(struct smtp_server *s, struct text octets, bool copy, bool *end,
                             struct smtp_acts *acts)
{
    size_t run = 0, at = 0; /* from run to at: octets of the message, not given yet */

    *end = false;
    while (at < octets.size && !*end) {
        char c = octets.at[at];

        switch ((enum scan)s->scan) {
        case LINE:
            if (c == '.') {
                give(s, text_from(octets.at + run, at - run), copy, acts);
                run = ++at;
                s->scan = DOT;
            } else {
                s->scan = TEXT_OCTETS;
            }
            break;
        case DOT:
            if (c == '\r') {
                run = ++at;
                s->scan = DOT_CR;
            } else if (c == '\n' && s->options->bare_lf) {
                run = ++at;
                *end = true;
            } else {
                s->dots++;
                s->scan = TEXT_OCTETS;
            }
            break;
        case DOT_CR:
            if (c == '\n') {
                run = ++at;
                *end = true;
            } else { /* a dot and a bare CR: the CR was not given yet */
                s->dots++;
                give(s, TEXT("\r"), false, acts);
                s->scan = CR;
            }
            break;
        case TEXT_OCTETS:
        case CR: at = skip_line(s, octets, at); break;
        }
    }
    give(s, text_from(octets.at + run, at - run), copy, acts);
    return at;
}

void smtp_server_data_raw(struct smtp_server *s, struct text octets, bool copy,
                          struct smtp_acts *acts)
{
    if (octets.size == 0)
        return;
    s->lines += smtp_count_lines(octets, s->scan == CR);
    s->scan = octets.at[octets.size - 1] == '\r' ? CR : TEXT_OCTETS;
    give(s, octets, copy, acts);
}
