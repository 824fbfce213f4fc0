/*
 * test_view_layout.c - no text and no icon ever meets another, leaves its panel or the picture; on the map
 * nothing that moves or pops up covers a word, or another such thing.
 *
 * Nothing is painted (canvas_paint): the boxes of a frame are its marks.  Every bundled scenario is
 * looked at at every record and at four moments on the way to the next one, at 1280 x 720, the smallest
 * window; then, at a stride that meets every kind of moment, with larger text, with names of 60
 * characters, in room mode, on a large screen, and with every part of the inspector opened.  Of every
 * change that is offered the comparison is looked at, from its beginning to its end and unfolded.
 * VIEW_LAYOUT_ALL=1 looks at every moment of these, too (make check-long).
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/app/viewer.h"
#include "render/app/what_if.h"
#include "render/panels/inspector.h"

enum { MOMENTS = 4, COMPLAINTS_MAX = 12 };

/* Boxes are of whole pixels and of letters that rise above their line: so much may touch. */
static const double TOUCH = 1.5;

struct look {
    const char *name;
    int width, height;
    double text;
    bool room, long_names;
    int inspect, tab;
    uint32_t stride;  /* of moments */
    unsigned lessons; /* looks at every so manieth; 0: at all */
};

struct lookout {
    const struct look *look;
    struct viewer viewer;
    const char *scenario;
    unsigned frames, complaints;
    uint64_t last; /* hash of the marks of the frame before */
};

/* ---- one frame ------------------------------------------------------------------------------- */

static bool still(const struct mark *m)
{
    return (m->kind == MARK_TEXT || m->kind == MARK_ICON) && !m->moving;
}

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

static void complain(struct lookout *o, const char *what, const struct mark *a,
                     const struct mark *b)
{
    const struct canvas *c = o->viewer.canvas;
    struct moment now = viewer_moment(&o->viewer);
    struct text one = canvas_mark_text(c, a), other = b ? canvas_mark_text(c, b) : TEXT("");
    long long seq = now.place.index == RECORDING_NONE
                        ? 0
                        : (long long)now.recording->lines[now.place.index].record->seq;

    if (++o->complaints <= COMPLAINTS_MAX)
        fprintf(stderr,
                "%s, %s, seq %lld + %.2f: %s: \"%.*s\" (%.0f %.0f %.0f %.0f) \"%.*s\" (%.0f %.0f "
                "%.0f %.0f)\n",
                o->scenario, o->look->name, seq, now.place.part, what, TEXT_ARG(one), a->r.x,
                a->r.y, a->r.w, a->r.h, TEXT_ARG(other), b ? b->r.x : 0, b ? b->r.y : 0,
                b ? b->r.w : 0, b ? b->r.h : 0);
}

static uint64_t marks_hash(const struct mark *marks, size_t count)
{
    uint64_t h = 14695981039346656037U;

    for (size_t i = 0; i < count; i++) {
        const double parts[] = {marks[i].r.x, marks[i].r.y, marks[i].r.w, marks[i].r.h};
        h = (h ^ text_hash(text_from((const char *)parts, sizeof parts)) ^ marks[i].kind) *
            1099511628211U;
    }
    return h;
}

/* Panels are disjoint, but for what stands before all others. */
static void check_panels(struct lookout *o, const struct mark *marks, size_t count)
{
    struct rect all = canvas_area(o->viewer.canvas);

    for (size_t i = 0; i < count; i++) {
        if (marks[i].kind != MARK_PANEL)
            continue;
        if (!inside(marks[i].r, all))
            complain(o, "a panel leaves the picture", &marks[i], NULL);
        for (size_t k = 0; k < i; k++)
            if (marks[k].kind == MARK_PANEL && marks[k].verb != marks[i].verb &&
                marks[k].verb != PANEL_OVERLAY && marks[i].verb != PANEL_OVERLAY &&
                meet(marks[i].r, marks[k].r))
                complain(o, "two panels meet", &marks[i], &marks[k]);
    }
}

/* ---- what moves and pops up on the map --------------------------------------------------------- */

