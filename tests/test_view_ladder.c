/*
 * The ladder: every record of a dialogue is on one row, in order, and what is drawn is what the records
 * say, inside its panel, at every size.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/panels/compare.h"
#include "render/panels/ladder.h"
#include "render/panels/ladder_parts.h"
#include "render/panels/ladder_print.h"
#include "tests/replay_lab.h"

/* ---- a run, ready to be looked at ------------------------------------------------------------- */

struct look {
    struct memory memory;
    struct recording recording;
    struct steps steps;
    struct pace pace;
    struct ui ui;
};

static void look_at(struct look *k, const struct replay_lab *l)
{
    uint64_t kinds = recording_kinds();

    memset(k, 0, sizeof *k);
    memory_init(&k->memory, 0);
    recording_init(&k->recording, &k->memory, &l->cast);
    for (uint32_t i = 0; i < l->count; i++)
        if (kinds >> l->records[i]->kind & 1)
            recording_add(&k->recording, l->records[i]);
    recording_end(&k->recording);
    steps_init(&k->steps, &k->memory, &k->recording);
    steps_extend(&k->steps);
    pace_init(&k->pace, &k->memory, &k->recording, PACE_STEPS);
    pace_extend(&k->pace);
    k->ui.moment = (struct moment){.cast = &l->cast,
                                   .recording = &k->recording,
                                   .steps = &k->steps,
                                   .pace = &k->pace,
                                   .veil = RECORDING_NONE};
    k->ui.choice.host = k->ui.choice.conn = k->ui.choice.mail = k->ui.choice.record =
        RECORDING_NONE;
    k->ui.pointer = (struct point){-1, -1};
}

static void look_away(struct look *k)
{
    memory_end(&k->memory);
}

static void go(struct look *k, uint32_t index)
{
    k->ui.moment.place = (struct pace_place){index, 0, k->recording.lines[index].record->time_ns};
    k->ui.moment.ms = pace_when(&k->pace, index);
}

/* ---- rows ------------------------------------------------------------------------------------- */

static bool is_said(enum trace_kind kind)
{
    return kind == TRACE_SMTP_COMMAND || kind == TRACE_SMTP_REPLY || kind == TRACE_SMTP_DATA ||
           kind == TRACE_SMTP_STATE || kind == TRACE_SMTP_ASK || kind == TRACE_SMTP_TIMEOUT ||
           kind == TRACE_POP3_COMMAND || kind == TRACE_POP3_REPLY;
}

/* The lines of a record, put together here from its fields alone. */
static void put_expected(struct buffer *b, const struct trace_record *r, uint32_t n)
{
    char digits[16];

    if (r->kind == TRACE_SMTP_COMMAND) {
        buffer_put_text(b, ((const struct trace_smtp_command *)r->data)->line);
    } else if (r->kind == TRACE_POP3_COMMAND) {
        buffer_put_text(b, ((const struct trace_pop3_command *)r->data)->line);
    } else if (r->kind == TRACE_POP3_REPLY) {
        buffer_put_text(b, ((const struct trace_pop3_reply *)r->data)->line);
    } else {
        const struct trace_smtp_reply *d = r->data;

        snprintf(digits, sizeof digits, "%d%c", (int)d->code, n + 1 < d->lines.count ? '-' : ' ');
        buffer_put_string(b, digits);
        if (d->enhanced.size > 0) {
            buffer_put_text(b, d->enhanced);
            buffer_put_string(b, " ");
        }
        if (d->lines.count > 0)
            buffer_put_text(b, d->lines.items[n]);
    }
}

