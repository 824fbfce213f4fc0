/*
 * The inspector: its diagrams are those of the table, what it shows is what the facts say, nothing meets,
 * leaves the panel or tells of what may not be known yet.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "render/panels/inspector.h"
#include "render/panels/inspector_states.h"
#include "sim/explain/machine.h"
#include "tests/replay_lab.h"

#define NONE RECORDING_NONE

/* ---- a run, and a panel that shows it ----------------------------------------------------------- */

struct shown {
    struct replay_lab lab;
    struct recording recording;
    struct steps steps;
    struct scenes scenes;
    struct canvas *canvas;
    struct ui ui;
    struct rect panel;
};

static void begin(struct shown *s)
{
    char why[200];

    replay_lab_record(&s->recording, &s->lab);
    steps_init(&s->steps, s->lab.memory, &s->recording);
    steps_extend(&s->steps);
    scenes_init(&s->scenes, s->lab.memory, &s->recording, 1 << 20);
    s->canvas = canvas_open(1600, 900, "assets/icons", why, sizeof why);
    cr_assert(s->canvas, "%s", why);
    canvas_paint(s->canvas, false);
    s->panel = (struct rect){24, 100, 938, 197};
    s->ui = (struct ui){.canvas = s->canvas, .pointer = {-1, -1}};
    s->ui.moment = (struct moment){
        .cast = &s->lab.cast, .recording = &s->recording, .steps = &s->steps, .veil = NONE};
    s->ui.choice = (struct choice){.host = NONE, .conn = NONE, .mail = NONE, .record = NONE};
    s->ui.wish.text = 1;
}

static void show(struct shown *s, const char *scenario)
{
    replay_lab_run(&s->lab, scenario, WATCHED_LAYERS);
    begin(s);
}

static void end(struct shown *s)
{
    canvas_close(s->canvas);
    replay_lab_free(&s->lab);
}

static void at(struct shown *s, uint32_t record)
{
    s->ui.moment.place = (struct pace_place){
        record, 0, record == NONE ? 0 : s->recording.lines[record].record->time_ns};
    s->ui.moment.scene = scenes_seek(&s->scenes, record);
}

static void draw(struct shown *s)
{
    canvas_begin(s->canvas);
    inspector_draw(&s->ui, s->panel);
}

/* Does that text stand in the panel? */
static bool says(const struct shown *s, const char *text)
{
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_TEXT &&
            text_equal(canvas_mark_text(s->canvas, &marks[i]), text_of(text)))
            return true;
    return false;
}

static bool offers(const struct shown *s, enum act act, int64_t argument)
{
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_HIT && marks[i].verb == act && marks[i].argument == argument)
            return true;
    return false;
}

static void open(struct shown *s, enum inspect subject, enum inspect_tab tab)
{
    s->ui.choice.inspect = subject;
    s->ui.choice.tab = tab;
    s->ui.choice.inspector_scroll = 0;
    draw(s);
}

/* ---- the diagrams are the table's --------------------------------------------------------------- */

static bool has_way(const struct state_map *map, struct text from, struct text to)
{
    for (uint32_t i = 0; i < map->way_count; i++)
        if (text_equal(text_of(map->ways[i][0]), from) && text_equal(text_of(map->ways[i][1]), to))
            return true;
    return false;
}

static bool gathers(const struct state_map *map, struct text state)
{
    return text_equal(text_of(map->gathers[0]), state) ||
           text_equal(text_of(map->gathers[1]), state);
}

static void check_places(const struct state_map *map, const struct machine *m)
{
    cr_assert_eq(map->place_count, m->state_count);
    for (uint32_t i = 0; i < map->place_count; i++) {
        const struct state_place *p = &map->places[i];

        cr_assert_neq(machine_state(m, text_of(p->state)), UINT32_MAX, "%s", p->state);
        cr_assert(p->column >= 0 && p->column < map->columns && p->row >= 0 && p->row < 3);
        for (uint32_t k = 0; k < i; k++)
            cr_assert(map->places[k].column != p->column || map->places[k].row != p->row,
                      "%s stands on %s", p->state, map->places[k].state);
    }
}