/* Plates, letters and cards cover no word and no icon that stands still, and not each other.  There is no
 * tolerance but that of boxes of whole pixels.  Motes of what is not in view, and a baton that is just
 * on its way, have no words. */
static void check_moving(struct lookout *o, const struct mark *marks, size_t count)
{
    const struct mark *map = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct mark *m = &marks[i];

        if (m->kind == MARK_PANEL)
            map = m->verb == PANEL_MAP ? m : NULL;
        if (!map || m->kind != MARK_BOX)
            continue;
        if (!inside(m->r, map->r))
            complain(o, "leaves the map", m, NULL);
        for (size_t k = 0; k < i; k++)
            if (marks[k].kind == MARK_BOX ? meet(m->r, marks[k].r)
                                          : still(&marks[k]) && meet(m->r, marks[k].r))
                complain(o, marks[k].kind == MARK_BOX ? "two that move meet" : "covers", m,
                         &marks[k]);
    }
}

/* Whatever is written on something that moves is within its box. */
static void check_written(struct lookout *o, const struct mark *marks, size_t count,
                          struct rect strip)
{
    bool map = false;

    for (size_t i = 0; i < count; i++) {
        bool boxed = false;

        if (marks[i].kind == MARK_PANEL)
            map = marks[i].verb == PANEL_MAP;
        if (!map || marks[i].kind != MARK_TEXT || !marks[i].moving ||
            marks[i].r.y + TOUCH >= strip.y)
            continue;
        for (size_t k = 0; k < count && !boxed; k++)
            boxed = marks[k].kind == MARK_BOX && rect_has(marks[k].r, rect_middle(marks[i].r));
        if (!boxed)
            complain(o, "is written on nothing", &marks[i], NULL);
    }
}

/* The comparison covers everything: what lies below it is not seen. */
static size_t first_seen(const struct lookout *o, const struct mark *marks, size_t count)
{
    for (size_t i = 0; o->viewer.overlay == OVERLAY_COMPARE && i < count; i++)
        if (marks[i].kind == MARK_PANEL && marks[i].verb == PANEL_OVERLAY)
            return i;
    return 0;
}

static void check_frame(struct lookout *o)
{
    size_t count, first = 0;
    const struct mark *marks = canvas_marks(o->viewer.canvas, &count), *panel = NULL;
    uint64_t hash = marks_hash(marks, count);

    o->frames++;
    if (hash == o->last)
        return;
    o->last = hash;
    check_panels(o, marks, count);
    check_moving(o, marks, count);
    check_written(o, marks, count, map_strip(&o->viewer.map));
    for (size_t i = first_seen(o, marks, count); i < count; i++) {
        const struct mark *m = &marks[i];

        if (m->kind == MARK_PANEL) {
            panel = m;
            first = i;
        }
        if (m->kind != MARK_TEXT && m->kind != MARK_ICON)
            continue;
        if (!panel)
            complain(o, "belongs to no panel", m, NULL);
        else if (!inside(m->r, panel->r))
            complain(o, "leaves its panel", m, panel);
        if (!still(m))
            continue;
        for (size_t k = first; k < i; k++)
            if (still(&marks[k]) && meet(m->r, marks[k].r))
                complain(o, "meet", m, &marks[k]);
    }
}

/* ---- one scenario ---------------------------------------------------------------------------- */

static void replace(struct buffer *b, const char *what, const char *with)
{
    struct buffer out;
    struct text rest = buffer_text(b), word = text_of(what);

    buffer_init(&out, b->memory);
    while (rest.size > 0) {
        if (rest.size >= word.size && memcmp(rest.at, word.at, word.size) == 0) {
            buffer_put_string(&out, with);
            rest = text_after(rest, word.size);
        } else {
            buffer_put_char(&out, rest.at[0]);
            rest = text_after(rest, 1);
        }
    }
    buffer_free(b);
    *b = out;
}

static struct film *film_of(const char *path, bool long_names, struct memory *m)
{
    FILE *f = fopen(path, "rb");
    struct buffer text, told;
    struct film *film;
    int c;