static void check_lines(struct look *k, const struct ladder *l, const struct ladder_row *row)
{
    const struct trace_record *r = k->recording.lines[row->record].record;
    struct buffer is, want;

    buffer_init(&is, &k->memory);
    buffer_init(&want, &k->memory);
    for (uint32_t n = 0; n < ladder_lines(l, row); n++) {
        buffer_clear(&is);
        buffer_clear(&want);
        size_t strong = ladder_put_line(&is, l, row, n);

        put_expected(&want, r, n);
        cr_assert(text_equal(buffer_text(&is), buffer_text(&want)), "\"%.*s\" instead of \"%.*s\"",
                  TEXT_ARG(buffer_text(&is)), TEXT_ARG(buffer_text(&want)));
        cr_assert(strong > 0 && strong <= is.size);
    }
    buffer_free(&is);
    buffer_free(&want);
}

static void check_rows(struct look *k, const char *name, uint32_t conn)
{
    struct ladder l;
    uint32_t seen = 0, last_row = 0;

    ladder_of_conn(&l, &k->memory, &k->recording, conn, k->recording.count - 1, LADDER_ALL);
    cr_assert(!l.cut);
    for (uint32_t i = 1; i < l.count; i++)
        cr_assert(l.rows[i].record > l.rows[i - 1].record, "%s: rows out of order", name);
    for (uint32_t i = 1; i < l.place_count; i++)
        cr_assert(l.places[i].record > l.places[i - 1].record, "%s: placed twice", name);
    for (uint32_t i = k->recording.conns[conn].first; i != RECORDING_NONE;
         i = k->recording.lines[i].conn_after) {
        const struct recording_line *line = &k->recording.lines[i];
        uint32_t row = ladder_row_of(&l, i);

        if (!is_said(line->record->kind))
            continue;
        cr_assert(row < l.count, "%s: record %llu is on no row", name,
                  (unsigned long long)line->record->seq);
        if (line->leaves && line->travel != TRAVEL_NOT) {
            cr_assert(l.rows[row].record == i);
            cr_assert(seen == 0 || row > last_row);
            last_row = row;
            seen++;
        } else if (line->travel != TRAVEL_NOT && line->pair != RECORDING_NONE) {
            cr_assert(row == ladder_row_of(&l, line->pair), "%s: sent here, read there", name);
        }
    }
    for (uint32_t i = 0; i < l.count; i++)
        if (l.rows[i].what == LADDER_COMMAND || l.rows[i].what == LADDER_REPLY)
            check_lines(k, &l, &l.rows[i]);
    ladder_free(&l);
}

static void each_rows(struct replay_lab *lab, const char *name)
{
    struct look k;

    look_at(&k, lab);
    for (uint32_t conn = 0; conn < k.recording.conn_count; conn++)
        check_rows(&k, name, conn);
    look_away(&k);
}

Test(view_ladder, every_record_of_a_dialogue_is_on_one_row)
{
    replay_lab_each(WATCHED_LAYERS, each_rows);
}

/* What was a row stays one, in its place, and knows nothing of what comes. */
static void each_grows(struct replay_lab *lab, const char *name)
{
    struct look k;
    struct ladder before, now;

    look_at(&k, lab);
    uint32_t conn = k.recording.conn_count - 1;
    memset(&before, 0, sizeof before);
    for (uint32_t i = k.recording.conns[conn].first; i < k.recording.count; i++) {
        ladder_of_conn(&now, &k.memory, &k.recording, conn, i, LADDER_RECORDS);
        cr_assert(now.count >= before.count, "%s", name);
        for (uint32_t n = 0; n < before.count; n++)
            cr_assert(now.rows[n].record == before.rows[n].record &&
                          now.rows[n].what == before.rows[n].what,
                      "%s: a row changed at record %u", name, i);
        for (uint32_t n = 0; n < now.count; n++)
            cr_assert(now.rows[n].last <= i);
        if (before.count > 0)
            ladder_free(&before);
        before = now;
    }
    ladder_free(&before);
    look_away(&k);
}

Test(view_ladder, rows_only_grow)
{
    replay_lab_each(WATCHED_LAYERS, each_grows);
}