Test(inspector, diagrams_are_those_of_the_table)
{
    struct memory memory;

    memory_init(&memory, 0);
    for (int side = MACHINE_SERVER; side <= MACHINE_CLIENT; side++) {
        const struct state_map *map = &inspector_state_maps[side];
        struct machine m;

        machine_read(&m, &memory, (enum machine_side)side);
        check_places(map, &m);
        for (uint32_t i = 0; i < map->way_count; i++) {
            bool is = false;
            for (uint32_t a = 0; a < m.arrow_count; a++)
                is |= text_equal(m.states[m.arrows[a].from].name, text_of(map->ways[i][0])) &&
                      text_equal(m.states[m.arrows[a].to].name, text_of(map->ways[i][1]));
            cr_assert(is, "nothing leads from %s to %s", map->ways[i][0], map->ways[i][1]);
        }
        for (uint32_t a = 0; a < m.arrow_count; a++) {
            struct text from = m.states[m.arrows[a].from].name, to = m.states[m.arrows[a].to].name;
            cr_assert(has_way(map, from, to) || gathers(map, to), "%.*s -> %.*s is not drawn",
                      TEXT_ARG(from), TEXT_ARG(to));
        }
    }
    memory_end(&memory);
}

/* ---- what is shown as the story goes ------------------------------------------------------------ */

Test(inspector, follows_the_story_by_its_chapters)
{
    struct shown s;

    show(&s, "signpost");
    uint32_t answer = replay_lab_nth(&s.recording, TRACE_DNS_ANSWER, "mail.uni.example", 0);
    at(&s, answer);
    cr_assert_eq(inspector_subject(&s.ui), INSPECT_HOST);
    cr_assert_eq(inspector_tab(&s.ui), TAB_CACHE);
    draw(&s);
    cr_assert(says(&s, "mail.uni") && says(&s, "10 post.shop.example") && says(&s, "1 h"));
    cr_assert(offers(&s, ACT_SHOW, answer));
    at(&s, replay_lab_nth(&s.recording, TRACE_MAIL_DELIVERED, "post.shop.example", 0));
    cr_assert_eq(inspector_subject(&s.ui), INSPECT_MAIL);
    cr_assert_eq(inspector_tab(&s.ui), TAB_SUMMARY);
    /* What is chosen comes before the story, and a tab of another subject counts for nothing. */
    s.ui.choice.host = cast_host(&s.lab.cast, TEXT("post.shop.example"));
    cr_assert_eq(inspector_subject(&s.ui), INSPECT_HOST);
    s.ui.choice.tab = TAB_LETTER;
    cr_assert_geq(inspector_tab(&s.ui), TAB_ABOUT);
    s.ui.choice.tab = TAB_RULES;
    cr_assert_eq(inspector_tab(&s.ui), TAB_RULES);
    s.ui.choice.inspect = INSPECT_SESSION;
    cr_assert_eq(inspector_tab(&s.ui), TAB_SERVER);
    end(&s);
}

Test(inspector, shows_the_rules_where_they_refuse)
{
    struct shown s;

    show(&s, "closed-door");
    for (uint32_t i = 0; i < s.recording.count; i++) {
        if (s.recording.lines[i].record->kind != TRACE_POLICY_RELAY ||
            RECORDING_DATA(&s.recording.lines[i], policy_relay)->allowed)
            continue;
        at(&s, i);
        cr_assert(inspector_subject(&s.ui) == INSPECT_HOST && inspector_tab(&s.ui) == TAB_RULES);
        draw(&s);
        cr_assert(says(&s, "mail.isp") && says(&s, "refuse") && says(&s, "decided: refused"));
        cr_assert(says(&s, "allow from 192.0.2.0/25") && says(&s, "passed over"));
        /* And stays while the reply is read that follows. */
        at(&s, steps_next(&s.steps, i, 1, STEP_ACT));
        draw(&s);
        cr_assert(says(&s, "mail.isp") && says(&s, "decided: refused"));
    }
    end(&s);
}

