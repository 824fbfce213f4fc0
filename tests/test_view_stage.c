/*
 * test_view_stage.c - the moving picture as it is drawn: it stays on the map, at any size, and what is
 * said to be drawn is drawn.
 */
#include <math.h>

#include "render/stage/flights.h"
#include "render/stage/gate.h"
#include "render/stage/map.h"
#include "tests/stage_lab.h"
#include "tests/view_picture.h"

static const struct rect PANEL = {24, 110, 940, 430};

struct scene_test {
    struct replay_lab lab;
    struct stage stage;
    struct map map;
};

static void open_test(struct scene_test *t, const char *name, struct canvas *c, double text)
{
    replay_lab_run(&t->lab, name, WATCHED_LAYERS);
    stage_open(&t->stage, &t->lab, UINT32_MAX);
    map_init(&t->map, t->lab.memory, &t->lab.cast);
    t->stage.ui.canvas = c;
    t->stage.ui.wish.text = text;
    t->stage.ui.choice.map_zoom = 1;
    canvas_scale(c, 1, text);
}

static void close_test(struct scene_test *t)
{
    map_end(&t->map);
    replay_lab_free(&t->lab);
}

static void draw(struct scene_test *t, double ms)
{
    stage_at(&t->stage, ms);
    canvas_begin(t->stage.ui.canvas);
    canvas_fill(t->stage.ui.canvas, canvas_area(t->stage.ui.canvas), 0, COLOUR_GROUND);
    map_draw(&t->map, &t->stage.ui, PANEL);
}

static bool within(struct rect r, struct rect room)
{
    return r.x >= room.x - 0.6 && r.y >= room.y - 0.6 && r.x + r.w <= room.x + room.w + 0.6 &&
           r.y + r.h <= room.y + room.h + 0.6;
}

static void expect_inside(struct scene_test *t, const char *name)
{
    size_t count;
    const struct mark *marks = canvas_marks(t->stage.ui.canvas, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].moving && marks[i].kind == MARK_TEXT)
            cr_assert(within(marks[i].r, PANEL), "%s at %.0f: \"%.*s\" leaves the map", name,
                      t->stage.ui.moment.ms,
                      TEXT_ARG(canvas_mark_text(t->stage.ui.canvas, &marks[i])));
}

Test(stage, words_stay_on_the_map)
{
    static const char *const names[] = {"first-letter", "open-door",   "blamed",   "the-way-back",
                                        "too-late",     "sealed-road", "receipts", "closed-door"};
    struct canvas *c = open_at(1600, 900);

    canvas_paint(c, false);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (int k = 0; k < 3; k++) {
            struct scene_test t;
            open_test(&t, names[i], c, 1 + k * 0.25);
            double end = pace_length(&t.stage.pace);
            for (double ms = 0; ms < end; ms += 230) {
                draw(&t, ms);
                expect_inside(&t, names[i]);
            }
            close_test(&t);
        }
    canvas_close(c);
}

static bool is_written(struct canvas *c, const char *words)
{
    size_t count;
    const struct mark *marks = canvas_marks(c, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_TEXT && marks[i].moving &&
            text_equal(canvas_mark_text(c, &marks[i]), text_of(words)))
            return true;
    return false;
}

/* Draws in the middle between the record and the next, and asks what is written. */
static void expect_written(const char *name, enum trace_kind kind, int nth, double after,
                           const char *words)
{
    struct canvas *c = open_at(1600, 900);
    struct scene_test t;
    uint32_t record = NONE;

    canvas_paint(c, false);
    open_test(&t, name, c, 1);
    for (int i = 0; i < nth; i++)
        record = stage_find(&t.stage, kind, record == NONE ? 0 : record + 1);
    cr_assert_neq(record, NONE);
    draw(&t, pace_when(&t.stage.pace, record) + after);
    cr_expect(is_written(c, words), "%s: no \"%s\"", name, words);
    close_test(&t);
    canvas_close(c);
}

