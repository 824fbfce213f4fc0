#include "render/stage/duty.h"

#include <stdio.h>

#include "render/stage/recent.h"
#include "sim/kernel/table.h"

static uint32_t find_host(const struct duty_holder *holders, uint32_t count, uint32_t host)
{
    for (uint32_t i = 0; i < count; i++)
        if (holders[i].host == host)
            return i;
    return count;
}

/* Who has just passed it on to that host, while that is recent: the baton flies. */
static void find_passing(const struct ui *ui, uint32_t mail, struct duty_holder *h)
{
    struct text name = ui->moment.cast->hosts[h->host].name;

    h->from = h->passed = RECORDING_NONE;
    for (uint32_t i = recent_first(ui); i != RECORDING_NONE; i = recent_before(ui, i)) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->mail != mail || line->record->kind != TRACE_CUSTODY_CLOSED)
            continue;
        const struct trace_custody_closed *d = RECORDING_DATA(line, custody_closed);
        if (!text_equal(d->how, TEXT("passed_on")) || !text_equal_nocase(d->to, name))
            continue;
        h->from = line->host;
        h->passed = i;
        return;
    }
}

static uint32_t put_holder(struct duty_holder *out, uint32_t count, uint32_t room, uint32_t host)
{
    if (find_host(out, count, host) < count || count == room)
        return count;
    out[count] = (struct duty_holder){.host = host, .opened = RECORDING_NONE};
    return count + 1;
}

/* ---- in doubt --------------------------------------------------------------------------------- */

/* Both may have to answer for it: the one who gave it has not read the reply (RFC 5321 4.2.5, 6.1). */
static uint32_t put_doubt(struct duty_holder *out, uint32_t count, uint32_t room, uint32_t giver,
                          uint32_t taker)
{
    uint32_t from = find_host(out, count, giver);

    if (from == count || taker == RECORDING_NONE || giver == taker)
        return count;
    count = put_holder(out, count, room, taker);
    uint32_t to = find_host(out, count, taker);
    if (to == count)
        return count;
    out[from].doubt = out[to].doubt = true;
    out[to].taker = true;
    return count;
}

/* Who took over what its giver has not closed, whatever became of it there: a mailbox may have it at
 * once, and still the giver will send it again if the reply is lost. */
static uint32_t put_taken(const struct ui *ui, uint32_t mail, struct duty_holder *out,
                          uint32_t count, uint32_t room)
{
    const struct scene *s = ui->moment.scene;
    struct table open;

    table_init(&open, ui->moment.recording->memory, false);
    for (uint32_t i = 0; i < s->duty_count; i++)
        if (s->duties[i].mail == mail && s->duties[i].host != RECORDING_NONE)
            table_set(&open,
                      RECORDING_DATA(ui_line(ui, s->duties[i].opened), custody_opened)->custody,
                      s->duties[i].host);
    for (uint32_t i = ui->moment.recording->mails[mail].first; open.used > 0 && ui_known(ui, i);
         i = ui_line(ui, i)->mail_after) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->record->kind != TRACE_CUSTODY_OPENED)
            continue;
        uint32_t giver = table_get(&open, RECORDING_DATA(line, custody_opened)->parent);
        if (giver != TABLE_NONE)
            count = put_doubt(out, count, room, giver, line->host);
    }
    table_free(&open);
    return count;
}

/* The server has read the final dot, and has not refused: from there to the reply nobody knows. */
static bool awaits_reply(const struct ui *ui, const struct scene_conn *conn)
{
    enum { LOOK = 64 };
    uint32_t i = conn->last;

    for (int look = LOOK; look > 0 && ui_known(ui, i); look--) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->record->kind == TRACE_SMTP_DATA)
            return !line->leaves;
        if (line->record->kind == TRACE_SMTP_REPLY) {
            const struct trace_smtp_reply *d = RECORDING_DATA(line, smtp_reply);
            if (text_equal(d->to, TEXT("message")))
                return line->leaves && d->code / 100 == 2;
        }
        i = line->conn_before;
    }
    return false;
}

static uint32_t put_awaited(const struct ui *ui, uint32_t mail, struct duty_holder *out,
                            uint32_t count, uint32_t room)
{
    const struct scene *s = ui->moment.scene;

    for (uint32_t i = 0; i < s->conn_count; i++) {
        const struct recording_conn *conn = &ui->moment.recording->conns[s->conns[i].conn];

        if (s->conns[i].mail == mail && !conn->pop3 && awaits_reply(ui, &s->conns[i]))
            count = put_doubt(out, count, room, conn->client, conn->server);
    }
    return count;
}

/* ---- who -------------------------------------------------------------------------------------- */

uint32_t duty_holders(const struct ui *ui, uint32_t mail, struct duty_holder *out, uint32_t room)
{
    const struct scene *s = ui->moment.scene;
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->duty_count; i++) {
        const struct scene_duty *d = &s->duties[i];

        /* A trace may name hosts that its scenario does not have: they stand nowhere. */
        if (d->mail != mail || d->host == RECORDING_NONE || ui_veiled(ui, d->opened))
            continue;
        count = put_holder(out, count, room, d->host);
        uint32_t at = find_host(out, count, d->host);
        if (at == count)
            continue;
        out[at].recipients++;
        out[at].opened = d->opened;
    }
    if (count > 0)
        count = put_taken(ui, mail, out, count, room);
    if (count > 0)
        count = put_awaited(ui, mail, out, count, room);
    for (uint32_t i = 0; i < count; i++)
        find_passing(ui, mail, &out[i]);
    return count;
}

/* ---- the strip -------------------------------------------------------------------------------- */

