/*
 * inspector_words.c - facts in a few words.
 */
#include <stdarg.h>

#include "render/panels/inspector_parts.h"
#include "sim/kernel/clock.h"

#define NONE RECORDING_NONE

static void put_argument(struct buffer *b, char kind, va_list *arguments)
{
    if (kind == 't')
        buffer_put_text(b, va_arg(*arguments, struct text));
    else if (kind == 's')
        buffer_put_string(b, va_arg(*arguments, const char *));
    else if (kind == 'd')
        buffer_put_int(b, va_arg(*arguments, int64_t));
    else
        buffer_put_char(b, kind);
}

struct text pane_say(const struct pane *p, const char *format, ...)
{
    struct buffer b;
    va_list arguments;

    buffer_init(&b, p->memory);
    va_start(arguments, format);
    for (; *format != '\0'; format++)
        if (*format == '%')
            put_argument(&b, *++format, &arguments);
        else
            buffer_put_char(&b, *format);
    va_end(arguments);
    return buffer_text(&b);
}

struct text pane_host(const struct pane *p, uint32_t host)
{
    return host < p->cast->host_count ? p->cast->hosts[host].label : TEXT("nobody known");
}

struct text pane_mail(const struct pane *p, uint32_t mail)
{
    if (mail == NONE)
        return TEXT("?");
    struct text id = p->recording->mails[mail].id, host = id;
    size_t dot = id.size;

    while (dot > 0 && id.at[dot - 1] != '.')
        dot--;
    host.size = dot > 0 ? dot - 1 : 0;
    uint32_t at = cast_host(p->cast, host);
    return at == CAST_NONE ? id : pane_say(p, "%t.%t", pane_host(p, at), text_after(id, dot));
}

bool pane_fresh(const struct pane *p, uint32_t record)
{
    return record != NONE && p->fresh != NONE && record >= p->fresh && record <= p->index;
}

struct text pane_join(const struct pane *p, struct trace_texts t, const char *between)
{
    struct buffer b;

    buffer_init(&b, p->memory);
    for (uint32_t i = 0; i < t.count; i++) {
        buffer_put_string(&b, i > 0 ? between : "");
        buffer_put_text(&b, t.items[i]);
    }
    return buffer_text(&b);
}

/* ---- numbers ------------------------------------------------------------------------------------ */

static struct clock_civil civil(const struct pane *p, int64_t time_ns)
{
    int64_t start = 0;

    if (!clock_parse_utc(p->cast->start, &start))
        start = 0;
    return clock_civil(start + time_ns / CLOCK_SECOND);
}

struct text pane_clock(const struct pane *p, int64_t time_ns)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    struct clock_civil c = civil(p, time_ns), now = civil(p, p->now_ns);
    struct buffer b;

    buffer_init(&b, p->memory);
    if (c.day != now.day || c.month != now.month || c.year != now.year) {
        buffer_put(&b, days + 3 * c.weekday, 3);
        buffer_put_char(&b, ' ');
    }
    buffer_put_padded(&b, c.hour, 2);
    buffer_put_char(&b, ':');
    buffer_put_padded(&b, c.minute, 2);
    if (c.second > 0) {
        buffer_put_char(&b, ':');
        buffer_put_padded(&b, c.second, 2);
    }
    return buffer_text(&b);
}

struct text pane_duration(const struct pane *p, int64_t ns)
{
    struct buffer b;

    buffer_init(&b, p->memory);
    clock_put_duration(&b, ns < CLOCK_SECOND ? ns : ns / CLOCK_SECOND * CLOCK_SECOND);
    return buffer_text(&b);
}

struct text pane_size(const struct pane *p, int64_t octets)
{
    if (octets < 1000)
        return pane_say(p, "%d octets", octets);
    if (octets < 100000)
        return pane_say(p, "%d.%d kB", octets / 1000, octets / 100 % 10);
    if (octets < 1000000)
        return pane_say(p, "%d kB", octets / 1000);
    return pane_say(p, "%d.%d MB", octets / 1000000, octets / 100000 % 10);
}

/* ---- fates -------------------------------------------------------------------------------------- */

