#include "render/stage/ruler.h"

#include <stdio.h>

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define HOUR_NS   (60 * MINUTE_NS)
#define DAY_NS    (24 * HOUR_NS)

/* ---- ticks ------------------------------------------------------------------------------------ */

static struct ruler_tick *new_tick(struct ruler *r, uint32_t record, int64_t time_ns,
                                   enum ruler_kind kind)
{
    if (r->count == RULER_TICKS) {
        memmove(r->ticks, r->ticks + 1, sizeof r->ticks - sizeof r->ticks[0]);
        r->count--;
    }
    r->ticks[r->count] =
        (struct ruler_tick){.record = record, .time_ns = time_ns, .kind = (uint8_t)kind};
    return &r->ticks[r->count++];
}

static struct ruler_tick *last_of(struct ruler *r, enum ruler_kind kind)
{
    for (uint32_t i = r->count; i > 0; i--)
        if (r->ticks[i - 1].kind == kind)
            return &r->ticks[i - 1];
    return NULL;
}

/* Tries of the same instant, to several domains, are one tick. */
static void add_try(struct ruler *r, uint32_t record, int64_t time_ns)
{
    struct ruler_tick *last = last_of(r, RULER_TRY);

    r->next_ns = -1;
    if (last && last->time_ns == time_ns)
        return;
    new_tick(r, record, time_ns, RULER_TRY);
    r->tries++;
}

static void answer_try(struct ruler *r, int64_t code)
{
    struct ruler_tick *last = last_of(r, RULER_TRY);

    if (last && (!last->answered || code > last->code)) {
        last->answered = true;
        last->code = code;
    }
}

static void add_once(struct ruler *r, uint32_t record, int64_t time_ns, enum ruler_kind kind)
{
    struct ruler_tick *last = last_of(r, kind);

    if (!last || last->time_ns != time_ns)
        new_tick(r, record, time_ns, kind);
}

static void take(struct ruler *r, const struct recording_line *line, uint32_t record)
{
    int64_t time_ns = line->record->time_ns;

    switch ((unsigned)line->record->kind) {
    case TRACE_QUEUE_ATTEMPT: add_try(r, record, time_ns); break;
    case TRACE_QUEUE_DEFERRED: {
        const struct trace_queue_deferred *d = RECORDING_DATA(line, queue_deferred);
        answer_try(r, d->code);
        if (r->next_ns < 0 || d->next_try_ns < r->next_ns)
            r->next_ns = d->next_try_ns;
        break;
    }
    case TRACE_QUEUE_WARNED: add_once(r, record, time_ns, RULER_WARNED); break;
    case TRACE_QUEUE_EXPIRED: add_once(r, record, time_ns, RULER_EXPIRED); break;
    case TRACE_QUEUE_BOUNCED:
        answer_try(r, RECORDING_DATA(line, queue_bounced)->code);
        add_once(r, record, time_ns, RULER_BOUNCED);
        break;
    case TRACE_MAIL_RELAYED:
        answer_try(r, RECORDING_DATA(line, mail_relayed)->code);
        add_once(r, record, time_ns, RULER_TAKEN);
        break;
    case TRACE_MAIL_DELIVERED: add_once(r, record, time_ns, RULER_TAKEN); break;
    case TRACE_QUEUE_REMOVED:
        r->over = true;
        r->next_ns = -1;
        break;
    default: break;
    }
}

/* ---- the ruler -------------------------------------------------------------------------------- */

/* The last record up to now in which the mail was deferred, or NONE. */
static uint32_t last_deferral(const struct ui *ui, uint32_t mail, uint32_t *entered)
{
    const struct moment *m = &ui->moment;
    uint32_t found = RECORDING_NONE;

    for (uint32_t i = m->recording->mails[mail].first;
         i != RECORDING_NONE && i <= m->place.index && !ui_veiled(ui, i);
         i = ui_line(ui, i)->mail_after)
        if (ui_line(ui, i)->record->kind == TRACE_QUEUE_DEFERRED)
            found = i;
    *entered = found;
    for (uint32_t i = found; i != RECORDING_NONE; i = ui_line(ui, i)->mail_before)
        if (ui_line(ui, i)->host == ui_line(ui, found)->host &&
            ui_line(ui, i)->record->kind == TRACE_QUEUE_ENTERED) {
            *entered = i;
            break;
        }
    return found;
}

static void set_end(struct ruler *r)
{
    int64_t last = r->now_ns > r->next_ns ? r->now_ns : r->next_ns;

    if (r->over && r->count > 0)
        last = r->ticks[r->count - 1].time_ns;
    int64_t length = last - r->start_ns;
    if (length < MINUTE_NS)
        length = MINUTE_NS;
    r->end_ns = r->start_ns + length;
}

bool ruler_at(const struct ui *ui, struct ruler *out)
{
    const struct moment *m = &ui->moment;
    uint32_t mail = ui_mail(ui), entered;

    if (mail == RECORDING_NONE || m->place.index == RECORDING_NONE)
        return false;
    uint32_t deferred = last_deferral(ui, mail, &entered);
    if (deferred == RECORDING_NONE)
        return false;
    *out = (struct ruler){.host = ui_line(ui, deferred)->host, .mail = mail, .next_ns = -1};
    out->start_ns = ui_line(ui, entered)->record->time_ns;
    out->now_ns = m->place.now_ns;
    for (uint32_t i = entered; i != RECORDING_NONE && i <= m->place.index && !ui_veiled(ui, i);
         i = ui_line(ui, i)->mail_after)
        if (ui_line(ui, i)->host == out->host && !out->over)
            take(out, ui_line(ui, i), i);
    set_end(out);
    return true;
}

int64_t ruler_step(const struct ruler *r, int marks)
{
    static const int64_t steps[] = {
        10 * SECOND_NS, 30 * SECOND_NS, MINUTE_NS,  2 * MINUTE_NS, 5 * MINUTE_NS, 10 * MINUTE_NS,
        15 * MINUTE_NS, 30 * MINUTE_NS, HOUR_NS,    2 * HOUR_NS,   4 * HOUR_NS,   6 * HOUR_NS,
        12 * HOUR_NS,   DAY_NS,         2 * DAY_NS, 5 * DAY_NS,    10 * DAY_NS,   30 * DAY_NS,
    };
    int64_t length = r->end_ns - r->start_ns;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (length / steps[i] <= marks)
            return steps[i];
    return 365 * DAY_NS;
}

struct text ruler_time(int64_t length_ns, char out[32])
{
    static const struct {
        int64_t unit;
        const char *name;
    } units[] = {{DAY_NS, "d"}, {HOUR_NS, "h"}, {MINUTE_NS, "min"}, {SECOND_NS, "s"}};
    size_t i = 0, last = sizeof units / sizeof units[0] - 1;
    int size;

    for (int round = 0; round < 2; round++) { /* half of the smaller unit may make a larger one */
        for (i = 0; i < last && length_ns < units[i].unit; i++)
            continue;
        int64_t least = units[i < last ? i + 1 : i].unit;
        length_ns = (length_ns + least / 2) / least * least;
    }
    int64_t n = length_ns / units[i].unit, rest = length_ns % units[i].unit;
    size = snprintf(out, 32, "%lld %s", (long long)n, units[i].name);
    if (i < last && rest >= units[i + 1].unit)
        size += snprintf(out + size, 32U - (size_t)size, " %lld %s",
                         (long long)(rest / units[i + 1].unit), units[i + 1].name);
    return text_from(out, (size_t)size);
}