    cr_assert(f);
    buffer_init(&text, m);
    buffer_init(&told, m);
    while ((c = getc(f)) != EOF)
        buffer_put_char(&text, (char)c);
    fclose(f);
    if (long_names) {
        replace(&text, "uni.example", "a-university-in-the-north-with-a-very-long-name.example");
        replace(&text, "shop.example", "an-equally-long-named-shop-for-everything-in-town.example");
        replace(&text, "alice-pc", "alices-old-computer-below-the-window-of-the-reading-room-two");
        replace(&text, "\"Alice\"",
                "\"Alice Wilhelmina Featherstonehaugh-Cholmondeley von Stein\"");
    }
    film = film_run(buffer_text(&text), text_of(path), &(struct scenario_options){0}, &told);
    cr_assert(film, "%s: %.*s", path, TEXT_ARG(buffer_text(&told)));
    return film;
}

static struct canvas *open_look(struct lookout *o, const char *path, struct memory *m)
{
    const struct look *look = o->look;
    char why[200] = "";
    struct canvas *c = canvas_open(look->width, look->height, "assets/icons", why, sizeof why);
    struct viewer *v = &o->viewer;

    cr_assert(c, "%s", why);
    memory_init(m, 0);
    canvas_paint(c, false);
    viewer_init(v, c, &(struct viewer_outside){0});
    v->ui.wish.text = look->text;
    v->ui.wish.room = look->room;
    viewer_fit(v);
    viewer_show(v, film_of(path, look->long_names, m));
    o->scenario = path;
    return c;
}

static void look_at(struct lookout *o, const char *path)
{
    const struct look *look = o->look;
    bool all = getenv("VIEW_LAYOUT_ALL") != NULL;
    uint32_t stride = all ? 1 : look->stride, n = 0;
    struct memory m;
    struct viewer *v = &o->viewer;
    struct canvas *c = open_look(o, path, &m);

    viewer_frame(v); /* its cards */
    check_frame(o);

    const struct pace *pace = viewer_pace(v);

    for (uint32_t i = 0; i < pace->count; i++) {
        double from = pace_when(pace, i);
        double to = i + 1 < pace->count ? pace_when(pace, i + 1) : pace_length(pace);

        for (uint32_t k = 0; k <= MOMENTS; k++) {
            if (n++ % stride != 0 || (k > 0 && to <= from))
                continue;
            if (k == 0)
                viewer_at_record(v, i);
            else
                viewer_at(v, from + (to - from) * k / (MOMENTS + 1));
            v->ui.choice.inspect = look->inspect;
            v->ui.choice.tab = look->tab;
            viewer_frame(v);
            check_frame(o);
        }
    }
    viewer_end(v);
    canvas_close(c);
    memory_end(&m);
}

/* ---- comparisons ----------------------------------------------------------------------------- */

static void key(struct lookout *o, const char *name)
{
    viewer_key(&o->viewer, text_of(name));
    viewer_frame(&o->viewer);
    check_frame(o);
}

/* Down to the end page by page, and back line by line, unfolding on the way what is folded. */
static void look_through(struct lookout *o)
{
    struct viewer *v = &o->viewer;

    viewer_key(v, TEXT("C"));
    viewer_frame(v);
    check_frame(o);
    key(o, "Home");
    for (uint32_t line = RECORDING_NONE; line != v->compare.chosen;) {
        line = v->compare.chosen;
        key(o, "PageDown");
    }
    key(o, "Left");
    for (int i = 0; i < 24; i++) {
        uint32_t line = v->compare.chosen;

        if (line < v->compare.line_count && compare_is_fold(&v->compare.lines[line]))
            key(o, "Return");
        key(o, "Up");
    }
    viewer_key(v, TEXT("Escape"));
}

static bool change(struct viewer *v, uint32_t record, uint32_t which)
{
    viewer_at_record(v, record);
    what_if_open(v);
    if (which >= v->what_if->count)
        return false;
    v->overlay = OVERLAY_WHAT_IF;
    v->what_if->chosen = which;
    if (v->what_if->items[which].letter) {
        viewer_key(v, TEXT("Return"));
        viewer_type(v, TEXT("bob@shop.example"));
    }
    viewer_key(v, TEXT("Return"));
    return true;
}