/* Several questions may be under way at once: each has its own answer. */
static void each_answer(struct replay_lab *lab, const char *name)
{
    struct look k;
    struct ladder l;

    look_at(&k, lab);
    for (uint32_t mail = 0; mail < k.recording.mail_count; mail++) {
        ladder_of_mail(&l, &k.memory, &k.recording, mail, LADDER_ALL, RECORDING_NONE, LADDER_ALL);
        for (uint32_t i = 0; i < l.count; i++) {
            const struct ladder_row *r = &l.rows[i];

            if (r->what != LADDER_QUESTION || r->answer == RECORDING_NONE ||
                k.recording.lines[r->answer].record->kind != TRACE_DNS_ANSWER)
                continue;
            const struct trace_dns_query *q =
                RECORDING_DATA(&k.recording.lines[r->record], dns_query);
            const struct trace_dns_answer *a =
                RECORDING_DATA(&k.recording.lines[r->answer], dns_answer);

            cr_assert(text_equal(q->name, a->name) && text_equal(q->type, a->type),
                      "%s: %.*s %.*s is answered by %.*s %.*s", name, TEXT_ARG(q->type),
                      TEXT_ARG(q->name), TEXT_ARG(a->type), TEXT_ARG(a->name));
        }
        ladder_free(&l);
    }
    look_away(&k);
}

Test(view_ladder, questions_have_their_own_answers)
{
    replay_lab_each(WATCHED_LAYERS, each_answer);
}

Test(view_ladder, pipelining_tls_and_a_smuggled_letter)
{
    struct replay_lab lab;
    struct look k;
    struct ladder l;
    unsigned grouped = 0, unsent = 0, sealed = 0, seals = 0;

    replay_lab_run(&lab, "smuggled", WATCHED_LAYERS);
    look_at(&k, &lab);
    ladder_of_conn(&l, &k.memory, &k.recording, 1, k.recording.count - 1, LADDER_RECORDS);
    for (uint32_t i = 0; i < l.count; i++) {
        grouped += l.rows[i].what == LADDER_COMMAND && l.rows[i].group == 1;
        unsent += l.rows[i].unsent;
    }
    cr_assert(grouped == 3, "MAIL, RCPT and DATA go in one: %u", grouped);
    cr_assert(unsent == 4, "MAIL, RCPT, DATA and a letter stood in the letter: %u", unsent);
    look_away(&k);
    replay_lab_free(&lab);

    replay_lab_run(&lab, "sealed-road", WATCHED_LAYERS);
    look_at(&k, &lab);
    ladder_of_conn(&l, &k.memory, &k.recording, 1, k.recording.count - 1, LADDER_RECORDS);
    for (uint32_t i = 0; i < l.count; i++) {
        seals += l.rows[i].what == LADDER_SEAL;
        sealed += l.rows[i].sealed && l.rows[i].what != LADDER_SEAL;
        cr_assert(!l.rows[i].sealed || seals == 1);
    }
    cr_assert(seals == 1 && sealed > 8);
    look_away(&k);
    replay_lab_free(&lab);
}

/* ---- drawn ------------------------------------------------------------------------------------ */

static const struct size {
    int width, height;
    double text;
} sizes[] = {{1280, 720, 1},    {1280, 720, 1.5},   {1600, 900, 1},
             {1600, 900, 1.25}, {1920, 1080, 1.25}, {1920, 1080, 1.5}};

static struct canvas *open_canvas(struct look *k, const struct size *s)
{
    char why[200];
    struct canvas *c = canvas_open(s->width, s->height, "assets/icons", why, sizeof why);

    cr_assert(c, "%s", why);
    canvas_scale(c, s->width / 1600.0, s->text);
    canvas_paint(c, false);
    k->ui.canvas = c;
    k->ui.wish.text = s->text;
    return c;
}

static const struct rect PANEL = {976, 108, 600, 640};

static bool meet(struct rect a, struct rect b)
{
    double slack = 0.6;

    return a.x + slack < b.x + b.w && b.x + slack < a.x + a.w && a.y + slack < b.y + b.h &&
           b.y + slack < a.y + a.h;
}

