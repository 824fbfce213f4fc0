/*
 * A view is folded as the records come; the story is told from it at the end.
 */
#include "sim/export/story.h"

#include "sim/export/prose.h"
#include "sim/export/tell.h"
#include "sim/kernel/clock.h"
#include "sim/replay/view.h"

enum { STEPS_MAX = 2000, ASIDES_MAX = 20, INDENT = 14, OUTCOMES_SHOWN = 20 };

struct story {
    struct memory *memory;
    const struct replay_header *header;
    struct story_options options;
    struct view view;
    struct buffer out, words, label;
    int64_t told_ns; /* see tell_moment() */
};

/* ---- lines -------------------------------------------------------------------------------- */

static struct prose prose_of(struct story *s)
{
    return (struct prose){.out = &s->out, .colour = s->options.colour};
}

/* What was said to s->words, as a paragraph behind a label. */
static void put_said(struct story *s, struct text label, enum tell_tone tone)
{
    struct prose p = prose_of(s);

    prose_line(&p, INDENT, label, buffer_text(&s->words), tone);
    buffer_clear(&s->words);
}

static void put_said_flush(struct story *s)
{
    struct prose p = prose_of(s);

    prose_line(&p, 0, TEXT(""), buffer_text(&s->words), TELL_PLAIN);
    buffer_clear(&s->words);
}

static struct text label_time(struct story *s, int64_t time_ns)
{
    buffer_clear(&s->label);
    tell_moment(&s->label, &s->told_ns, time_ns);
    return buffer_text(&s->label);
}

static void put_gap(struct story *s)
{
    struct prose p = prose_of(s);

    prose_gap(&p);
}

/* ---- parts -------------------------------------------------------------------------------- */

static void tell_opening(struct story *s)
{
    struct prose p = prose_of(s);
    struct text title = replay_scenario_text(s->header, s->memory, TEXT("title"));
    int64_t start_s;

    if (title.size > 0)
        prose_title(&p, title);
    if (clock_parse_utc(s->view.start, &start_s)) {
        tell_date(&s->words, start_s);
        buffer_put_string(&s->words, ". ");
    }
    buffer_put_int(&s->words, (int64_t)s->view.host_count);
    buffer_put_string(&s->words, s->view.host_count == 1 ? " host" : " hosts");
    buffer_put_string(&s->words, ", seed ");
    buffer_put_text(&s->words, s->header->seed);
    buffer_put_string(&s->words, ".");
    put_said_flush(s);
}

static void tell_asides(struct story *s)
{
    const struct view_steps *steps = &s->view.asides;

    if (steps->count == 0)
        return;
    put_gap(s);
    s->told_ns = -1;
    for (size_t i = 0; i < steps->count; i++) {
        const struct trace_record *r = steps->items[i].record;
        enum tell_tone tone;

        if (tell_aside(&s->words, &steps->items[i], &tone))
            put_said(s, label_time(s, r->time_ns), tone);
    }
    if (steps->left_out > 0) {
        buffer_put_string(&s->words, "And ");
        tell_count(&s->words, steps->left_out, "more such event.", "more such events.");
        put_said(s, TEXT(""), TELL_PLAIN);
    }
}

static void tell_heading(struct story *s, size_t index)
{
    const struct view_mail *mail = s->view.mails[index];
    struct prose p = prose_of(s);

    put_gap(s);
    buffer_put_string(&s->words, mail->is_report ? "Report " : "Message ");
    buffer_put_text(&s->words, mail->id);
    if (mail->about != VIEW_NONE) {
        buffer_put_string(&s->words, ", about ");
        buffer_put_text(&s->words, s->view.mails[mail->about]->id);
    } else if (mail->subject.size > 0) {
        buffer_put_string(&s->words, ": \"");
        buffer_put_text(&s->words, mail->subject);
        buffer_put_string(&s->words, "\"");
    }
    prose_title(&p, buffer_text(&s->words));
    buffer_clear(&s->words);
}

static void tell_steps(struct story *s, const struct view_mail *mail)
{
    s->told_ns = -1;
    for (size_t i = 0; i < mail->steps.count; i++) {
        enum tell_tone tone;

        if (tell_step(&s->words, &s->view, mail, i, &tone))
            put_said(s, label_time(s, mail->steps.items[i].record->time_ns), tone);
    }
    if (mail->steps.left_out > 0) {
        buffer_put_string(&s->words, "(Much more of the same is left out here.)");
        put_said(s, TEXT(""), TELL_PLAIN);
    }
}

