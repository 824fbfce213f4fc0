/*
 * inspector_host.c - a host opened: what it is, its queue, its mailboxes, its cache.
 */
#include <math.h>

#include "render/panels/inspector_parts.h"
#include "sim/kernel/clock.h"
#include "sim/replay/cache.h"
#include "sim/replay/holdings.h"

#define NONE RECORDING_NONE

enum { LIST_MAX = 2000 };

static const struct cast_host *host_of(const struct pane *p)
{
    return &p->cast->hosts[p->host];
}

struct text inspector_host_note(struct pane *p)
{
    const struct cast_host *h = host_of(p);
    struct buffer b;

    buffer_init(&b, p->memory);
    cast_put_roles(&b, h->roles);
    return buffer_text(&b);
}

/* ---- what it is --------------------------------------------------------------------------------- */

static struct text power(struct pane *p)
{
    static const char *const words[] = {[SCENE_NOT_YET] = "not started yet",
                                        [SCENE_UP] = "up",
                                        [SCENE_STOPPED] = "stopped in good order",
                                        [SCENE_CRASHED] = "without power"};
    const struct scene *s = p->ui->moment.scene;

    if (s == NULL || p->host >= s->host_count || s->hosts[p->host].power > SCENE_CRASHED)
        return TEXT("");
    return text_of(words[s->hosts[p->host].power]);
}

static void add_fact(struct listing_row *rows, uint32_t *count, const char *name, struct text value,
                     bool mono)
{
    if (value.size == 0)
        return;
    rows[*count].cells[0] = cell_soft(text_of(name));
    rows[(*count)++].cells[1] = mono ? cell_mono(value) : cell_text(value);
}

static struct text count_words(struct pane *p, uint32_t count, const char *one, const char *several)
{
    if (count == 0)
        return TEXT("");
    return pane_say(p, "%d %s", (int64_t)count, count == 1 ? one : several);
}

/* A part of what is told of it: a heading, and names with values. */
struct facts {
    struct listing_row rows[10];
    uint32_t count;
};

static void facts_draw(struct pane *p, struct rect r, const char *title, const struct facts *facts)
{
    struct listing t = {.columns = 2, .flexible = 1, .gap = 14};

    pane_heading(p, &r, title, TEXT(""));
    listing_fit(p, &t, r, facts->count);
    for (uint32_t i = 0; i < t.shown; i++)
        t.rows[i] = facts->rows[t.first + i];
    listing_draw(p, &t, r);
}

static void find_facts(struct pane *p, struct facts *f)
{
    const struct cast_host *h = host_of(p);

    add_fact(f->rows, &f->count, "Name", h->name, true);
    add_fact(f->rows, &f->count, "Person", h->person, false);
    add_fact(f->rows, &f->count, "Mailbox", h->mailbox, true);
    add_fact(f->rows, &f->count, "Addresses", pane_join(p, h->addresses, ", "), true);
    add_fact(f->rows, &f->count, "Domains", pane_join(p, h->domains, ", "), true);
    add_fact(f->rows, &f->count, "Mailboxes", pane_join(p, h->mailboxes, ", "), true);
    if (h->server != CAST_NONE)
        add_fact(f->rows, &f->count, "Sends by", pane_host(p, h->server), false);
}

/* What it has to do with at this moment. */
static void find_business(struct pane *p, struct facts *f)
{
    const struct scene *s = p->ui->moment.scene;

    add_fact(f->rows, &f->count, "Power", power(p), false);
    if (s == NULL || p->host >= s->host_count)
        return;
    const struct scene_host *h = &s->hosts[p->host];
    add_fact(f->rows, &f->count, "Holds", count_words(p, h->duties, "duty", "duties"), false);
    add_fact(f->rows, &f->count, "Sessions", count_words(p, h->sessions, "open", "open"), false);
    add_fact(f->rows, &f->count, "Relayed", count_words(p, h->relayed, "recipient", "recipients"),
             false);
    add_fact(f->rows, &f->count, "Refused", count_words(p, h->refused, "recipient", "recipients"),
             false);
    add_fact(f->rows, &f->count, "Listed by", count_words(p, h->listed, "blocklist", "blocklists"),
             false);
}

static void about_draw(struct pane *p, struct rect r)
{
    const double gap = 28;
    struct text note = host_of(p)->note;
    struct facts is = {.count = 0}, now = {.count = 0};
    struct rect left = rect_cut_left(&r, (r.w - gap) * (note.size > 0 ? 0.45 : 0.6));

    find_facts(p, &is);
    find_business(p, &now);
    facts_draw(p, left, "WHAT IT IS", &is);
    rect_cut_left(&r, gap);
    pane_divider(p, r, gap);
    if (note.size > 0) {
        struct rect right = rect_cut_right(&r, (r.w - gap) * 0.58);
        rect_cut_right(&r, gap);
        pane_divider(p, right, gap);
        pane_heading(p, &right, "NOTE", TEXT(""));
        canvas_text_wrap(p->canvas, inspector_body, right, note);
    }
    facts_draw(p, r, "NOW", &now);
}