static bool within(struct rect in, struct rect r)
{
    return in.x >= r.x - 0.6 && in.y >= r.y - 0.6 && in.x + in.w <= r.x + r.w + 0.6 &&
           in.y + in.h <= r.y + r.h + 0.6;
}

static void check_marks(struct canvas *c, struct rect panel, const char *name)
{
    size_t count;
    const struct mark *m = canvas_marks(c, &count);

    for (size_t i = 0; i < count; i++) {
        if (m[i].kind != MARK_TEXT && m[i].kind != MARK_ICON && m[i].kind != MARK_HIT)
            continue;
        cr_assert(within(m[i].r, panel), "%s: \"%.*s\" leaves its panel: %g %g %g %g", name,
                  TEXT_ARG(canvas_mark_text(c, &m[i])), m[i].r.x, m[i].r.y, m[i].r.w, m[i].r.h);
        for (size_t j = 0; j < i; j++) {
            bool hits = m[i].kind == MARK_HIT || m[j].kind == MARK_HIT;

            if ((m[j].kind != MARK_TEXT && m[j].kind != MARK_ICON && m[j].kind != MARK_HIT) ||
                (hits && m[i].kind != m[j].kind))
                continue;
            /* Areas to click are whole pixels. */
            cr_assert(!meet(hits ? rect_inset(m[i].r, 1) : m[i].r, m[j].r),
                      "%s: \"%.*s\" (%d: %g %g %g %g) meets \"%.*s\" (%g %g %g %g)", name,
                      TEXT_ARG(canvas_mark_text(c, &m[i])), (int)m[i].kind, m[i].r.x, m[i].r.y,
                      m[i].r.w, m[i].r.h, TEXT_ARG(canvas_mark_text(c, &m[j])), m[j].r.x, m[j].r.y,
                      m[j].r.w, m[j].r.h);
        }
    }
}

/* Is this text, cut or not, among the marks?  What is said is drawn in two pieces. */
static bool drawn(struct canvas *c, struct text said)
{
    size_t count;
    const struct mark *m = canvas_marks(c, &count);

    for (size_t i = 0; i < count; i++) {
        struct text first = canvas_mark_text(c, &m[i]);

        if (m[i].kind != MARK_TEXT || first.size > said.size ||
            memcmp(first.at, said.at, first.size) != 0)
            continue;
        if (first.size == said.size)
            return true;
        for (size_t j = i + 1; j < count && j < i + 3; j++)
            if ((m[j].kind == MARK_TEXT || m[j].kind == MARK_CUT) &&
                text_equal(canvas_mark_text(c, &m[j]), text_after(said, first.size)))
                return true;
    }
    return false;
}

/* Rows can be clicked, and those that can be clicked are drawn as their records say. */
static uint32_t check_drawn(struct look *k, struct canvas *c, uint32_t conn, const char *name)
{
    size_t count;
    const struct mark *m = canvas_marks(c, &count);
    struct ladder l;
    struct buffer said;
    uint32_t rows = 0;

    buffer_init(&said, &k->memory);
    ladder_of_conn(&l, &k->memory, &k->recording, conn, k->ui.moment.place.index, LADDER_RECORDS);
    for (size_t i = 0; i < count; i++) {
        if (m[i].kind != MARK_HIT || m[i].verb != ACT_SHOW)
            continue;
        uint32_t row = ladder_row_of(&l, (uint32_t)m[i].argument);

        cr_assert(row < l.count, "%s: a click on nothing", name);
        rows++;
        if (l.rows[row].what != LADDER_COMMAND && l.rows[row].what != LADDER_REPLY)
            continue;
        buffer_clear(&said);
        ladder_put_line(&said, &l, &l.rows[row], 0);
        /* What is shown whole, over several lines, is checked by its rows. */
        if (said.size < 24)
            cr_assert(drawn(c, buffer_text(&said)), "%s: \"%.*s\" is not drawn", name,
                      TEXT_ARG(buffer_text(&said)));
    }
    ladder_free(&l);
    buffer_free(&said);
    return rows;
}