static void tell_outcomes(struct story *s, const struct view_mail *mail)
{
    uint32_t shown =
        mail->outcome_count > OUTCOMES_SHOWN + 1 ? OUTCOMES_SHOWN : mail->outcome_count;
    uint64_t counts[VIEW_VERDICT_COUNT] = {0};

    for (uint32_t i = 0; i < mail->outcome_count; i++) {
        enum tell_tone tone;

        if (i >= shown) {
            counts[mail->outcomes[i].verdict]++;
            continue;
        }
        tell_outcome(&s->words, &s->view, mail, &mail->outcomes[i], &tone);
        put_said(s, i == 0 ? TEXT("Outcome:") : TEXT(""), tone);
    }
    if (shown < mail->outcome_count) {
        buffer_put_string(&s->words, "And ");
        buffer_put_int(&s->words, mail->outcome_count - shown);
        buffer_put_string(&s->words, " more recipients: ");
        tell_verdicts(&s->words, counts);
        buffer_put_string(&s->words, ".");
        put_said(s, TEXT(""), TELL_PLAIN);
    }
}

/* ---- many of a kind ----------------------------------------------------------------------- */

static bool same_outcomes(const struct view_mail *a, const struct view_mail *b)
{
    if (a->outcome_count != b->outcome_count)
        return false;
    for (uint32_t i = 0; i < a->outcome_count; i++)
        if (a->outcomes[i].verdict != b->outcomes[i].verdict ||
            !text_equal(a->outcomes[i].recipient, b->outcomes[i].recipient) ||
            !text_equal(a->outcomes[i].why, b->outcomes[i].why))
            return false;
    return true;
}