/* ---- what is shown is what the facts say -------------------------------------------------------- */

Test(inspector, message)
{
    struct shown s;

    show(&s, "two-of-three");
    at(&s, replay_lab_nth(&s.recording, TRACE_QUEUE_BOUNCED, "mail.uni.example", 0));
    open(&s, INSPECT_MAIL, TAB_SUMMARY);
    cr_assert(says(&s, "Message alice-pc.1") && says(&s, "mail.uni to mail.shop"));
    cr_assert(says(&s, "alice@uni.example") && says(&s, "nobody@shop.example"));
    cr_assert(says(&s, "accepted by mail.shop") && says(&s, "250") && says(&s, "550"));
    cr_assert(says(&s, "refused by mail.shop") && says(&s, "For three"));
    at(&s, s.recording.count - 1);
    s.ui.choice.mail = 0;
    open(&s, INSPECT_MAIL, TAB_SUMMARY);
    cr_assert(says(&s, "delivered at mail.shop") && says(&s, "bounced: report mail.uni.1"));
    cr_assert(says(&s, "kept at mail.shop"));
    at(&s, 0);
    s.ui.choice.mail = NONE;
    open(&s, INSPECT_MAIL, TAB_NONE);
    cr_assert(says(&s, "No message has been written yet."));
    end(&s);
}

Test(inspector, letter_grows)
{
    struct shown s;

    show(&s, "three-hops");
    s.panel.h = 600;
    uint32_t last = replay_lab_nth(&s.recording, TRACE_MAIL_DELIVERED, "mx.shop.example", 0);
    at(&s, replay_lab_nth(&s.recording, TRACE_CUSTODY_OPENED, "alice-pc", 0));
    open(&s, INSPECT_MAIL, TAB_LETTER);
    cr_assert(says(&s, "written at alice-pc") && says(&s, "Date:") && !says(&s, "Received:"));
    at(&s, last);
    open(&s, INSPECT_MAIL, TAB_LETTER);
    cr_assert(says(&s, "Received:") && says(&s, "added on delivery"));
    cr_assert(says(&s, "added by mx.shop") && says(&s, "added by out.isp") &&
              says(&s, "added by mail.uni"));
    /* At a host on the way it is as it was there. */
    s.ui.choice.host = cast_host(&s.lab.cast, TEXT("out.isp.example"));
    open(&s, INSPECT_MAIL, TAB_LETTER);
    cr_assert(says(&s, "added by out.isp") && !says(&s, "added by mx.shop"));
    end(&s);
}

Test(inspector, report)
{
    struct shown s;

    show(&s, "the-way-back");
    s.panel.h = 400;
    at(&s, s.recording.count - 1);
    cr_assert(inspector_subject(&s.ui) == INSPECT_MAIL && inspector_tab(&s.ui) == TAB_REPORT);
    draw(&s);
    cr_assert(says(&s, "Report mx.shop.1") && says(&s, "Action") && says(&s, "failed"));
    cr_assert(says(&s, "5.1.1") && says(&s, "dns; mx.shop.example"));
    open(&s, INSPECT_MAIL, TAB_SUMMARY);
    cr_assert(says(&s, "<>  (nobody is to be told)"));
    end(&s);
}

Test(inspector, host)
{
    struct shown s;

    show(&s, "closed-for-lunch");
    at(&s, replay_lab_nth(&s.recording, TRACE_QUEUE_DEFERRED, "mail.uni.example", 1));
    s.ui.choice.host = cast_host(&s.lab.cast, TEXT("mail.uni.example"));
    open(&s, INSPECT_HOST, TAB_QUEUE);
    cr_assert(says(&s, "alice-pc.1") && says(&s, "bob@shop.example"));
    cr_assert(says(&s, "450 closed for lunch") && says(&s, "2") && says(&s, "09:15, in 10 min"));
    cr_assert(offers(&s, ACT_MAIL, 0));
    at(&s, s.recording.count - 1);
    open(&s, INSPECT_HOST, TAB_QUEUE);
    cr_assert(says(&s, "The queue is empty: nothing waits here to be sent."));
    open(&s, INSPECT_HOST, TAB_ABOUT);
    cr_assert(says(&s, "MSA MTA MDA") && says(&s, "mail.uni.example"));
    s.ui.choice.host = cast_host(&s.lab.cast, TEXT("mail.shop.example"));
    open(&s, INSPECT_HOST, TAB_MAILBOX);
    cr_assert(says(&s, "bob") && says(&s, "alice@uni.example") && says(&s, "Are you in?"));
    end(&s);
}