static void draw(struct look *k, struct canvas *c)
{
    canvas_begin(c);
    ladder_draw(&k->ui, PANEL);
}

static void check_panel(struct look *k, struct canvas *c, const char *name)
{
    for (uint32_t conn = 0; conn < k->recording.conn_count; conn++) {
        uint32_t first = k->recording.conns[conn].first, last = k->recording.conns[conn].last;

        k->ui.choice.conn = conn;
        for (uint32_t n = 0; n < 4; n++) {
            go(k, first + (last - first) * n / 3);
            draw(k, c);
            check_marks(c, PANEL, name);
            cr_assert(check_drawn(k, c, conn, name) > 0, "%s: an empty ladder", name);
        }
    }
}

static void check_all(struct look *k, struct canvas *c, const char *name)
{
    k->ui.choice.ladder_all = true;
    k->ui.choice.conn = RECORDING_NONE;
    for (uint32_t mail = 0; mail < k->recording.mail_count && mail < 8; mail++) {
        uint32_t first = k->recording.mails[mail].first, last = k->recording.mails[mail].last;

        k->ui.choice.mail = mail;
        for (uint32_t n = 0; n < 5; n++) {
            go(k, first + (last - first) * n / 4);
            draw(k, c);
            check_marks(c, PANEL, name);
        }
    }
    k->ui.choice.ladder_all = false;
    k->ui.choice.mail = RECORDING_NONE;
}

/* Room mode: points are half as large again, so there are fewer of them. */
static void check_room(struct look *k, struct canvas *c, const struct size *s, const char *name)
{
    struct rect room = {24, 96 * s->text, 1018, 600 - 96 * s->text - 120 - 40};
    size_t count, rows = 0;

    canvas_scale(c, 1.5 * s->width / 1600.0, s->text);
    k->ui.wish.room = true;
    k->ui.choice.conn = RECORDING_NONE;
    for (uint32_t i = 0; i < k->steps.count; i += 3) {
        go(k, k->steps.items[i].record);
        canvas_begin(c);
        ladder_draw(&k->ui, room);
        check_marks(c, room, name);
        const struct mark *m = canvas_marks(c, &count);
        rows = 0;
        for (size_t n = 0; n < count; n++)
            rows += m[n].kind == MARK_HIT && m[n].verb == ACT_SHOW;
        cr_assert(rows <= 7, "%s: %zu rows in room mode", name, rows);
    }
    k->ui.wish.room = false;
}

static void each_panel(struct replay_lab *lab, const char *name)
{
    struct look k;

    look_at(&k, lab);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct canvas *c = open_canvas(&k, &sizes[i]);

        check_panel(&k, c, name);
        check_all(&k, c, name);
        check_room(&k, c, &sizes[i], name);
        canvas_close(c);
    }
    look_away(&k);
}

Test(view_ladder, rows_stay_in_their_panel, .timeout = 300)
{
    replay_lab_each(WATCHED_LAYERS, each_panel);
}

/* Hosts with names of 60 characters, and replies of a thousand. */
#define LONG "a-mail-exchanger-whose-name-is-as-long-as-one-may-ever-meet"
static const char LONG_NAMES[] =
    "{\"smtplab\":1,\"hosts\":{\"the-computer-of-somebody-who-likes-names-that-say-it-all-pc\":{"
    "\"mua\":{"
    "\"mailbox\":\"alice-who-has-a-very-long-name@uni.example\",\"server\":\"" LONG
    ".uni.example\"}},"
    "\"" LONG ".uni.example\":{\"msa\":{},\"mta\":{},\"mda\":{\"mailboxes\":[\"alice\"]}},"
    "\"" LONG
    ".shop.example\":{\"mta\":{},\"mda\":{\"mailboxes\":[\"bob\"]}}},\"timeline\":[{\"at\":"
    "\"0s\",\"on\":\"the-computer-of-somebody-who-likes-names-that-say-it-all-pc\",\"send\":{"
    "\"to\":"
    "\"bob@shop.example\",\"subject\":\"A subject that is longer than what any panel may have room "
    "for, so that it has to be shortened\"}}]}";

