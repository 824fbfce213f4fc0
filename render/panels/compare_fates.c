/*
 * compare_fates.c - what became of each recipient in both runs: first of the message in view, then of
 * the others whose end is another one.
 */
#include "render/panels/compare_parts.h"

#include <math.h>

#include "render/panels/ladder_parts.h"
#include "sim/kernel/clock.h"
#include "sim/kernel/table.h"

#define ENDED(side, record) RECORDING_DATA(&(side)->recording->lines[record], mail_ended)

/* ---- found ------------------------------------------------------------------------------------ */

struct found {
    struct compare_runs *runs;
    struct table by_key; /* message, line end, recipient: the record in the run with the change */
    struct buffer key;
    struct compare_fate *fates;
    uint32_t count, capacity;
};

/* By the message's number in the run before; those that are only in the other have a name of their own. */
static struct text key_of(struct found *f, int s, uint32_t record)
{
    const struct compare_side *side = &f->runs->sides[s];
    uint32_t mail = side->recording->lines[record].mail,
             twin = s == COMPARE_BEFORE || mail == RECORDING_NONE ? mail : f->runs->twins[mail];

    buffer_clear(&f->key);
    if (twin == RECORDING_NONE)
        buffer_put_text(&f->key, side->recording->lines[record].record->where.mail);
    else
        buffer_put_int(&f->key, twin);
    buffer_put_char(&f->key, '\n');
    buffer_put_text(&f->key, ENDED(side, record)->recipient);
    return buffer_text(&f->key);
}

static uint32_t next_end(const struct compare_side *side, uint32_t record)
{
    return recording_next(side->recording, record, 1, UINT64_C(1) << TRACE_MAIL_ENDED);
}

static void put_fate(struct found *f, uint32_t a, uint32_t b)
{
    f->fates =
        memory_make_room(f->runs->memory, f->fates, f->count, &f->capacity, sizeof *f->fates);
    f->fates[f->count++] = (struct compare_fate){{a, b}};
}

static void pair_ends(struct found *f)
{
    const struct compare_side *a = &f->runs->sides[COMPARE_BEFORE],
                              *b = &f->runs->sides[COMPARE_AFTER];

    for (uint32_t i = next_end(b, RECORDING_NONE); i != RECORDING_NONE; i = next_end(b, i))
        table_set(&f->by_key, text_copy(f->runs->memory, key_of(f, COMPARE_AFTER, i)), i);
    for (uint32_t i = next_end(a, RECORDING_NONE); i != RECORDING_NONE; i = next_end(a, i)) {
        struct text key = key_of(f, COMPARE_BEFORE, i);
        uint32_t other = table_get(&f->by_key, key);

        put_fate(f, i, other == TABLE_NONE ? RECORDING_NONE : other);
        if (other != TABLE_NONE)
            table_remove(&f->by_key, key);
    }
    for (uint32_t i = next_end(b, RECORDING_NONE); i != RECORDING_NONE; i = next_end(b, i))
        if (table_get(&f->by_key, key_of(f, COMPARE_AFTER, i)) == i)
            put_fate(f, RECORDING_NONE, i);
}

static bool in_view(const struct compare_runs *runs, const struct compare_fate *fate)
{
    for (int s = 0; s < COMPARE_SIDES; s++)
        if (fate->records[s] != RECORDING_NONE &&
            runs->sides[s].recording->lines[fate->records[s]].mail == runs->sides[s].mail)
            return true;
    return false;
}

static bool otherwise(const struct compare_runs *runs, const struct compare_fate *fate)
{
    uint32_t a = fate->records[0], b = fate->records[1];

    return a == RECORDING_NONE || b == RECORDING_NONE ||
           !text_equal(ENDED(&runs->sides[0], a)->verdict, ENDED(&runs->sides[1], b)->verdict);
}

/* 0: those that fare otherwise, of the message in view; 1: and not; 2: of others; 3: not shown. */
static int rank(const struct compare_runs *runs, const struct compare_fate *fate)
{
    return (in_view(runs, fate) ? 0 : 2) + (otherwise(runs, fate) ? 0 : 1);
}

void compare_find_fates(struct compare_runs *runs)
{
    struct found f = {.runs = runs};

    table_init(&f.by_key, runs->memory, false);
    buffer_init(&f.key, runs->memory);
    pair_ends(&f);
    for (int wanted = 0; wanted <= 2; wanted++)
        for (uint32_t i = 0; i < f.count; i++) {
            if (rank(runs, &f.fates[i]) != wanted)
                continue;
            if (runs->fate_count < COMPARE_FATES)
                runs->fates[runs->fate_count++] = f.fates[i];
            else if (wanted != 1)
                runs->fates_more++;
        }
    memory_give(runs->memory, f.fates, f.capacity * sizeof *f.fates);
    buffer_free(&f.key);
    table_free(&f.by_key);
}