int pane_fate_class(const struct fate *f)
{
    if (f->children > 0)
        return 0;
    switch (f->state) {
    case FATE_UNDER_WAY: return (int)(f->code / 100);
    case FATE_WAITS:
    case FATE_HELD: return 4;
    case FATE_DELIVERED: return 2;
    case FATE_FAILED:
    case FATE_BOUNCED:
    case FATE_EXPIRED:
    case FATE_REFUSED:
    case FATE_DISCARDED: return 5;
    case FATE_EXPANDED:
    case FATE_OPEN:
    case FATE_COUNT: break;
    }
    return 0;
}

static struct text under_way(const struct pane *p, const struct fate *f)
{
    if (f->code >= 200 && f->code < 300)
        return pane_say(p, "accepted by %t", pane_host(p, f->asked));
    if (f->code >= 400)
        return pane_say(p, "%s by %t", f->code >= 500 ? "refused" : "put off",
                        pane_host(p, f->asked));
    return pane_say(p, "at %t", pane_host(p, f->host));
}

static struct text failed(const struct pane *p, const struct fate *f, const char *how)
{
    if (f->report != NONE)
        return pane_say(p, "%s: report %t", how, pane_mail(p, f->report));
    if (f->state == FATE_FAILED && f->code >= 500 && f->asked != NONE)
        return pane_say(p, "refused by %t", pane_host(p, f->asked));
    return pane_say(p, "%s at %t", how, pane_host(p, f->host));
}

static struct text waits(const struct pane *p, const struct fate *f)
{
    struct text until = pane_clock(p, f->next_try_ns);

    if (f->copies > 0) /* the reply was lost: the receiver has it, and the sender cannot know */
        return pane_say(p, "delivered; tried again %t", until);
    return pane_say(p, "waits until %t", until);
}

/* An alias or a list: those behind it have fates of their own. */
static struct text stands_for(const struct pane *p, const struct fate *f)
{
    if (text_equal(f->by, TEXT("forward")))
        return TEXT("forwarded to");
    if (text_equal(f->by, TEXT("catch_all")))
        return TEXT("nobody of that name: goes to");
    return pane_say(p, "%t of %d", f->by.size > 0 ? f->by : TEXT("stands for"),
                    (int64_t)f->children);
}

struct text pane_fate_short(const struct pane *p, const struct fate *f)
{
    if (f->children > 0)
        return stands_for(p, f);
    if (f->state == FATE_UNDER_WAY && f->code > 0)
        return pane_say(p, "%d", f->code);
    if (f->state == FATE_UNDER_WAY)
        return TEXT("under way");
    if (f->state == FATE_WAITS)
        return pane_say(p, "%t", pane_clock(p, f->next_try_ns));
    return text_of(fate_words(f->state));
}

struct text pane_fate(const struct pane *p, const struct fate *f)
{
    if (f->children > 0)
        return stands_for(p, f);
    switch (f->state) {
    case FATE_UNDER_WAY: return under_way(p, f);
    case FATE_WAITS: return waits(p, f);
    case FATE_HELD: return pane_say(p, "set aside at %t", pane_host(p, f->host));
    case FATE_EXPANDED: return TEXT("expanded");
    case FATE_DELIVERED:
        if (f->copies > 1)
            return pane_say(p, "delivered %d times, at %t", (int64_t)f->copies,
                            pane_host(p, f->host));
        if (f->mailbox.size > 0 && !text_starts_nocase(f->recipient, f->mailbox))
            return pane_say(p, "delivered to %t at %t", f->mailbox, pane_host(p, f->host));
        return pane_say(p, "delivered at %t", pane_host(p, f->host));
    case FATE_FAILED: return failed(p, f, "failed");
    case FATE_BOUNCED: return failed(p, f, "bounced");
    case FATE_EXPIRED: return failed(p, f, "expired");
    case FATE_REFUSED: return TEXT("refused: its author is told at once");
    case FATE_DISCARDED: return failed(p, f, "discarded");
    case FATE_OPEN: return pane_say(p, "the run ended first, at %t", pane_host(p, f->host));
    case FATE_COUNT: break;
    }
    return TEXT("");
}

uint32_t pane_host_last(const struct pane *p, uint32_t host)
{
    const struct scene *s = p->ui->moment.scene;

    if (host >= p->cast->host_count || p->index == NONE)
        return NONE;
    if (s != NULL && s->index == p->index && host < s->host_count)
        return s->hosts[host].last;
    for (uint32_t i = p->index + 1; i-- > 0;)
        if (p->recording->lines[i].host == host)
            return i;
    return NONE;
}
