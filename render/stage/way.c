#include "render/stage/way.h"

uint32_t way_hops(const struct ui *ui, uint32_t mail, struct way_hop *out, uint32_t room)
{
    const struct moment *m = &ui->moment;
    uint32_t count = 0, i;

    for (i = m->recording->mails[mail].first; ui_known(ui, i) && count < room;
         i = ui_line(ui, i)->mail_after) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->record->kind != TRACE_MAIL_RELAYED)
            continue;
        uint32_t to = cast_host(m->cast, RECORDING_DATA(line, mail_relayed)->next_hop), j = 0;
        while (j < count && (out[j].from != line->host || out[j].to != to))
            j++;
        if (j == count && to != CAST_NONE && line->host != RECORDING_NONE)
            out[count++] = (struct way_hop){.from = line->host, .to = to, .record = i};
    }
    return count;
}

/* Where and for whom the original failed: its last queue.bounced or queue.expired before the report. */
static void find_failure(const struct ui *ui, struct way *w, uint32_t report)
{
    uint32_t i = ui->moment.recording->mails[w->about].first;

    for (; ui_known(ui, i) && i <= report; i = ui_line(ui, i)->mail_after) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->record->kind == TRACE_QUEUE_BOUNCED) {
            const struct trace_queue_bounced *d = RECORDING_DATA(line, queue_bounced);
            w->recipient = d->recipient;
            w->failed = d->remote.size > 0 ? cast_host(ui->moment.cast, d->remote) : CAST_NONE;
        } else if (line->record->kind == TRACE_QUEUE_EXPIRED) {
            w->recipient = RECORDING_DATA(line, queue_expired)->recipient; /* last asked: above */
        } else if (line->record->kind == TRACE_QUEUE_DEFERRED && w->recipient.size == 0) {
            const struct trace_queue_deferred *d = RECORDING_DATA(line, queue_deferred);
            w->failed = d->remote.size > 0 ? cast_host(ui->moment.cast, d->remote) : CAST_NONE;
        }
    }
}

bool way_at(const struct ui *ui, struct way *out)
{
    const struct recording *r = ui->moment.recording;
    uint32_t mail = ui_mail(ui);

    if (mail == RECORDING_NONE || !ui_known(ui, r->mails[mail].ndr) ||
        r->mails[mail].about == RECORDING_NONE)
        return false;
    *out = (struct way){.mail = mail, .about = r->mails[mail].about, .failed = RECORDING_NONE};
    out->writer = ui_line(ui, r->mails[mail].ndr)->host;
    const struct trace_mail_ndr *d = RECORDING_DATA(ui_line(ui, r->mails[mail].ndr), mail_ndr);
    out->class = text_equal(d->action, TEXT("failed"))    ? 5
                 : text_equal(d->action, TEXT("delayed")) ? 4
                                                          : 2;
    find_failure(ui, out, r->mails[mail].ndr);
    if (d->recipients.count > 0)
        out->recipient = d->recipients.items[0];
    out->out_count = way_hops(ui, out->about, out->out, WAY_HOPS);
    out->back_count = way_hops(ui, mail, out->back, WAY_HOPS);
    return true;
}