static void make_long(struct replay_lab *lab)
{
    static char text[1000];
    static struct text lines[1] = {{text, sizeof text}};

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "long words in a reply that never ends, "[i % 39];
    for (uint32_t i = 0; i < lab->count; i++)
        if (lab->records[i]->kind == TRACE_SMTP_REPLY) {
            struct trace_smtp_reply *d = (struct trace_smtp_reply *)lab->records[i]->data;

            if (text_equal(d->to, TEXT("RCPT")))
                d->lines = (struct trace_texts){lines, 1};
        }
}

Test(view_ladder, long_names_and_lines_stay_in_their_panel)
{
    struct replay_lab lab;
    struct look k;

    replay_lab_run_text(&lab, text_of(LONG_NAMES), WATCHED_LAYERS);
    make_long(&lab);
    look_at(&k, &lab);
    cr_assert(k.recording.conn_count >= 2);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct canvas *c = open_canvas(&k, &sizes[i]);

        check_panel(&k, c, "long");
        check_all(&k, c, "long");
        k.ui.choice.conn = RECORDING_NONE;
        for (uint32_t n = 0; n < k.steps.count; n++) {
            go(&k, k.steps.items[n].record);
            draw(&k, c);
            check_marks(c, PANEL, "long, step by step");
        }
        /* What is chosen is shown whole, or as much of it as the panel holds. */
        for (uint32_t n = 0; n < k.recording.count; n += 5) {
            k.ui.choice.record = n;
            k.ui.choice.conn = k.recording.lines[n].conn;
            go(&k, k.recording.count - 1);
            draw(&k, c);
            check_marks(c, PANEL, "long, chosen");
        }
        k.ui.choice.record = k.ui.choice.conn = RECORDING_NONE;
        check_room(&k, c, &sizes[i], "long");
        canvas_close(c);
    }
    look_away(&k);
    replay_lab_free(&lab);
}

/* The row of the story's step is in view. */
static void each_current(struct replay_lab *lab, const char *name)
{
    struct look k;

    look_at(&k, lab);
    struct canvas *c = open_canvas(&k, &sizes[1]);
    for (uint32_t i = 0; i < k.steps.count; i++) {
        uint32_t record = k.steps.items[i].record, conn = k.steps.items[i].conn, row;
        size_t count;
        bool seen = false;

        go(&k, record);
        k.ui.choice.conn = RECORDING_NONE;
        draw(&k, c);
        if (conn == RECORDING_NONE)
            continue;
        struct ladder l;
        ladder_of_conn(&l, &k.memory, &k.recording, conn, record, LADDER_RECORDS);
        row = ladder_row_of(&l, record);
        const struct mark *m = canvas_marks(c, &count);
        for (size_t n = 0; n < count; n++)
            seen |= m[n].kind == MARK_HIT && m[n].verb == ACT_SHOW &&
                    ladder_row_of(&l, (uint32_t)m[n].argument) == row;
        cr_assert(row == RECORDING_NONE || seen, "%s: the row of step %u is not seen", name, i);
        ladder_free(&l);
    }
    canvas_close(c);
    look_away(&k);
}

Test(view_ladder, the_moments_row_is_seen)
{
    replay_lab_each(WATCHED_LAYERS, each_current);
}