Test(inspector, session)
{
    struct shown s;

    show(&s, "sealed-road");
    uint32_t state = replay_lab_nth(&s.recording, TRACE_SMTP_STATE, "mail.uni.example", 2);
    at(&s, state);
    s.ui.choice.conn = s.recording.lines[state].conn;
    open(&s, INSPECT_SESSION, TAB_SERVER);
    cr_assert(says(&s, "mail.uni: tls since \xe2\x80\x9cSTARTTLS fine\xe2\x80\x9d"));
    cr_assert(says(&s, "greeted") && says(&s, "no service") && says(&s, "closed"));
    open(&s, INSPECT_SESSION, TAB_CLIENT);
    cr_assert(says(&s, "starttls") && says(&s, "helo"));
    s.panel.h = 500; /* both */
    open(&s, INSPECT_SESSION, TAB_NONE);
    cr_assert(says(&s, "CLIENT") && says(&s, "SERVER"));
    cr_assert(says(&s, "starttls") && says(&s, "no service"));
    end(&s);
}

/* ---- scrolling ---------------------------------------------------------------------------------- */

Test(inspector, scrolls_within_bounds)
{
    struct shown s;

    show(&s, "three-hops");
    at(&s, s.recording.count - 1);
    open(&s, INSPECT_MAIL, TAB_LETTER);
    cr_assert(says(&s, "added on delivery"));
    s.ui.choice.inspector_scroll = 1e9;
    draw(&s);
    cr_assert(s.ui.choice.inspector_scroll > 50 && s.ui.choice.inspector_scroll < 1000, "%.0f",
              s.ui.choice.inspector_scroll);
    cr_assert_not(says(&s, "added on delivery"), "that is above");
    double most = s.ui.choice.inspector_scroll;
    draw(&s);
    cr_assert_eq(s.ui.choice.inspector_scroll, most);
    s.ui.choice.inspector_scroll = -20;
    draw(&s);
    cr_assert_eq(s.ui.choice.inspector_scroll, 0);
    end(&s);
}

/* ---- the veil ----------------------------------------------------------------------------------- */

static uint64_t said(const struct shown *s)
{
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);
    uint64_t h = 0;

    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_TEXT)
            h = ui_mix(h, text_hash(canvas_mark_text(s->canvas, &marks[i])));
    return h;
}

static const enum inspect_tab all_tabs[] = {TAB_SUMMARY, TAB_LETTER,  TAB_REPORT, TAB_ABOUT,
                                            TAB_QUEUE,   TAB_MAILBOX, TAB_CACHE,  TAB_RULES,
                                            TAB_SERVER,  TAB_CLIENT};
enum { TABS = sizeof all_tabs / sizeof all_tabs[0] };

static enum inspect subject_of(enum inspect_tab tab)
{
    return tab < TAB_ABOUT ? INSPECT_MAIL : tab < TAB_SERVER ? INSPECT_HOST : INSPECT_SESSION;
}

/* Even where playback stood behind the veil, nothing behind it is told. */
Test(inspector, tells_nothing_behind_the_veil)
{
    struct shown s;

    show(&s, "nobody-home");
    uint32_t veil = replay_lab_nth(&s.recording, TRACE_POLICY_DECISION, "mail.shop.example", 0);
    s.ui.choice.mail = 0;
    s.ui.choice.conn = s.recording.lines[veil].conn;
    s.ui.choice.host = s.recording.lines[veil].host;
    for (int i = 0; i < TABS; i++) {
        at(&s, veil - 1);
        open(&s, subject_of(all_tabs[i]), all_tabs[i]);
        uint64_t before = said(&s);
        at(&s, veil + 40);
        s.ui.moment.veil = veil;
        draw(&s);
        cr_assert_eq(said(&s), before, "tab %d", all_tabs[i]);
        s.ui.moment.veil = NONE;
    }
    end(&s);
}