/* ---- queue -------------------------------------------------------------------------------------- */

static struct text recipients_of(struct pane *p, const struct queued *q)
{
    const struct queued_recipient *first = NULL;

    for (uint32_t i = 0; i < q->recipient_count; i++)
        if (first == NULL || (first->state == QUEUED_DONE && q->recipients[i].state != QUEUED_DONE))
            first = &q->recipients[i];
    if (first == NULL)
        return TEXT("");
    uint32_t others = (q->left > 0 ? q->left : q->recipient_count) - 1;
    if (others == 0)
        return first->address;
    return pane_say(p, "%t and %d more", first->address, (int64_t)others);
}

/* Of all recipients that are left: the one that is tried next. */
static const struct queued_recipient *next_due(const struct queued *q)
{
    const struct queued_recipient *due = NULL;

    for (uint32_t i = 0; i < q->recipient_count; i++) {
        const struct queued_recipient *to = &q->recipients[i];

        if (to->state == QUEUED_DONE)
            continue;
        if (due == NULL || to->state == QUEUED_TRYING ||
            (due->state == QUEUED_WAITS && to->state == QUEUED_WAITS &&
             to->next_try_ns < due->next_try_ns))
            due = to;
    }
    return due != NULL || q->recipient_count == 0 ? due : &q->recipients[0];
}

static struct cell said_last(struct pane *p, const struct queued_recipient *to)
{
    int class = to->state == QUEUED_WAITS ? 4 : to->state == QUEUED_FAILED ? 5 : -1;
    struct text words = text_of(queued_words(to->state));

    if (class > 0 && to->code > 0)
        words = pane_say(p, "%d %t", to->code, to->reason);
    else if ((class > 0 || to->state == QUEUED_HELD) && to->reason.size > 0)
        words = to->reason;
    return (struct cell){words, class > 0 ? ui_class_ink(class * 100) : COLOUR_TEXT, FONT_SANS,
                         class};
}

static struct text next_try(struct pane *p, const struct queued_recipient *to)
{
    if (to->state == QUEUED_WAITS && to->next_try_ns > p->now_ns)
        return pane_say(p, "%t, in %t", pane_clock(p, to->next_try_ns),
                        pane_duration(p, to->next_try_ns - p->now_ns));
    return to->state == QUEUED_HELD     ? TEXT("by hand")
           : to->state >= QUEUED_FAILED ? TEXT("\xe2\x80\x93")
                                        : TEXT("now");
}

static void queue_row(struct pane *p, struct listing_row *row, const struct queued *q,
                      struct text address, const struct queued_recipient *to)
{
    row->cells[1] = cell_mono(address);
    row->act = ACT_MAIL;
    row->argument = q->mail;
    if (to == NULL)
        return;
    row->cells[2] = said_last(p, to);
    row->cells[3] = cell_text(pane_say(p, "%d", to->tries));
    row->cells[4] = cell_text(next_try(p, to));
    row->lit = pane_fresh(p, to->record);
}

/* One row for each recipient if all of them fit, else one for each message. */
static bool each_fits(struct pane *p, struct rect r, const uint32_t *entries, uint32_t count,
                      uint32_t *total)
{
    uint32_t room = r.h > 2 * p->row ? (uint32_t)(r.h / p->row) - 1 : 1;

    *total = 0;
    for (uint32_t i = 0; i < count && *total <= room; i++) {
        uint32_t at = p->recording->entries[entries[i]].entered;
        *total += RECORDING_DATA(&p->recording->lines[at], queue_entered)->recipients.count;
    }
    return *total <= room && *total > 0;
}

static void fill_queue(struct pane *p, struct listing *t, const uint32_t *entries, uint32_t count,
                       bool each)
{
    uint32_t row = 0;

    for (uint32_t i = each ? 0 : t->first; i < count && row < t->shown; i++) {
        struct queued q;

        holdings_queued(&q, p->memory, p->recording, entries[i], p->index);
        t->rows[row].cells[0] = cell_text(pane_mail(p, q.mail));
        if (!each)
            queue_row(p, &t->rows[row++], &q, recipients_of(p, &q), next_due(&q));
        for (uint32_t k = 0; each && k < q.recipient_count && row < t->shown; k++)
            queue_row(p, &t->rows[row++], &q, q.recipients[k].address, &q.recipients[k]);
    }
}

static void queue_draw(struct pane *p, struct rect r)
{
    struct listing t = {.titles = {"Message", "For", "What was said last", "Tries", "Next try"},
                        .right = {[3] = true},
                        .columns = 5,
                        .flexible = 2};
    uint32_t *entries = memory_take(p->memory, LIST_MAX * sizeof *entries), total;
    uint32_t count = holdings_queue(p->recording, p->host, p->index, entries, LIST_MAX);
    bool each = each_fits(p, r, entries, count, &total);

    if (count == 0) {
        pane_empty(p, r, TEXT("The queue is empty: nothing waits here to be sent."));
        return;
    }
    listing_fit(p, &t, r, each ? total : count);
    fill_queue(p, &t, entries, count, each);
    listing_draw(p, &t, r);
}

