/*
 * inspector_host.c - a host opened: what it is, its queue, its mailboxes, its cache, its rules.
 */
#include <math.h>

#include "render/panels/inspector_parts.h"
#include "sim/kernel/clock.h"
#include "sim/replay/cache.h"
#include "sim/replay/holdings.h"
#include "sim/replay/rules.h"

#define NONE RECORDING_NONE

enum { LIST_MAX = 2000 };

static const struct cast_host *host_of(const struct pane *p)
{
    return &p->cast->hosts[p->host];
}

static struct text join(struct pane *p, struct trace_texts t, const char *between)
{
    struct buffer b;

    buffer_init(&b, p->memory);
    for (uint32_t i = 0; i < t.count; i++) {
        buffer_put_string(&b, i > 0 ? between : "");
        buffer_put_text(&b, t.items[i]);
    }
    return buffer_text(&b);
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

static void about_draw(struct pane *p, struct rect r)
{
    const struct cast_host *h = host_of(p);
    struct listing t = {.columns = 2, .flexible = 1};
    struct listing_row rows[12] = {0};
    struct buffer roles;
    uint32_t count = 0;

    if (h->note.size > 0) {
        struct rect note = r;
        if (r.w / p->row > 26) {
            note = rect_cut_right(&r, r.w * 0.42);
            rect_cut_right(&r, 28);
        } else {
            note = rect_cut_bottom(&r, p->row * 2);
        }
        canvas_text_wrap(p->canvas, inspector_body, note, h->note);
    }
    buffer_init(&roles, p->memory);
    cast_put_roles(&roles, h->roles);
    add_fact(rows, &count, "Name", h->name, true);
    add_fact(rows, &count, "Roles", buffer_text(&roles), false);
    add_fact(rows, &count, "Addresses", join(p, h->addresses, ", "), true);
    add_fact(rows, &count, "Power", power(p), false);
    add_fact(rows, &count, "Person", h->person, false);
    add_fact(rows, &count, "Mailbox", h->mailbox, true);
    add_fact(rows, &count, "Domains", join(p, h->domains, ", "), true);
    add_fact(rows, &count, "Mailboxes", join(p, h->mailboxes, ", "), true);
    listing_fit(p, &t, r, count);
    for (uint32_t i = 0; i < t.shown; i++)
        t.rows[i] = rows[t.first + i];
    listing_draw(p, &t, r);
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
    uint32_t count =
        holdings_letters(letters, LIST_MAX, p->recording, pane_host_last(p, p->host), p->index);

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

/* ---- rules -------------------------------------------------------------------------------------- */

/* Before any rule: mail for the host's own people is taken, not relayed. */
static struct text own_words(struct pane *p)
{
    struct text domains = join(p, host_of(p)->domains, ", ");

    return domains.size > 0 ? pane_say(p, "is it for us: %t?", domains)
                            : TEXT("is it for us? (no domain is)");
}

static void relay_row(struct pane *p, struct listing_row *row, const struct rule *rule, uint32_t n)
{
    static const struct {
        const char *words;
        enum colour ink;
        int shape;
    } verdicts[] = {[RULE_NOT_ASKED] = {"not asked", COLOUR_SOFT, -1},
                    [RULE_PASSED] = {"passed over", COLOUR_SOFT, -1},
                    [RULE_ALLOWED] = {"decided: accepted", COLOUR_GOOD_TEXT, 2},
                    [RULE_REFUSED] = {"decided: refused", COLOUR_BAD_TEXT, 5}};

    row->cells[0] = cell_soft(rule->added ? TEXT("+")
                              : n == 0    ? TEXT("")
                                          : pane_say(p, "%d", (int64_t)n));
    row->cells[1] = rule->words.size > 0 ? cell_mono(rule->words) : cell_text(own_words(p));
    row->cells[2] =
        (struct cell){text_of(verdicts[rule->verdict].words), verdicts[rule->verdict].ink,
                      FONT_MEDIUM, verdicts[rule->verdict].shape};
    row->lit = rule->verdict >= RULE_ALLOWED;
}

static void relay_draw(struct pane *p, struct rect r, const struct rules *rules)
{
    struct listing t = {.columns = 3, .flexible = 1};
    struct text words = TEXT("nobody has asked yet");

    if (rules->record != NONE) {
        const struct trace_policy_relay *q =
            RECORDING_DATA(&p->recording->lines[rules->record], policy_relay);
        words = pane_say(p, "%t for %t", q->client, q->recipient);
    }
    pane_heading(p, &r, "MAY IT BE TAKEN?", words);
    listing_fit(p, &t, r, rules->relay_count);
    for (uint32_t i = 0; i < t.shown; i++) {
        relay_row(p, &t.rows[i], &rules->relay[t.first + i], t.first + i);
        t.rows[i].act = rules->record != NONE ? ACT_SHOW : ACT_NONE;
        t.rows[i].argument = rules->record;
    }
    listing_draw(p, &t, r);
}

static void others_draw(struct pane *p, struct rect r, const struct rules *rules)
{
    struct listing t = {.columns = 3, .flexible = 1};

    pane_heading(p, &r, "OTHER RULES", TEXT("what each said last"));
    listing_fit(p, &t, r, rules->other_count);
    for (uint32_t i = 0; i < t.shown; i++) {
        uint32_t at = rules->others[t.first + i];
        const struct trace_policy_decision *d =
            RECORDING_DATA(&p->recording->lines[at], policy_decision);
        bool fine = text_equal(d->verdict, TEXT("accept"));
        int class = fine ? 2 : text_equal(d->verdict, TEXT("defer")) ? 4 : 5;

        t.rows[i].cells[0] = (struct cell){d->rule, COLOUR_TEXT, FONT_MEDIUM, class};
        t.rows[i].cells[1] = cell_mono(d->subject);
        t.rows[i].cells[2] =
            (struct cell){pane_say(p, "%d", d->code), ui_class_ink(d->code), FONT_MONO_BOLD, 0};
        t.rows[i].act = ACT_SHOW;
        t.rows[i].argument = at;
    }
    listing_draw(p, &t, r);
}

static void rules_draw(struct pane *p, struct rect r)
{
    struct rules rules;
    bool wide = r.w / p->row > 30;

    rules_at(&rules, p->memory, p->recording, p->host, pane_host_last(p, p->host));
    if (rules.other_count > 0 && wide) {
        struct rect right = rect_cut_right(&r, r.w * 0.45 - 14);
        rect_cut_right(&r, 28);
        canvas_fill(p->canvas, (struct rect){right.x - 14, r.y + 4, 1, r.h - 8}, 0, COLOUR_EDGE);
        others_draw(p, right, &rules);
    }
    relay_draw(p, r, &rules);
}

void inspector_host_draw(struct pane *p, struct rect r)
{
    switch (p->tab) {
    case TAB_QUEUE: queue_draw(p, r); break;
    case TAB_MAILBOX: mailbox_draw(p, r); break;
    case TAB_CACHE: cache_draw(p, r); break;
    case TAB_RULES: rules_draw(p, r); break;
    case TAB_NONE:
    case TAB_SUMMARY:
    case TAB_LETTER:
    case TAB_REPORT:
    case TAB_ABOUT:
    case TAB_SERVER:
    case TAB_CLIENT: about_draw(p, r); break;
    }
}