/* With a veil the same is drawn as if the veiled records were not there. */
Test(view_ladder, nothing_behind_the_veil)
{
    struct replay_lab lab;
    struct look k;
    size_t veiled, plain;

    replay_lab_run(&lab, "two-of-three", WATCHED_LAYERS);
    look_at(&k, &lab);
    struct canvas *c = open_canvas(&k, &sizes[2]);
    k.ui.choice.conn = 1;
    uint32_t veil =
        recording_seq(&k.recording, k.recording.lines[k.recording.conns[1].last].record->seq) - 20;
    go(&k, k.recording.count - 1);
    k.ui.moment.veil = veil;
    draw(&k, c);
    const struct mark *m = canvas_marks(c, &veiled);
    for (size_t i = 0; i < veiled; i++)
        cr_assert(m[i].kind != MARK_HIT || m[i].verb != ACT_SHOW || m[i].argument < veil);
    k.ui.moment.veil = RECORDING_NONE;
    go(&k, veil - 1);
    draw(&k, c);
    canvas_marks(c, &plain);
    cr_assert(veiled == plain, "%zu marks and %zu", veiled, plain);
    go(&k, k.recording.count - 1);
    draw(&k, c);
    canvas_marks(c, &plain);
    cr_assert(veiled != plain, "the veil hides nothing");
    canvas_close(c);
    look_away(&k);
    replay_lab_free(&lab);
}

/* ---- on paper --------------------------------------------------------------------------------- */

enum { PAPER_MAX = 4 };

/* The pages as they come; as many as there is room for. */
struct paper {
    struct memory memory;
    struct text names[PAPER_MAX], octets[PAPER_MAX];
    uint32_t count, room;
};

static bool take_page(void *context, const char *path, struct text octets)
{
    struct paper *p = context;

    if (p->count == p->room)
        return false;
    p->names[p->count] = text_copy(&p->memory, text_of(path));
    p->octets[p->count++] = text_copy(&p->memory, octets);
    return true;
}

static size_t page_has(struct text page, const char *word)
{
    size_t found = 0;

    for (size_t i = 0; i + strlen(word) <= page.size; i++)
        found += memcmp(page.at + i, word, strlen(word)) == 0;
    return found;
}

Test(view_ladder, a_ladder_is_printed)
{
    struct replay_lab lab;
    struct look k;
    struct paper p = {.room = PAPER_MAX};
    struct ladder_paper paper = {take_page, &p};
    uint32_t pages = 0;
    char why[200] = "";

    memory_init(&p.memory, 0);
    replay_lab_run(&lab, "two-of-three", WATCHED_LAYERS);
    look_at(&k, &lab);
    struct ladder_print what = {.recording = &k.recording,
                                .pace = &k.pace,
                                .conn = RECORDING_NONE,
                                .mail = 0,
                                .upto = RECORDING_NONE};
    cr_assert(ladder_print(&what, "a.svg", "assets/icons", paper, &pages, why, sizeof why), "%s",
              why);
    cr_assert(pages == 2 && p.count == 2 && text_equal(p.names[0], TEXT("a.svg")) &&
              text_equal(p.names[1], TEXT("a-2.svg")));
    cr_assert(page_has(p.octets[0], "<svg") == 1 && page_has(p.octets[1], "</svg>") == 1);
    /* Text is glyphs of the fonts, not pictures. */
    cr_assert(page_has(p.octets[0], "glyph") > 500);
    p.count = 0, p.room = 1;
    cr_assert_not(ladder_print(&what, "a.svg", "assets/icons", paper, &pages, why, sizeof why));
    cr_assert(pages == 1 && p.count == 1 && strlen(why) == 0,
              "the first stays, and no other comes");
    p.count = 0, p.room = PAPER_MAX;
    what.conn = 1;
    cr_assert(ladder_print(&what, "a.png", "assets/icons", paper, &pages, why, sizeof why), "%s",
              why);
    cr_assert(pages == 1 && page_has(p.octets[0], "\x89PNG") == 1);
    what.conn = 77;
    cr_assert_not(ladder_print(&what, "a.png", "assets/icons", paper, &pages, why, sizeof why));
    cr_assert(strlen(why) > 0 && pages == 0);
    memory_end(&p.memory);
    look_away(&k);
    replay_lab_free(&lab);
}

/* ---- two runs --------------------------------------------------------------------------------- */