/* ---- drawn ------------------------------------------------------------------------------------ */

static int64_t verdict_code(struct text verdict)
{
    return text_equal(verdict, TEXT("delivered")) ? 250
           : text_equal(verdict, TEXT("open"))    ? 450
                                                  : 550;
}

/* Whose it is: the recipient; of another message than the one in view also which. */
static void put_whose(struct buffer *b, const struct compare_side *side, uint32_t record)
{
    const struct recording *r = side->recording;
    uint32_t mail = r->lines[record].mail;

    if (mail != side->mail && mail != RECORDING_NONE) {
        uint32_t composed = r->mails[mail].composed;

        buffer_put_string(b, r->mails[mail].about != RECORDING_NONE ? "report to " : "");
        if (r->mails[mail].about == RECORDING_NONE && composed != RECORDING_NONE) {
            buffer_put_text(b, RECORDING_DATA(&r->lines[composed], mail_composed)->subject);
            buffer_put_string(b, " to ");
        }
    }
    buffer_put_text(b, ENDED(side, record)->recipient);
}

static void put_end(struct buffer *b, const struct compare_side *side, uint32_t record)
{
    const struct recording *r = side->recording;
    const struct trace_mail_ended *d = ENDED(side, record);
    uint32_t mail = r->lines[record].mail;
    int64_t begin = mail == RECORDING_NONE ? 0 : compare_time(side, r->mails[mail].first);

    buffer_put_text(b, d->verdict);
    buffer_put_string(b, " after ");
    clock_put_duration(b, (compare_time(side, record) - begin) / LADDER_MS * LADDER_MS);
    if (d->why.size > 0) {
        buffer_put_string(b, ", ");
        buffer_put_text(b, d->why);
    }
}

static bool has_twin(const struct compare_runs *runs, int s, uint32_t mail)
{
    if (mail == RECORDING_NONE || s == COMPARE_AFTER)
        return mail != RECORDING_NONE && runs->twins[mail] != RECORDING_NONE;
    for (uint32_t i = 0; i < runs->sides[COMPARE_AFTER].recording->mail_count; i++)
        if (runs->twins[i] == mail)
            return true;
    return false;
}

static void draw_fate(struct ui *ui, struct buffer *text, const struct compare_runs *runs,
                      const struct compare_fate *fate, int s, struct rect r)
{
    struct canvas *c = ui->canvas;
    const struct compare_side *side = &runs->sides[s];
    uint32_t record = fate->records[s];
    struct style style = ladder_remark(COLOUR_SOFT);
    double radius = r.h * 0.28, sign = 2 * radius + 12;

    buffer_clear(text);
    if (record == RECORDING_NONE) {
        rect_cut_left(&r, sign);
        put_whose(text, &runs->sides[!s], fate->records[!s]);
        buffer_put_string(
            text, has_twin(runs, !s, runs->sides[!s].recording->lines[fate->records[!s]].mail)
                      ? ": no end in this run"
                      : ": not in this run");
    } else {
        int64_t code = verdict_code(ENDED(side, record)->verdict);

        canvas_class(c, (int)(code / 100), (struct point){r.x + radius + 2, r.y + r.h / 2}, radius);
        rect_cut_left(&r, sign);
        put_whose(text, side, record);
        buffer_put_string(text, ": ");
        put_end(text, side, record);
        style.colour = ui_class_ink(code);
        style.font = FONT_MEDIUM;
    }
    canvas_text_in(c, style, r, buffer_text(text));
}

static double line_of(struct ui *ui)
{
    return canvas_line_height(ui->canvas, ladder_remark(COLOUR_TEXT)) + 2;
}

double compare_fates_height(struct ui *ui, const struct compare_runs *runs)
{
    return line_of(ui) * (runs->fate_count + (runs->fates_more > 0));
}

void compare_draw_fates(struct ui *ui, const struct compare_runs *runs,
                        const struct rect rects[COMPARE_SIDES])
{
    struct memory m;
    struct buffer text;
    struct rect left = rects[COMPARE_BEFORE];

    memory_init(&m, 0);
    buffer_init(&text, &m);
    for (int s = 0; s < COMPARE_SIDES; s++) {
        struct rect r = rects[s];

        for (uint32_t i = 0; i < runs->fate_count; i++)
            draw_fate(ui, &text, runs, &runs->fates[i], s, rect_cut_top(&r, line_of(ui)));
    }
    rect_cut_top(&left, line_of(ui) * runs->fate_count);
    if (runs->fates_more > 0) {
        buffer_clear(&text);
        buffer_put_string(&text, "and ");
        ladder_put_count(&text, runs->fates_more, " recipient more, with another end",
                         " recipients more, with other ends");
        canvas_text_in(ui->canvas, ladder_remark(COLOUR_SOFT), left, buffer_text(&text));
    }
    memory_end(&m);
}