Test(stage, what_happens_is_written_beside_it)
{
    expect_written("first-letter", TRACE_DNS_QUERY, 1, 150, "A submit.uni");
    expect_written("first-letter", TRACE_POLICY_RELAY, 1, 20, "in range?");
    expect_written("first-letter", TRACE_CUSTODY_OVERLAP, 1, 20, "in doubt");
    expect_written("first-letter", TRACE_CUSTODY_OPENED, 1, 20, "has it: alice-pc");
    expect_written("first-letter", TRACE_POP3_REPLY, 3, 20, "POP3, not SMTP");
    expect_written("blamed", TRACE_LIST_LISTED, 1, 20, "listed by bl.example");
    expect_written("too-late", TRACE_TCP_FAILED, 1, 20, "connection refused");
    expect_written("closed-for-lunch", TRACE_QUEUE_DEFERRED, 1, 20, "450, again in 5 min");
    expect_written("open-door", TRACE_MAIL_ACCEPTED, 1, 20, "1 letter, 4 RCPT");
    expect_written("the-way-back", TRACE_MAIL_NDR, 1, 20, "Report, written by mx.shop");
    expect_written("receipts", TRACE_NET_DROPPED, 2, 20, "host is down");
}

/* The same moment drawn again is the same picture, whatever was drawn between. */
Test(stage, a_picture_is_a_function_of_its_moment)
{
    struct canvas *c = open_at(1600, 900);
    struct scene_test t;

    open_test(&t, "two-copies", c, 1);
    for (double ms = 3000; ms < 40000; ms += 9100) {
        draw(&t, ms);
        uint32_t *first = copy_pixels(c);
        draw(&t, ms + 5000);
        draw(&t, ms);
        cr_expect_eq(differing(c, first), 0, "%.0f", ms);
        free(first);
    }
    close_test(&t);
    canvas_close(c);
}

/* ---- the gate's card -------------------------------------------------------------------------- */

/* The box of the card on the map, with all its lamps; w 0: there is none. */
static struct rect find_card(struct canvas *c)
{
    size_t count;
    const struct mark *marks = canvas_marks(c, &count);
    struct rect box = {0, 0, 0, 0};

    for (size_t i = 0; i + 2 < count; i++) {
        if (marks[i].kind == MARK_BOX)
            box = marks[i].r;
        if (marks[i].kind != MARK_TEXT || !marks[i].moving ||
            !text_equal(canvas_mark_text(c, &marks[i]), TEXT("in range?")))
            continue;
        cr_assert(text_equal(canvas_mark_text(c, &marks[i + 1]), TEXT("logged in?")));
        cr_assert(text_equal(canvas_mark_text(c, &marks[i + 2]), TEXT("ours?")));
        return box;
    }
    return (struct rect){0, 0, 0, 0};
}

/* How often a card is elsewhere than it was, of how many moments with one. */
static void count_moves(struct scene_test *t, uint32_t *moves, uint32_t *cards)
{
    struct rect last = {0, 0, 0, 0};
    uint32_t record = NONE;

    for (double ms = 0; ms < pace_length(&t->stage.pace); ms += 50) {
        struct gate gates[GATES_SHOWN];
        draw(t, ms);
        uint32_t count = gates_at(&t->stage.ui, gates);
        struct rect r = find_card(t->stage.ui.canvas);
        if (r.w > 0 && last.w > 0 && record == gates[0].record)
            *moves += fabs(r.x - last.x) > 1 || fabs(r.y - last.y) > 1;
        *cards += r.w > 0;
        record = count > 0 ? gates[0].record : NONE;
        last = r;
    }
}

Test(stage, a_gates_card_has_all_its_words_and_stays_where_it_is)
{
    static const char *const names[] = {"first-letter", "open-door", "closed-door",
                                        "sealed-road",  "ping-pong", "blamed"};
    struct canvas *c = open_at(1280, 720);
    uint32_t moves = 0, cards = 0;

    canvas_paint(c, false);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct scene_test t;
        open_test(&t, names[i], c, 1);
        canvas_scale(c, 0.8, 1);
        count_moves(&t, &moves, &cards);
        close_test(&t);
    }
    cr_expect_gt(cards, 200, "%u", cards);
    cr_expect_eq(moves, 0, "%u moves at %u moments", moves, cards);
    canvas_close(c);
}