#define LETTER                                                                                     \
    "{\"smtplab\":1,\"hosts\":{\"alice-pc\":{\"mua\":{\"mailbox\":\"alice@uni.example\","          \
    "\"server\":\"mail.uni.example\"}},"                                                           \
    "\"mail.uni.example\":{\"msa\":{},\"mta\":{},\"mda\":{\"mailboxes\":[\"alice\"]}},"            \
    "\"mail.shop.example\":{\"mta\":{},\"mda\":{\"mailboxes\":[\"bob\"]}}},\"timeline\":["         \
    "{\"at\":\"0s\",\"on\":\"alice-pc\",\"send\":{\"to\":\"bob@shop.example\",\"subject\":\"Hi\"}" \
    "}"

static const char AS_IT_WAS[] = LETTER "]}";
static const char CHANGED[] = LETTER ",{\"at\":\"400ms\",\"on\":\"mail.shop.example\",\"answer\":"
                                     "{\"to\":\"RCPT\",\"with\":\"550 5.7.1 no\"}}]}";

static bool says(struct text t, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= t.size; i++)
        if (memcmp(t.at + i, word, strlen(word)) == 0)
            return true;
    return false;
}

/* The record of a line on that side. */
static const struct recording_line *line_of(const struct compare_runs *runs, uint32_t line,
                                            int side)
{
    const struct compare_side *s = &runs->sides[side];

    return &s->recording->lines[s->ladder.rows[runs->lines[line].rows[side]].record];
}

Test(view_ladder, two_runs_part_where_a_reply_differs)
{
    struct replay_lab labs[2];
    struct look k[2];
    struct compare_runs runs, same;

    replay_lab_run_text(&labs[0], text_of(AS_IT_WAS), WATCHED_LAYERS);
    replay_lab_run_text(&labs[1], text_of(CHANGED), WATCHED_LAYERS);
    for (int i = 0; i < 2; i++)
        look_at(&k[i], &labs[i]);
    compare_find(&same, &k[0].memory, &k[0].recording, &k[0].recording);
    cr_assert(same.same && same.cause.size == 0);

    compare_find(&runs, &k[1].memory, &k[0].recording, &k[1].recording);
    cr_assert(!runs.same);
    /* The fault meets the command; the replies to it are another pair. */
    cr_assert(line_of(&runs, runs.first, 0)->record->kind == TRACE_SMTP_COMMAND);
    cr_assert(runs.lines[runs.first].is == COMPARE_OTHER);
    uint32_t reply = runs.first;
    while (++reply < runs.line_count && runs.lines[reply].is != COMPARE_OTHER)
        ;
    cr_assert(reply < runs.line_count);
    const struct recording_line *a = line_of(&runs, reply, COMPARE_BEFORE),
                                *b = line_of(&runs, reply, COMPARE_AFTER);
    cr_assert(a->record->kind == TRACE_SMTP_REPLY && RECORDING_DATA(a, smtp_reply)->code == 250);
    cr_assert(b->record->kind == TRACE_SMTP_REPLY && RECORDING_DATA(b, smtp_reply)->code == 550);
    cr_assert(says(runs.cause,
                   "The change, at 400 ms: mail.shop will answer the next RCPT with 550 5.7.1 no"),
              "%.*s", TEXT_ARG(runs.cause));
    cr_assert(says(runs.words, "550"), "%.*s", TEXT_ARG(runs.words));

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct canvas *c = open_canvas(&k[1], &sizes[i]);

        canvas_begin(c);
        k[1].ui.choice.ladder_scroll = -1;
        compare_draw(&k[1].ui, &runs, canvas_area(c));
        check_marks(c, canvas_area(c), "comparison");
        cr_assert(drawn(c, TEXT("250 2.1.5 recipient accepted")));
        cr_assert(drawn(c, TEXT("550 5.7.1 no")));
        cr_assert(sizes[i].text > 1 || drawn(c, TEXT("with the change")));
        canvas_close(c);
    }
    for (int i = 0; i < 2; i++) {
        look_away(&k[i]);
        replay_lab_free(&labs[i]);
    }
}