/* ---- mailbox ------------------------------------------------------------------------------------ */

static void letter_row(struct pane *p, struct listing_row *row, const struct shelved *s)
{
    const struct recording *r = p->recording;
    uint32_t composed = s->mail != NONE ? r->mails[s->mail].composed : NONE;
    struct text from = TEXT(""), subject = TEXT("");

    if (composed != NONE) {
        from = RECORDING_DATA(&r->lines[composed], mail_composed)->from;
        subject = RECORDING_DATA(&r->lines[composed], mail_composed)->subject;
    }
    row->cells[0] = cell_text(s->mailbox);
    row->cells[1] = cell_mono(from.size > 0 ? from : TEXT("<>"));
    row->cells[2] = cell_text(subject);
    row->cells[3] = cell_text(pane_clock(p, s->time_ns));
    row->cells[4] = cell_soft(s->removed             ? TEXT("fetched and removed")
                              : s->collected != NONE ? TEXT("fetched")
                                                     : TEXT("lies here"));
    row->act = ACT_MAIL;
    row->argument = s->mail;
    row->lit = pane_fresh(p, s->record);
}

static void mailbox_draw(struct pane *p, struct rect r)
{
    struct listing t = {
        .titles = {"Mailbox", "From", "Subject", "Since", ""}, .columns = 5, .flexible = 2};
    struct shelved *letters = memory_take(p->memory, LIST_MAX * sizeof *letters);
    const struct scene *s = p->ui->moment.scene;
    uint32_t most = LIST_MAX;

    if (s != NULL && p->host < s->host_count && s->index == p->index) { /* look for no more */
        uint32_t there = s->hosts[p->host].mailbox + s->hosts[p->host].collected;
        most = there < most ? there : most;
    }
    uint32_t count =
        holdings_letters(letters, most, p->recording, pane_host_last(p, p->host), p->index);

    if (count == 0) {
        pane_empty(p, r, TEXT("No letter has come here so far."));
        return;
    }
    listing_fit(p, &t, r, count);
    for (uint32_t i = 0; i < t.shown; i++)
        letter_row(p, &t.rows[i], &letters[t.first + i]);
    listing_draw(p, &t, r);
}

/* ---- cache -------------------------------------------------------------------------------------- */

static struct text answer_words(struct pane *p, const struct cache_row *row)
{
    if (row->count == 0)
        return row->no_name ? TEXT("there is no such name") : TEXT("there is none of this type");
    if (row->count > 1)
        return pane_say(p, "%t and %d more", row->all[0], (int64_t)row->count - 1);
    return row->data;
}

static void cache_row_fill(struct pane *p, struct listing_row *row, const struct cache_row *c)
{
    bool old = c->left_ns == 0;

    row->cells[0] = cell_mono(c->name);
    row->cells[1] = cell_mono(c->no_name ? TEXT("any") : c->type);
    row->cells[2] = cell_mono(answer_words(p, c));
    row->cells[3] = cell_text(old              ? TEXT("too old")
                              : c->left_ns < 0 ? TEXT("as its SOA says")
                                               : pane_duration(p, c->left_ns));
    row->cells[4] =
        cell_text(c->hits > 0 ? pane_say(p, "%d", (int64_t)c->hits) : TEXT("\xe2\x80\x93"));
    row->act = ACT_SHOW;
    row->argument = c->record;
    row->lit = pane_fresh(p, c->record);
    for (uint32_t i = 0; old && i < 5; i++)
        row->cells[i].ink = COLOUR_SOFT;
}

static void cache_draw(struct pane *p, struct rect r)
{
    struct listing t = {.titles = {"Name", "Type", "Answer", "TTL left", "Used"},
                        .right = {[4] = true},
                        .columns = 5,
                        .flexible = 2};
    struct cache_row *rows;
    uint32_t count =
        cache_rows(&rows, p->memory, LIST_MAX, p->recording, pane_host_last(p, p->host), p->now_ns);

    if (count == 0) {
        pane_empty(p, r, TEXT("Its resolver has asked for nothing so far, so it knows nothing."));
        return;
    }
    listing_fit(p, &t, r, count);
    for (uint32_t i = 0; i < t.shown; i++)
        cache_row_fill(p, &t.rows[i], &rows[t.first + i]);
    listing_draw(p, &t, r);
}

void inspector_host_draw(struct pane *p, struct rect r)
{
    switch (p->tab) {
    case TAB_QUEUE: queue_draw(p, r); break;
    case TAB_MAILBOX: mailbox_draw(p, r); break;
    case TAB_CACHE: cache_draw(p, r); break;
    case TAB_RULES: inspector_rules_draw(p, r); break;
    case TAB_NONE:
    case TAB_SUMMARY:
    case TAB_LETTER:
    case TAB_REPORT:
    case TAB_ABOUT:
    case TAB_SERVER:
    case TAB_CLIENT: about_draw(p, r); break;
    }
}