/* Lines of that text stand in the panel from its first word to its last, none of them cut. */
static bool is_whole(const struct shown *s, struct text text)
{
    size_t count;
    const struct mark *marks = canvas_marks(s->canvas, &count);
    bool starts = false, ends = false;

    for (size_t i = 0; i < count; i++) {
        struct text line = canvas_mark_text(s->canvas, &marks[i]);

        if (marks[i].kind == MARK_CUT)
            return false;
        if (marks[i].kind != MARK_TEXT || line.size < 4 || line.size > text.size)
            continue;
        starts |= text_equal(line, text_from(text.at, line.size));
        ends |= text_equal(line, text_after(text, text.size - line.size));
    }
    return starts && ends;
}

/* The scenario's note says how it ends: whole before the first step, and not while a question waits. */
Test(inspector, the_note_is_whole_or_not_there)
{
    struct shown s;

    show(&s, "blamed"); /* the longest of them */
    at(&s, NONE);
    draw(&s);
    cr_expect(says(&s, "Before it begins") && !says(&s, "Nothing yet"));
    cr_expect(is_whole(&s, s.lab.cast.note), "cut, or not there");
    s.ui.moment.veil = 40;
    draw(&s);
    cr_expect(!is_whole(&s, s.lab.cast.note) && says(&s, "Nothing has happened yet."));
    end(&s);
}

/* ---- boxes -------------------------------------------------------------------------------------- */

static const double TOUCH = 1.5;

static bool meet(struct rect a, struct rect b)
{
    return a.x + a.w > b.x + TOUCH && b.x + b.w > a.x + TOUCH && a.y + a.h > b.y + TOUCH &&
           b.y + b.h > a.y + TOUCH;
}

static bool inside(struct rect a, struct rect outer)
{
    return a.x >= outer.x - TOUCH && a.y >= outer.y - TOUCH &&
           a.x + a.w <= outer.x + outer.w + TOUCH && a.y + a.h <= outer.y + outer.h + TOUCH;
}

static void check_boxes(struct shown *s, const char *name, enum inspect_tab tab)
{
    size_t count;
    const struct mark *m = canvas_marks(s->canvas, &count);

    for (size_t i = 0; i < count; i++) {
        if (m[i].kind != MARK_TEXT && m[i].kind != MARK_ICON && m[i].kind != MARK_HIT)
            continue;
        struct text one = m[i].kind == MARK_TEXT ? canvas_mark_text(s->canvas, &m[i]) : TEXT("-");
        cr_assert(inside(m[i].r, s->panel), "%s, record %u, tab %d: \"%.*s\" leaves the panel",
                  name, s->ui.moment.place.index, tab, TEXT_ARG(one));
        if (m[i].kind == MARK_HIT)
            continue;
        for (size_t k = 0; k < i; k++)
            cr_assert(
                (m[k].kind != MARK_TEXT && m[k].kind != MARK_ICON) || !meet(m[i].r, m[k].r),
                "%s, record %u, tab %d, %.0f x %.0f: \"%.*s\" (%.0f %.0f %.0f %.0f) meets "
                "\"%.*s\" (%.0f %.0f %.0f %.0f)",
                name, s->ui.moment.place.index, tab, s->panel.w, s->panel.h, TEXT_ARG(one),
                m[i].r.x, m[i].r.y, m[i].r.w, m[i].r.h,
                TEXT_ARG(m[k].kind == MARK_TEXT ? canvas_mark_text(s->canvas, &m[k]) : TEXT("-")),
                m[k].r.x, m[k].r.y, m[k].r.w, m[k].r.h);
    }
}

