/*
 * The longest headline at the largest text does not fit on one line: sizes step down before anything is
 * cut, first the headline's, then the detail's.
 */
#include "render/panels/headline.h"

#include "sim/export/narrate.h"
#include "sim/kernel/memory.h"

#define NONE RECORDING_NONE

enum {
    SLOT = 1,
    PLATE = 76, /* points; with larger text wider */
    GAP = 18,
    SIDE = 300, /* lesson and step */
    HEADLINE = 31,
    HEADLINE_LEAST = 24,
    DETAIL = 20,
    DETAIL_LEAST = 17
};

struct headline {
    struct ui *ui;
    struct rect rest;
    uint32_t step;   /* its number, or NONE */
    uint32_t record; /* that is told, or NONE */
    bool chosen;     /* by hand */
    struct text note;
};

/* ---- what is told ---------------------------------------------------------------------------- */

/* The newest note of the records after the step before, so that none is missed. */
static struct text find_note(const struct headline *h)
{
    const struct moment *m = &h->ui->moment;
    uint32_t from = h->step > 0 && h->step != NONE ? m->steps->items[h->step - 1].record + 1 : 0;
    uint32_t at = h->chosen ? h->record : m->place.index;

    if (!m->lesson || at == NONE)
        return TEXT("");
    if (h->chosen)
        return lesson_note(m->lesson, at);
    for (; at >= from; at--) {
        struct text note = lesson_note(m->lesson, at);

        if (note.size > 0 || at == 0)
            return note;
    }
    return TEXT("");
}

static struct headline find(struct ui *ui, struct rect r)
{
    const struct moment *m = &ui->moment;
    struct headline h = {.ui = ui, .rest = r, .step = steps_at(m->steps, m->place.index)};
    uint32_t chosen = ui->choice.record;

    h.record = h.step != NONE ? m->steps->items[h.step].record : NONE;
    if (chosen != NONE && chosen < m->recording->count && !ui_veiled(ui, chosen)) {
        h.chosen = chosen != h.record;
        h.record = chosen;
    }
    h.note = find_note(&h);
    return h;
}

static uint64_t key_of(const struct headline *h, struct rect r)
{
    const struct moment *m = &h->ui->moment;
    uint64_t key = ui_mix(h->step, h->record);

    key = ui_mix(key, h->chosen);
    key = ui_mix(key, (uint64_t)(uintptr_t)h->note.at);
    key = ui_mix(key, m->veil != NONE);
    key = ui_mix(key, m->changed);
    key = ui_mix(key, m->steps->count);
    key = ui_mix(key, m->lesson && h->ui->choice.card < m->lesson->card_count);
    key = ui_mix(key, (uint64_t)r.w);
    return ui_mix(key, (uint64_t)(uintptr_t)m->recording);
}

/* ---- the plate ------------------------------------------------------------------------------- */

static double grown(const struct headline *h, double points)
{
    return points * h->ui->wish.text;
}

static const char *class_word(int64_t class)
{
    return class == 2 ? "yes" : class == 3 ? "go on" : class == 4 ? "later" : "no";
}

static void put_code(struct headline *h, struct rect r, int64_t code)
{
    struct canvas *c = h->ui->canvas;
    struct style number = {FONT_BOLD, 27, ui_class_ink(code), ALIGN_MIDDLE};
    struct style word = {FONT_MEDIUM, 16, ui_class_ink(code), ALIGN_MIDDLE};
    double radius = grown(h, 8);
    struct buffer b;
    struct memory m;
    struct rect top = rect_cut_top(&r, r.h * 0.56), below = r;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    buffer_put_int(&b, code);
    top.y += grown(h, 3);
    canvas_text_in(c, number, top, buffer_text(&b));
    memory_end(&m);

    struct text said = text_of(class_word(code / 100));
    double wide = canvas_text_width(c, word, said) + 2 * radius + 4;
    double x = below.x + (below.w - wide) / 2, y = below.y + below.h / 2 - grown(h, 4);
    canvas_class(c, (int)(code / 100), (struct point){x + radius, y}, radius);
    word.align = ALIGN_LEFT;
    canvas_text_in(
        c, word,
        (struct rect){x + 2 * radius + 4, y - grown(h, 11), below.x + below.w - x, grown(h, 22)},
        said);
}

