#include "render/stage/arrivals.h"

#include <stdio.h>

#include "render/stage/recent.h"
#include "render/stage/ruler.h"

static bool kind_of(unsigned kind, uint8_t *out)
{
    switch (kind) {
    case TRACE_MAIL_COMPOSED: *out = ARRIVAL_COMPOSED; return true;
    case TRACE_MAIL_NDR: *out = ARRIVAL_REPORT; return true;
    case TRACE_MAIL_DELIVERED: *out = ARRIVAL_DELIVERED; return true;
    case TRACE_MAIL_COLLECTED: *out = ARRIVAL_COLLECTED; return true;
    case TRACE_QUEUE_DEFERRED: *out = ARRIVAL_DEFERRED; return true;
    case TRACE_QUEUE_WARNED: *out = ARRIVAL_WARNED; return true;
    case TRACE_QUEUE_BOUNCED: *out = ARRIVAL_BOUNCED; return true;
    case TRACE_QUEUE_EXPIRED: *out = ARRIVAL_EXPIRED; return true;
    case TRACE_MAIL_DISCARDED: *out = ARRIVAL_DISCARDED; return true;
    default: return false;
    }
}

/* A host shows one picture at its queue and one at its mailbox: the latest. */
static bool same_place(const struct arrival *a, const struct arrival *b)
{
    bool boxes = a->kind == ARRIVAL_DELIVERED || a->kind == ARRIVAL_COLLECTED,
         also = b->kind == ARRIVAL_DELIVERED || b->kind == ARRIVAL_COLLECTED;

    return a->host == b->host && boxes == also;
}

uint32_t arrivals_at(const struct ui *ui, struct arrival *out)
{
    uint32_t count = 0;

    for (uint32_t i = recent_first(ui); i != RECORDING_NONE && count < ARRIVALS_SHOWN;
         i = recent_before(ui, i)) {
        const struct recording_line *line = ui_line(ui, i);
        struct arrival a = {.record = i, .host = line->host, .mail = line->mail};
        uint32_t at = 0;

        if (!kind_of((unsigned)line->record->kind, &a.kind) || line->host == RECORDING_NONE)
            continue;
        a.age_ms = recent_age(ui, i);
        a.alpha = recent_alpha(ui, i);
        while (at < count && !same_place(&out[at], &a))
            at++;
        if (at == count && a.alpha > 0)
            out[count++] = a;
    }
    return count;
}

/* ---- words ------------------------------------------------------------------------------------ */

static struct text deferred_words(const struct recording_line *line, char *out)
{
    const struct trace_queue_deferred *d = RECORDING_DATA(line, queue_deferred);
    int64_t wait = d->next_try_ns - line->record->time_ns;
    char in[32];
    struct text time = ruler_time(wait > 0 ? wait : 0, in);

    if (d->code > 0)
        return ui_printed(
            out, snprintf(out, ARRIVAL_WORDS, "%d, again in %.*s", (int)d->code, TEXT_ARG(time)),
            ARRIVAL_WORDS);
    return ui_printed(out, snprintf(out, ARRIVAL_WORDS, "again in %.*s", TEXT_ARG(time)),
                      ARRIVAL_WORDS);
}

struct text arrival_words(const struct ui *ui, const struct arrival *a, char *out)
{
    const struct recording_line *line = ui_line(ui, a->record);

    switch (a->kind) {
    case ARRIVAL_DELIVERED: return RECORDING_DATA(line, mail_delivered)->mailbox;
    case ARRIVAL_COLLECTED: return TEXT("collected");
    case ARRIVAL_REPORT:
        return ui_printed(out,
                          snprintf(out, ARRIVAL_WORDS, "written by %.*s",
                                   TEXT_ARG(ui->moment.cast->hosts[a->host].label)),
                          ARRIVAL_WORDS);
    case ARRIVAL_DEFERRED: return deferred_words(line, out);
    case ARRIVAL_WARNED: return TEXT("sender told: late");
    case ARRIVAL_BOUNCED: {
        const struct trace_queue_bounced *d = RECORDING_DATA(line, queue_bounced);
        struct text status = d->enhanced.size > 0 ? d->enhanced : d->status;
        return d->code > 0
                   ? ui_printed(out,
                                snprintf(out, ARRIVAL_WORDS, "failed: %d %.*s", (int)d->code,
                                         TEXT_ARG(status)),
                                ARRIVAL_WORDS)
                   : ui_printed(out, snprintf(out, ARRIVAL_WORDS, "failed: %.*s", TEXT_ARG(status)),
                                ARRIVAL_WORDS);
    }
    case ARRIVAL_EXPIRED: return TEXT("failed: too late");
    case ARRIVAL_DISCARDED: return RECORDING_DATA(line, mail_discarded)->reason;
    case ARRIVAL_COMPOSED:
    default: return TEXT("");
    }
}
