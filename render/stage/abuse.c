#include "render/stage/abuse.h"

#include <stdio.h>

#include "render/stage/flights.h"
#include "sim/replay/holdings.h"

enum { LIST_LOOK = 20000 };

/* ---- one in, many out ------------------------------------------------------------------------- */

static void count_out(struct abuse *a, uint32_t to, uint32_t recipients)
{
    a->out += recipients;
    for (uint32_t i = 0; i < a->way_count; i++)
        if (a->ways[i].to == to) {
            a->ways[i].recipients += recipients;
            return;
        }
    if (a->way_count < ABUSE_WAYS) {
        a->ways[a->way_count].to = to;
        a->ways[a->way_count++].recipients = recipients;
    }
}

bool abuse_at(const struct ui *ui, struct abuse *out)
{
    const struct moment *m = &ui->moment;
    uint32_t mail = ui_mail(ui);

    if (!mail_is_spam(ui, mail))
        return false;
    *out = (struct abuse){.host = RECORDING_NONE, .mail = mail};
    for (uint32_t i = m->recording->mails[mail].first; ui_known(ui, i);
         i = ui_line(ui, i)->mail_after) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->record->kind == TRACE_MAIL_ACCEPTED && out->host == RECORDING_NONE) {
            out->host = line->host;
            out->from = line->other;
            out->recipients = RECORDING_DATA(line, mail_accepted)->recipients.count;
        } else if (line->record->kind == TRACE_MAIL_RELAYED && line->host == out->host) {
            uint32_t to = cast_host(m->cast, RECORDING_DATA(line, mail_relayed)->next_hop);
            if (to != CAST_NONE)
                count_out(out, to, 1);
        }
    }
    return out->host != RECORDING_NONE && out->from != RECORDING_NONE && out->recipients > 1;
}

/* ---- the queue behind it ---------------------------------------------------------------------- */

bool abuse_bar_at(const struct ui *ui, uint32_t host, struct abuse_bar *out)
{
    const struct recording *r = ui->moment.recording;
    uint32_t entries[ABUSE_BAR], spam = 0;
    uint32_t count = holdings_queue(r, host, ui->moment.scene->index, entries, ABUSE_BAR);

    *out = (struct abuse_bar){.count = count, .first = RECORDING_NONE};
    for (uint32_t i = 0; i < count; i++) {
        bool is = mail_is_spam(ui, r->entries[entries[i]].mail);

        out->spam[i] = is;
        if (is) {
            spam++;
        } else if (out->honest++ == 0) {
            out->behind = spam;
            out->first = r->entries[entries[i]].mail;
        }
    }
    return count > 1 && spam > 0;
}

/* A plate is no place for a longer name. */
enum { PERSON_MAX = 24 };

struct text abuse_bar_words(const struct ui *ui, const struct abuse_bar *bar, char *out)
{
    if (bar->first == RECORDING_NONE || bar->behind == 0)
        return TEXT("");
    uint32_t host = ui_line(ui, ui->moment.recording->mails[bar->first].first)->host;
    struct text person = host == RECORDING_NONE ? TEXT("") : ui->moment.cast->hosts[host].person;
    int size =
        person.size > 0 && person.size <= PERSON_MAX
            ? snprintf(out, ABUSE_WORDS, "%.*s's letter waits behind %u of a stranger",
                       TEXT_ARG(person), bar->behind)
            : snprintf(out, ABUSE_WORDS, "a letter waits behind %u of a stranger", bar->behind);
    return ui_printed(out, size, ABUSE_WORDS);
}

/* ---- the plate -------------------------------------------------------------------------------- */

static bool is_address_of(const struct ui *ui, uint32_t host, struct text address)
{
    return cast_address(ui->moment.cast, address) == host;
}

/* The last list.listed record of that host's address, at a blocklist's own host. */
static uint32_t find_listing(const struct ui *ui, uint32_t host)
{
    const struct moment *m = &ui->moment;

    for (uint32_t list = 0; list < m->cast->host_count; list++) {
        if (!(m->cast->hosts[list].roles & CAST_BLOCKLIST))
            continue;
        uint32_t i = m->scene->hosts[list].last;
        for (int look = LIST_LOOK; look > 0 && i != RECORDING_NONE; look--) {
            const struct recording_line *line = ui_line(ui, i);
            if (line->record->kind == TRACE_LIST_LISTED &&
                is_address_of(ui, host, RECORDING_DATA(line, list_listed)->address))
                return i;
            i = line->host_before;
        }
    }
    return RECORDING_NONE;
}

struct text abuse_plate(const struct ui *ui, uint32_t host, char *out)
{
    if (ui->moment.scene->hosts[host].listed == 0)
        return TEXT("");
    uint32_t listing = find_listing(ui, host);
    if (!ui_known(ui, listing))
        return TEXT("listed");
    int size = snprintf(out, ABUSE_WORDS, "listed by %.*s",
                        TEXT_ARG(RECORDING_DATA(ui_line(ui, listing), list_listed)->list));
    return ui_printed(out, size, ABUSE_WORDS);
}