static enum duty_end end_of(struct text how)
{
    static const struct {
        struct text how;
        enum duty_end end;
    } ends[] = {
        {TEXT_INIT("passed_on"), DUTY_PASSED},    {TEXT_INIT("expanded"), DUTY_PASSED},
        {TEXT_INIT("delivered"), DUTY_DELIVERED}, {TEXT_INIT("bounced"), DUTY_BOUNCED},
        {TEXT_INIT("expired"), DUTY_BOUNCED},     {TEXT_INIT("discarded"), DUTY_DISCARDED},
    };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (text_equal(ends[i].how, how))
            return ends[i].end;
    return DUTY_HELD;
}

static struct duty_stop *stop_of(struct duty_stop *stops, uint32_t count, uint32_t host)
{
    for (uint32_t i = count; i > 0; i--)
        if (stops[i - 1].host == host)
            return &stops[i - 1];
    return NULL;
}

/* Several custodies of one host that follow each other are one stop; a host that gets the mail again
 * after others had it is another. */
static uint32_t open_stop(struct duty_stop *stops, uint32_t count, uint32_t room, uint32_t *skipped,
                          uint32_t host, uint32_t record)
{
    struct duty_stop *same = stop_of(stops, count, host);

    if (same && (same->closed == RECORDING_NONE || same == &stops[count - 1]))
        return count;
    if (count == room) {
        memmove(stops, stops + 1, (count - 1) * sizeof stops[0]);
        count--;
        ++*skipped;
    }
    stops[count] = (struct duty_stop){
        .host = host, .opened = record, .closed = RECORDING_NONE, .mailbox = RECORDING_NONE};
    return count + 1;
}

/* What most deserves to be said of a host that ended several custodies: a failure, then a delivery. */
static void close_stop(const struct ui *ui, struct duty_stop *stop, uint32_t record)
{
    const struct trace_custody_closed *d = RECORDING_DATA(ui_line(ui, record), custody_closed);
    enum duty_end end = end_of(d->how);

    stop->closed = record;
    if (end > stop->end)
        stop->end = (uint8_t)end;
    if (end != DUTY_DELIVERED)
        return;
    if (stop->delivered++ == 0)
        stop->mailbox = record;
    else if (!text_equal(RECORDING_DATA(ui_line(ui, stop->mailbox), custody_closed)->to, d->to))
        stop->mailboxes = true;
}

uint32_t duty_stops(const struct ui *ui, uint32_t mail, struct duty_stop *out, uint32_t room,
                    uint32_t *skipped)
{
    const struct moment *m = &ui->moment;
    struct duty_holder holders[DUTY_HOLDERS];
    uint32_t count = 0, i;

    *skipped = 0;
    if (mail == RECORDING_NONE || m->place.index == RECORDING_NONE)
        return 0;
    for (i = m->recording->mails[mail].first;
         i != RECORDING_NONE && i <= m->place.index && !ui_veiled(ui, i);
         i = ui_line(ui, i)->mail_after) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->host == RECORDING_NONE)
            continue;
        if (line->record->kind == TRACE_CUSTODY_OPENED) {
            count = open_stop(out, count, room, skipped, line->host, i);
        } else if (line->record->kind == TRACE_CUSTODY_CLOSED) {
            struct duty_stop *stop = stop_of(out, count, line->host);
            if (stop)
                close_stop(ui, stop, i);
        }
    }
    uint32_t held = duty_holders(ui, mail, holders, DUTY_HOLDERS);
    for (i = 0; i < held; i++) {
        struct duty_stop *stop = stop_of(out, count, holders[i].host);
        if (!stop)
            continue;
        stop->now = holders[i].recipients > 0 || holders[i].doubt;
        stop->doubt = holders[i].doubt;
        stop->taker = holders[i].taker;
    }
    return count;
}

/* ---- words ------------------------------------------------------------------------------------ */

struct text duty_end_words(const struct ui *ui, const struct duty_stop *stop, char *out)
{
    if (stop->end == DUTY_BOUNCED)
        return TEXT("failed");
    if (stop->end == DUTY_DISCARDED)
        return TEXT("thrown away");
    if (stop->delivered == 0)
        return TEXT("");
    if (stop->mailboxes)
        return ui_printed(out, snprintf(out, DUTY_WORDS, "%u mailboxes", stop->delivered),
                          DUTY_WORDS);
    struct text to = RECORDING_DATA(ui_line(ui, stop->mailbox), custody_closed)->to;
    if (stop->delivered > 2)
        return ui_printed(
            out, snprintf(out, DUTY_WORDS, "mailbox %.*s, %u times", TEXT_ARG(to), stop->delivered),
            DUTY_WORDS);
    return ui_printed(out,
                      snprintf(out, DUTY_WORDS, "mailbox %.*s%s", TEXT_ARG(to),
                               stop->delivered == 2 ? ", twice" : ""),
                      DUTY_WORDS);
}

struct text duty_words(const struct ui *ui, const struct duty_holder *h, uint32_t holders,
                       char *out)
{
    struct text label = ui->moment.cast->hosts[h->host].label;
    int size;

    if (h->doubt)
        return TEXT("in doubt");
    if (holders == 1) {
        size = snprintf(out, DUTY_WORDS, "has it: %.*s", TEXT_ARG(label));
    } else if (h->recipients == 1) {
        struct text to = RECORDING_DATA(ui_line(ui, h->opened), custody_opened)->recipient;
        size_t at = text_find(to, '@');
        size = snprintf(out, DUTY_WORDS, "has it for %.*s", (int)at, to.at);
    } else {
        size = snprintf(out, DUTY_WORDS, "has it for %u", h->recipients);
    }
    return ui_printed(out, size, DUTY_WORDS);
}