static struct text verb_of(const struct recording_line *line)
{
    if (line->record->kind == TRACE_SMTP_COMMAND)
        return RECORDING_DATA(line, smtp_command)->verb;
    if (line->record->kind == TRACE_POP3_COMMAND) {
        struct text said = RECORDING_DATA(line, pop3_command)->line;

        return text_from(said.at, text_find(said, ' '));
    }
    return TEXT("");
}

struct look {
    enum icon icon;
    enum colour ink, fill;
};

static struct look look_of(const struct recording_line *line)
{
    static const struct look plain = {ICON_SERVER, COLOUR_SOFT, COLOUR_INSET};
    static const struct look mail = {ICON_ENVELOPE, COLOUR_MAIL, COLOUR_MAIL_FILL};
    static const struct look bad = {ICON_CLOSE, COLOUR_BAD, COLOUR_BAD_FILL};
    static const struct {
        enum trace_kind kind;
        struct look look;
    } rows[] = {
        {TRACE_DNS_ANSWER, {ICON_DNS, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_DNS_QUERY, {ICON_DNS, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_DNS_CACHED, {ICON_CACHE, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_DNS_MX_CHOSEN, {ICON_DNS, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_DNS_TIMEOUT, {ICON_DNS, COLOUR_BAD, COLOUR_BAD_FILL}},
        {TRACE_MAIL_COMPOSED, {ICON_PERSON, COLOUR_MAIL, COLOUR_MAIL_FILL}},
        {TRACE_MAIL_ACCEPTED, {ICON_BATON, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_MAIL_RELAYED, {ICON_BATON, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_CUSTODY_OPENED, {ICON_BATON, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_CUSTODY_CLOSED, {ICON_BATON, COLOUR_SOFT, COLOUR_INSET}},
        {TRACE_CUSTODY_OVERLAP, {ICON_BATON, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_MAIL_DELIVERED, {ICON_MAILBOX, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_MAIL_COLLECTED, {ICON_PERSON, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_MAIL_NDR, {ICON_REPORT, COLOUR_BAD, COLOUR_BAD_FILL}},
        {TRACE_QUEUE_ENTERED, {ICON_TRAY, COLOUR_MAIL, COLOUR_MAIL_FILL}},
        {TRACE_QUEUE_ATTEMPT, {ICON_TRAY, COLOUR_MAIL, COLOUR_MAIL_FILL}},
        {TRACE_QUEUE_DEFERRED, {ICON_TRAY, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_QUEUE_HELD, {ICON_TRAY, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_QUEUE_WARNED, {ICON_TRAY, COLOUR_WAIT, COLOUR_WAIT_FILL}},
        {TRACE_QUEUE_BOUNCED, {ICON_TRAY, COLOUR_BAD, COLOUR_BAD_FILL}},
        {TRACE_QUEUE_EXPIRED, {ICON_TRAY, COLOUR_BAD, COLOUR_BAD_FILL}},
        {TRACE_TLS_STARTED, {ICON_LOCK, COLOUR_SEAL, COLOUR_SEAL_FILL}},
        {TRACE_POLICY_RELAY, {ICON_GATE, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_POLICY_DECISION, {ICON_GATE, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_AUTH_RESULT, {ICON_PERSON, COLOUR_GOOD, COLOUR_GOOD_FILL}},
        {TRACE_SIM_INPUT, {ICON_WHAT_IF, COLOUR_SOFT, COLOUR_INSET}},
        {TRACE_SIM_ENDED, {ICON_LAST, COLOUR_SOFT, COLOUR_INSET}},
        {TRACE_LIST_LISTED, {ICON_BLOCKLIST, COLOUR_BAD, COLOUR_BAD_FILL}},
        {TRACE_LIST_DELISTED, {ICON_BLOCKLIST, COLOUR_GOOD, COLOUR_GOOD_FILL}},
    };
    static const uint64_t troubles =
        UINT64_C(1) << TRACE_TCP_FAILED | UINT64_C(1) << TRACE_TCP_CLOSED |
        UINT64_C(1) << TRACE_NET_DROPPED | UINT64_C(1) << TRACE_SIM_FAULT |
        UINT64_C(1) << TRACE_HOST_CRASHED | UINT64_C(1) << TRACE_HOST_STOPPED |
        UINT64_C(1) << TRACE_SMTP_TIMEOUT | UINT64_C(1) << TRACE_TLS_REFUSED |
        UINT64_C(1) << TRACE_MAIL_DISCARDED;
    enum trace_kind kind = line->record->kind;

    if (troubles >> kind & 1)
        return bad;
    if (kind == TRACE_SMTP_DATA)
        return mail;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind)
            return rows[i].look;
    return plain;
}

/* A rule that said no has a gate of another colour. */
static bool said_no(const struct recording_line *line)
{
    const struct trace_policy_relay *relay = line->record->data;
    const struct trace_policy_decision *decision = line->record->data;
    const struct trace_auth_result *login = line->record->data;

    return (line->record->kind == TRACE_POLICY_RELAY && !relay->allowed) ||
           (line->record->kind == TRACE_POLICY_DECISION &&
            !text_equal(decision->verdict, TEXT("accept"))) ||
           (line->record->kind == TRACE_AUTH_RESULT && !login->accepted);
}

static void put_plate(struct headline *h, struct rect r, int64_t code)
{
    struct canvas *c = h->ui->canvas;
    const struct recording_line *line =
        h->record != NONE ? &h->ui->moment.recording->lines[h->record] : NULL;
    struct text verb = line ? verb_of(line) : TEXT("");
    struct look look =
        line ? look_of(line) : (struct look){ICON_ENVELOPE, COLOUR_MAIL, COLOUR_MAIL_FILL};
    double side = r.h * 0.62;

    if (code > 0)
        look.fill = ui_class_fill(code);
    else if (verb.size > 0)
        look.fill = COLOUR_MAIL_FILL;
    else if (line && said_no(line))
        look = (struct look){look.icon, COLOUR_BAD, COLOUR_BAD_FILL};
    canvas_fill(c, r, 14, look.fill);
    if (code > 0)
        put_code(h, r, code);
    else if (verb.size > 0)
        canvas_text_in(c, (struct style){FONT_MONO_BOLD, 20, COLOUR_MAIL_TEXT, ALIGN_MIDDLE},
                       rect_inset(r, 4), verb);
    else
        canvas_icon(c, look.icon,
                    (struct rect){r.x + (r.w - side) / 2, r.y + (r.h - side) / 2, side, side},
                    look.ink);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The largest of these sizes at which the text fits on a line of that width. */
static double fitting(struct canvas *c, struct style s, double least, double width,
                      struct text text)
{
    while (s.size > least && canvas_text_width(c, s, text) > width)
        s.size -= 1;
    return s.size;
}

static void put_words(struct headline *h, struct rect r, struct text head, struct text detail,
                      enum colour ink)
{
    struct canvas *c = h->ui->canvas;
    struct style big = {FONT_BOLD, HEADLINE, COLOUR_TEXT, ALIGN_LEFT};
    struct style small = {FONT_SANS, DETAIL, ink, ALIGN_LEFT};

    big.size = fitting(c, big, HEADLINE_LEAST, r.w, head);
    /* Closer together than lines of a text, so that two lines of detail have room. */
    canvas_text_in(c, big, rect_cut_top(&r, canvas_line_height(c, big) * 0.82), head);
    while (small.size > DETAIL_LEAST && canvas_wrap_height(c, small, r.w, detail) > r.h)
        small.size -= 1;
    canvas_text_wrap(c, small, r, detail);
}

/* ---- lesson and step ------------------------------------------------------------------------- */

static void put_lesson(struct buffer *b, const struct moment *m)
{
    const struct cast *cast = m->cast;
    size_t colon = text_find(cast->title, ':');

    if (m->changed) {
        buffer_put_string(b, "changed run (C compares)");
        return;
    }
    if (cast->lesson > 0) {
        buffer_put_string(b, "Lesson ");
        buffer_put_int(b, cast->lesson);
        buffer_put_string(b, " \xC2\xB7 ");
    }
    buffer_put_text(b, text_from(cast->title.at, colon));
}

static void put_step(struct buffer *b, const struct headline *h)
{
    const struct moment *m = &h->ui->moment;

    if (h->chosen) {
        buffer_put_string(b, "Chosen record");
        return;
    }
    if (h->step == NONE) {
        buffer_put_string(b, "Before the first step");
        return;
    }
    buffer_put_string(b, "Step ");
    buffer_put_int(b, (int64_t)h->step + 1);
    if (m->veil != NONE)
        return;
    buffer_put_string(b, " of ");
    buffer_put_int(b, m->steps->count);
    if (!m->recording->whole)
        buffer_put_string(b, " so far");
}

static void put_side(struct headline *h, struct rect r, struct memory *memory)
{
    struct canvas *c = h->ui->canvas;
    struct style soft = {FONT_SANS, 18, COLOUR_SOFT, ALIGN_RIGHT};
    struct style strong = {FONT_BOLD, 18, COLOUR_TEXT, ALIGN_RIGHT};
    double line = canvas_line_height(c, soft) + 4;
    struct buffer b;

    buffer_init(&b, memory);
    put_lesson(&b, &h->ui->moment);
    rect_cut_top(&r, 5);
    canvas_text_in(c, soft, rect_cut_top(&r, line), buffer_text(&b));
    buffer_clear(&b);
    put_step(&b, h);
    canvas_text_in(c, strong, rect_cut_top(&r, line), buffer_text(&b));
}

/* ---- before it begins ------------------------------------------------------------------------- */

static void put_count(struct buffer *b, uint32_t count, const char *one)
{
    buffer_put_int(b, count);
    buffer_put_char(b, ' ');
    buffer_put_string(b, one);
    buffer_put_string(b, count == 1 ? "" : "s");
}

/* "2 cards and 1 question", and what takes one on.  The note would tell how the questions end. */
static void put_beginning(struct buffer *b, const struct ui *ui)
{
    const struct lesson *l = ui->moment.lesson;
    uint32_t cards = l && ui->choice.card < l->card_count ? l->card_count : 0;
    uint32_t prompts = l && ui->moment.veil != NONE ? l->prompt_count : 0;

    if (cards > 0)
        put_count(b, cards, "card");
    if (prompts > 0) {
        buffer_put_string(b, cards > 0 ? " first; on the way " : "On the way ");
        put_count(b, prompts, "question");
    }
    if (cards + prompts > 0)
        buffer_put_string(b, ". ");
    buffer_put_string(b, cards > 0 ? "Return: the next card."
                                   : "Space plays; PageDown goes on to what is new.");
}

/* ---- the panel ------------------------------------------------------------------------------- */

static void put_all(struct headline *h, struct memory *memory)
{
    const struct moment *m = &h->ui->moment;
    struct narration n;
    struct text head = m->cast->title, detail;
    struct rect r = h->rest;
    double side = SIDE * (0.5 + h->ui->wish.text / 2);

    narration_init(&n, memory);
    if (h->record != NONE) {
        narrate(&n, m->recording, h->record);
        head = buffer_text(&n.headline);
    } else {
        put_beginning(&n.detail, h->ui);
    }
    detail = buffer_text(&n.detail);
    if (h->note.size > 0)
        detail = h->note;
    struct rect plate = rect_cut_left(&r, grown(h, PLATE));
    plate.h = plate.h < plate.w ? plate.h : plate.w;
    put_plate(h, plate, n.code);
    rect_cut_left(&r, GAP);
    put_side(h, rect_cut_right(&r, side > r.w / 4 ? r.w / 4 : side), memory);
    rect_cut_right(&r, GAP);
    put_words(h, r, head, detail, h->note.size > 0 ? COLOUR_TEXT : COLOUR_SOFT);
}

void headline_draw(struct ui *ui, struct rect r)
{
    struct headline h = find(ui, r);
    struct memory memory;

    canvas_panel(ui->canvas, PANEL_HEADLINE, r);
    if (!canvas_layer(ui->canvas, SLOT, r, key_of(&h, r)))
        return;
    memory_init(&memory, 0);
    put_all(&h, &memory);
    memory_end(&memory);
    canvas_layer_end(ui->canvas);
}
