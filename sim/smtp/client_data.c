/*
 * client_data.c - the message on its way out: dots added, every line ended with CRLF (RFC 5321
 * 4.1.1.4, 4.5.2).
 *
 * Whole runs of octets are sent as they lie; only a dot at the beginning of a line, and a CR or LF
 * that stands alone, break a run.  Those two must not go out (2.3.8), so each becomes CRLF; the
 * dot behind it then begins a line, and is doubled as any other.  With the option bare_lf they go out
 * as they are, as from a server that takes them for text; by BDAT everything does.
 */
#include "sim/smtp/client_parts.h"

#include <assert.h>

enum scan { LINE, INSIDE, CR };

void smtp_client_data_begin(struct smtp_client *c)
{
    c->scan = LINE;
    c->octets = c->lines = c->dots = 0;
}

static void send(struct text octets, struct smtp_acts *acts)
{
    if (octets.size > 0)
        smtp_acts_add(acts, SMTP_ACT_SEND)->send = octets;
}

/* The first CR or LF from `at` on. */
static size_t find_break(struct text octets, size_t at)
{
    struct text rest = text_after(octets, at);
    size_t lf = text_find(rest, '\n');

    return at + text_find(text_from(rest.at, lf), '\r');
}

static void end_line(struct smtp_client *c)
{
    c->lines++;
    c->scan = LINE;
}

static void put_octets(struct smtp_client *c, struct text octets, struct smtp_acts *acts)
{
    size_t run = 0, at = 0; /* from run to at: octets that go out as they are */

    while (at < octets.size) {
        char o = octets.at[at];

        if (c->scan == CR) { /* it ended the octets before these, and was not sent yet */
            send(TEXT("\r\n"), acts);
            c->octets += 2;
            if (o == '\n')
                at++;
            run = at;
            end_line(c);
        } else if (c->scan == LINE && o == '.') {
            send(text_from(octets.at + run, at - run), acts);
            send(TEXT("."), acts);
            c->dots++;
            run = at++;
            c->octets++;
            c->scan = INSIDE;
        } else {
            size_t stop = find_break(octets, at);

            c->octets += (int64_t)(stop - at);
            if (stop > at)
                c->scan = INSIDE;
            at = stop;
            if (at == octets.size)
                break;
            if (octets.at[at] == '\r' && at + 1 < octets.size && octets.at[at + 1] == '\n') {
                at += 2;
                c->octets += 2;
                end_line(c);
            } else if (octets.at[at] == '\r' && at + 1 == octets.size) {
                send(text_from(octets.at + run, at - run), acts);
                run = ++at;
                c->scan = CR;
            } else {
                send(text_from(octets.at + run, at - run), acts);
                send(TEXT("\r\n"), acts);
                run = ++at;
                c->octets += 2;
                end_line(c);
            }
        }
    }
    send(text_from(octets.at + run, at - run), acts);
}

/* By BDAT octets are what they are. */
static void put_chunk(struct smtp_client *c, struct text octets, struct smtp_acts *acts)
{
    if (octets.size == 0)
        return;
    c->lines += smtp_count_lines(octets, c->scan == CR);
    c->scan = octets.at[octets.size - 1] == '\r' ? CR : INSIDE;
    c->octets += (int64_t)octets.size;
    send(octets, acts);
}

/* Only CRLF ends a line, and only dots behind it are doubled. */
static void put_as_they_are(struct smtp_client *c, struct text octets, struct smtp_acts *acts)
{
    size_t run = 0;

    for (size_t at = 0; at < octets.size; at++) {
        char o = octets.at[at];

        if (c->scan == LINE && o == '.') {
            send(text_from(octets.at + run, at - run), acts);
            send(TEXT("."), acts);
            c->dots++;
            run = at;
        }
        if (o == '\n' && c->scan == CR)
            end_line(c);
        else
            c->scan = o == '\r' ? CR : INSIDE;
    }
    c->octets += (int64_t)octets.size;
    send(text_from(octets.at + run, octets.size - run), acts);
}

/* The last line's CRLF if it is missing, and the dot. */
static void put_end(struct smtp_client *c, struct smtp_acts *acts)
{
    if (c->scan != LINE) {
        send(TEXT("\r\n"), acts);
        c->octets += 2;
        end_line(c);
    }
    send(TEXT(".\r\n"), acts);
}

void smtp_client_data_put(struct smtp_client *c, struct text octets, bool last,
                          struct smtp_acts *acts)
{
    if (c->chunk)
        put_chunk(c, octets, acts);
    else if (c->options->bare_lf || c->mail->bare_lf)
        put_as_they_are(c, octets, acts);
    else
        put_octets(c, octets, acts);
    if (!last)
        return;
    if (!c->chunk)
        put_end(c, acts);
    assert(!c->chunk || c->octets == c->mail->size); /* as many as BDAT announced */

    struct smtp_act *act = smtp_acts_add(acts, SMTP_ACT_MESSAGE_END);

    act->message_end.octets = c->octets;
    act->message_end.lines = c->lines;
    act->message_end.dots = c->dots;
}