static const struct look {
    int width, height; /* of the window: the same points, other pixels */
    double text, w, h; /* of the panel, points */
} looks[] = {{1280, 720, 1, 938, 197},  {1600, 900, 1.25, 938, 225}, {1280, 720, 1.5, 938, 250},
             {1920, 1080, 1, 700, 180}, {1280, 720, 1, 1010, 480},   {1024, 768, 1.5, 560, 330},
             {1920, 1080, 1, 1560, 760}};

static void look_at(struct shown *s, const char *name, uint32_t stride, uint32_t *n)
{
    for (uint32_t i = 0; i < s->recording.count; i++)
        for (int k = 0; k < TABS; k++) {
            if ((*n)++ % stride != 0)
                continue;
            const struct look *look = &looks[*n / stride % (sizeof looks / sizeof looks[0])];
            double pixels = look->width / 1600.0 < look->height / 900.0 ? look->width / 1600.0
                                                                        : look->height / 900.0;
            canvas_resize(s->canvas, look->width, look->height);
            canvas_scale(s->canvas, pixels, look->text);
            s->ui.wish.text = look->text;
            s->panel = (struct rect){20, 60, look->w, look->h};
            at(s, i);
            open(s, subject_of(all_tabs[k]), all_tabs[k]);
            check_boxes(s, name, all_tabs[k]);
        }
}

static void each_look(struct replay_lab *l, const char *name)
{
    struct shown s;
    uint32_t n = 0;

    s.lab = *l;
    begin(&s);
    look_at(&s, name, 11, &n);
    canvas_close(s.canvas);
}

Test(inspector, nothing_meets_or_leaves_the_panel)
{
    replay_lab_each(WATCHED_LAYERS, each_look);
}

/* Names of 60 characters, and three times as many of everything. */
static const char long_names[] =
    "{\"smtplab\":1,\"title\":\"Long names\",\"hosts\":{"
    "\"alices-old-computer-below-the-window-of-the-reading-room-two\":{\"mua\":{\"mailbox\":"
    "\"alice.wilhelmina.featherstonehaugh@a-university-in-the-north.example\",\"server\":"
    "\"mail.a-university-in-the-north.example\"},\"note\":\"A long note, which says more than "
    "there "
    "is room for, and then says it again in other words, so that it must be broken into lines and "
    "in "
    "the end be cut.\"},"
    "\"mail.a-university-in-the-north.example\":{\"msa\":{},\"mta\":{},\"mda\":{\"mailboxes\":"
    "[\"alice.wilhelmina.featherstonehaugh\"]}},"
    "\"mail.an-equally-long-named-shop-for-everything-in-town.example\":{\"mta\":{},\"mda\":{"
    "\"mailboxes\":[\"bob\",\"carol.of.the.second.floor.behind.the.stairs.and.the.lift\"]}}},"
    "\"timeline\":[{\"at\":\"0s\",\"on\":"
    "\"alices-old-computer-below-the-window-of-the-reading-room-two\",\"send\":{\"to\":["
    "\"bob@an-equally-long-named-shop-for-everything-in-town.example\","
    "\"nobody@an-equally-long-named-shop-for-everything-in-town.example\","
    "\"carol.of.the.second.floor.behind.the.stairs.and.the.lift@an-equally-long-named-shop-for-"
    "everything-in-town.example\"],\"subject\":\"A subject that goes on and on, until nobody knows "
    "any more what it was about\",\"body\":\"One.\\n\\nTwo.\\n\"}}]}";

Test(inspector, long_names_fit)
{
    struct shown s;
    uint32_t n = 0;

    replay_lab_run_text(&s.lab, text_of(long_names), WATCHED_LAYERS);
    begin(&s);
    look_at(&s, "long names", 1, &n);
    for (uint32_t h = 0; h < s.lab.cast.host_count; h++) { /* each host chosen, at the end */
        s.ui.choice.host = h;
        at(&s, s.recording.count - 1);
        for (int k = 0; k < TABS; k++) {
            open(&s, subject_of(all_tabs[k]), all_tabs[k]);
            check_boxes(&s, "long names, chosen", all_tabs[k]);
        }
    }
    end(&s);
}