static void compare_at(struct lookout *o, const char *path)
{
    struct memory m;
    struct viewer *v = &o->viewer;
    struct canvas *c = open_look(o, path, &m);
    uint32_t count = v->film->recording.count, step = count / 2 + 1;

    for (uint32_t here = step / 2; here < count; here += step)
        for (uint32_t which = 0; change(v, here, which); which++) {
            if (!v->film->before)
                continue;
            look_through(o);
            viewer_drop_change(v);
        }
    viewer_end(v);
    canvas_close(c);
    memory_end(&m);
}

static void visit(const struct look *look, void (*looks)(struct lookout *o, const char *path))
{
    struct lookout o = {.look = look};
    glob_t found;

    cr_assert(glob("scenarios/[a-z]*.json", 0, NULL, &found) == 0);
    for (size_t i = 0; i<found.gl_pathc; i += look->lessons> 1 ? look->lessons : 1)
        if (!strstr(found.gl_pathv[i], "schema"))
            looks(&o, found.gl_pathv[i]);
    globfree(&found);
    cr_expect(o.frames > 100, "%u frames", o.frames);
    cr_expect(o.complaints == 0, "%s: %u complaints in %u frames", look->name, o.complaints,
              o.frames);
}

static void look_everywhere(const struct look *look)
{
    visit(look, look_at);
}

Test(view_layout, comparisons)
{
    unsigned some = getenv("VIEW_LAYOUT_ALL") ? 1 : 3;

    visit(&(struct look){"compare", 1280, 720, 1, .lessons = 1}, compare_at);
    visit(&(struct look){"compare, 1.25", 1280, 720, 1.25, .lessons = some}, compare_at);
    visit(&(struct look){"compare, 1.5", 1280, 720, 1.5, .lessons = some}, compare_at);
    visit(
        &(struct look){"compare, long names", 1280, 720, 1.5, .long_names = true, .lessons = some},
        compare_at);
}

Test(view_layout, at_every_record_and_between)
{
    look_everywhere(&(struct look){"1280x720", 1280, 720, 1, .stride = 1});
}

Test(view_layout, larger_text)
{
    look_everywhere(&(struct look){"text 1.25", 1280, 720, 1.25, .stride = 23});
    look_everywhere(&(struct look){"text 1.5", 1280, 720, 1.5, .stride = 23});
}

Test(view_layout, long_names)
{
    look_everywhere(&(struct look){"long names", 1280, 720, 1, .long_names = true, .stride = 23});
    look_everywhere(
        &(struct look){"long names, text 1.5", 1280, 720, 1.5, .long_names = true, .stride = 37});
}

Test(view_layout, large_screens_and_room_mode)
{
    look_everywhere(&(struct look){"1600x900", 1600, 900, 1, .stride = 37});
    look_everywhere(&(struct look){"1920x1080", 1920, 1080, 1, .stride = 37});
    look_everywhere(&(struct look){"1024x768", 1024, 768, 1, .stride = 37});
    look_everywhere(&(struct look){"room", 1280, 720, 1, .room = true, .stride = 37});
}

Test(view_layout, every_part_of_the_inspector)
{
    static const enum inspect_tab tabs[] = {TAB_SUMMARY, TAB_LETTER,  TAB_REPORT, TAB_ABOUT,
                                            TAB_QUEUE,   TAB_MAILBOX, TAB_CACHE,  TAB_RULES,
                                            TAB_SERVER,  TAB_CLIENT};

    for (size_t i = 0; i < sizeof tabs / sizeof tabs[0]; i++)
        look_everywhere(&(struct look){"inspector", 1280, 720, 1,
                                       .inspect = tabs[i] < TAB_ABOUT    ? INSPECT_MAIL
                                                  : tabs[i] < TAB_SERVER ? INSPECT_HOST
                                                                         : INSPECT_SESSION,
                                       .tab = tabs[i], .stride = 97});
}