static bool same_list(const struct trace_texts *a, const struct trace_texts *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!text_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

/* What a report says, and why something failed or waits: the same steps with other words are no copy. */
static bool same_words(const struct trace_record *x, const struct trace_record *y)
{
    if (x->kind == TRACE_MAIL_NDR) {
        const struct trace_mail_ndr *a = x->data, *b = y->data;
        return text_equal(a->action, b->action) && same_list(&a->recipients, &b->recipients) &&
               same_list(&a->statuses, &b->statuses);
    }
    if (x->kind == TRACE_QUEUE_BOUNCED) {
        const struct trace_queue_bounced *a = x->data, *b = y->data;
        return a->code == b->code && text_equal(a->reason, b->reason);
    }
    if (x->kind == TRACE_QUEUE_DEFERRED) {
        const struct trace_queue_deferred *a = x->data, *b = y->data;
        return a->code == b->code && text_equal(a->reason, b->reason);
    }
    return true;
}

/* The same happened to both, in the same order, at the same hosts. */
static bool same_steps(const struct view_mail *a, const struct view_mail *b)
{
    if (a->steps.count != b->steps.count)
        return false;
    for (size_t i = 0; i < a->steps.count; i++) {
        const struct trace_record *x = a->steps.items[i].record, *y = b->steps.items[i].record;

        if (x->kind != y->kind || !text_equal(x->where.host, y->where.host) || !same_words(x, y))
            return false;
    }
    return true;
}

/* The first mail told that this one is like: same writer, words, recipients and way; NULL: none. */
static const struct view_mail *find_like(const struct story *s, size_t index)
{
    const struct view_mail *mail = s->view.mails[index];

    for (size_t i = 0; i < index; i++) {
        const struct view_mail *other = s->view.mails[i];

        if (other->is_report == mail->is_report && text_equal(other->host, mail->host) &&
            text_equal(other->from, mail->from) && text_equal(other->subject, mail->subject) &&
            same_outcomes(other, mail) && same_steps(other, mail))
            return other;
    }
    return NULL;
}

static void tell_like(struct story *s, const struct view_mail *mail, const struct view_mail *other)
{
    uint64_t counts[VIEW_VERDICT_COUNT] = {0};

    for (uint32_t i = 0; i < mail->outcome_count; i++)
        counts[mail->outcomes[i].verdict]++;
    buffer_put_string(&s->words, "It goes the same way as ");
    buffer_put_text(&s->words, other->id);
    buffer_put_string(&s->words, ": ");
    tell_verdicts(&s->words, counts);
    buffer_put_string(&s->words, ".");
    s->told_ns = -1;
    put_said(s, label_time(s, mail->composed_ns), TELL_PLAIN);
}

/* Those that were not told, counted: all of the run less what was told. */
static void tell_rest(struct story *s)
{
    const struct view_totals *t = &s->view.totals;
    uint64_t left[VIEW_VERDICT_COUNT], open = t->recipients;

    if (t->mails <= s->view.mail_count)
        return;
    memcpy(left, t->verdicts, sizeof left);
    for (int verdict = 0; verdict < VIEW_VERDICT_COUNT; verdict++)
        open -= left[verdict] < open ? left[verdict] : open;
    left[VIEW_UNDER_WAY] += open;
    for (size_t i = 0; i < s->view.mail_count; i++)
        for (uint32_t k = 0; k < s->view.mails[i]->outcome_count; k++) {
            uint64_t *count = &left[s->view.mails[i]->outcomes[k].verdict];

            *count -= *count > 0;
        }
    put_gap(s);
    buffer_put_string(&s->words, "And ");
    tell_count(&s->words, t->mails - s->view.mail_count, "more message", "more messages");
    buffer_put_string(&s->words, t->mails - s->view.mail_count == 1 ? "; its recipients: "
                                                                    : "; their recipients: ");
    tell_verdicts(&s->words, left);
    buffer_put_string(&s->words, ".");
    put_said_flush(s);
}

static void say_end(struct story *s, const struct replay_footer *footer)
{
    struct buffer *b = &s->words;
    struct text reason = s->view.ended;
    int64_t end_ns = footer != NULL ? footer->end_ns : s->view.now_ns;

    if (reason.size == 0)
        buffer_put_string(b, footer == NULL ? "The trace breaks off after "
                                            : "The run was broken off after ");
    else if (text_equal(reason, TEXT("quiet")))
        buffer_put_string(b, "Nothing is left to do after ");
    else if (text_equal(reason, TEXT("until")))
        buffer_put_string(b, "The run ended, as asked, after ");
    else
        buffer_put_string(b, "The run stopped at a limit after ");
    tell_duration(b, end_ns);
    if (reason.size > 0 && text_ends_nocase(reason, TEXT("_limit"))) {
        buffer_put_string(b, " (");
        buffer_put_text(b, text_from(reason.at, reason.size - 6));
        buffer_put_string(b, ")");
    }
    buffer_put_string(b, ". ");
}

static void tell_end(struct story *s, const struct replay_footer *footer)
{
    const struct view_totals *t = &s->view.totals;
    uint64_t counts[VIEW_VERDICT_COUNT], ended = 0;
    struct buffer *b = &s->words;

    memcpy(counts, t->verdicts, sizeof counts);
    for (int verdict = 0; verdict < VIEW_VERDICT_COUNT; verdict++)
        ended += counts[verdict];
    counts[VIEW_UNDER_WAY] += t->recipients > ended ? t->recipients - ended : 0;
    put_gap(s);
    say_end(s, footer);
    buffer_put_string(b, "In all: ");
    tell_count(b, t->mails, "message", "messages");
    if (t->reports > 0) {
        buffer_put_string(b, ", of which ");
        tell_count(b, t->reports, "is a report", "are reports");
    }
    buffer_put_string(b, "; ");
    tell_count(b, t->recipients, "recipient", "recipients");
    buffer_put_string(b, ": ");
    tell_verdicts(b, counts);
    buffer_put_string(b, ".");
    put_said_flush(s);
}

/* ---- the story ---------------------------------------------------------------------------- */

static void record(void *context, const struct trace_record *r)
{
    struct story *s = context;

    view_record(&s->view, r);
}

struct story *story_begin(struct memory *m, const struct replay_header *header,
                          const struct story_options *options)
{
    struct story *s = MEMORY_NEW(m, struct story);
    struct view_limits limits = {.steps = STEPS_MAX, .asides = ASIDES_MAX};

    s->memory = m;
    s->header = header;
    s->options = *options;
    limits.mails = options->told > 0 ? options->told : STORY_TOLD;
    view_init(&s->view, m, &limits);
    buffer_init(&s->out, m);
    buffer_init(&s->words, m);
    buffer_init(&s->label, m);
    return s;
}

struct trace_sink story_sink(struct story *s)
{
    return (struct trace_sink){.kinds = view_kinds(&s->view), .record = record, .context = s};
}

void story_end(struct story *s, const struct replay_footer *footer, struct export_output output)
{
    struct memory *m = s->memory;

    tell_opening(s);
    tell_asides(s);
    for (size_t i = 0; i < s->view.mail_count; i++) {
        const struct view_mail *like = s->options.brief ? NULL : find_like(s, i);

        tell_heading(s, i);
        if (like) {
            tell_like(s, s->view.mails[i], like);
            continue;
        }
        if (!s->options.brief)
            tell_steps(s, s->view.mails[i]);
        tell_outcomes(s, s->view.mails[i]);
    }
    tell_rest(s);
    tell_end(s, footer);
    output.put(output.context, buffer_text(&s->out));
    view_free(&s->view);
    buffer_free(&s->out);
    buffer_free(&s->words);
    buffer_free(&s->label);
    memory_give(m, s, sizeof *s);
}
