/*
 * what_if.c - the list over the picture, the run that is made again, and the scenario that is saved.
 */
#include "render/app/what_if.h"

#include <string.h>

#include "render/app/viewer.h"
#include "sim/json/read.h"
#include "sim/json/write.h"

void what_if_init(struct what_if *w)
{
    memory_init(&w->memory, 0);
}

void what_if_end(struct what_if *w)
{
    memory_end(&w->memory);
}

void what_if_open(struct viewer *v)
{
    struct moment m = viewer_moment(v);
    struct buffer at;

    buffer_init(&at, &v->memory);
    what_if_put_time(&at, &m);
    v->ui.moment = m;
    what_if_list(v->what_if, &v->ui, v->film->header.scenario, buffer_text(&at),
                 v->film->before != NULL);
    buffer_free(&at);
}

/* ---- the run that is made again --------------------------------------------------------------- */

static void say(struct viewer *v, const char *words, struct text more)
{
    struct buffer b;

    buffer_init(&b, &v->memory);
    buffer_put_string(&b, words);
    buffer_put_text(&b, text_from(more.at, text_find(more, '\n')));
    viewer_say(v, buffer_text(&b));
    buffer_free(&b);
}

bool what_if_do(struct viewer *v, struct text entry)
{
    struct film *film = NULL, *now = v->film;
    struct buffer bare, text, told;

    v->overlay = OVERLAY_NONE;
    v->typed_size = 0;
    if (entry.size == 0)
        return viewer_drop_change(v);
    buffer_init(&bare, &v->memory);
    buffer_init(&text, &v->memory);
    buffer_init(&told, &v->memory);
    /* Without the questions, whose answers may be wrong now: here, and in what is saved. */
    if (lab_scenario_drop_prompts(&v->memory, now->source, &bare) &&
        lab_scenario_add_entry(&v->memory, buffer_text(&bare), entry, &text))
        film = film_run(buffer_text(&text), now->file, NULL, &told);
    if (film) {
        film->normalised = now->normalised;
        viewer_show_change(v, film);
        if (v->compare.same)
            say(v, "nothing has become different", TEXT(""));
        else
            say(v, "the run was made again. ", v->compare.cause);
    } else {
        say(v, "that cannot be: ", buffer_text(&told));
    }
    buffer_free(&bare);
    buffer_free(&text);
    buffer_free(&told);
    return film != NULL;
}

/* ---- saving ----------------------------------------------------------------------------------- */

/* "open-door-what-if.json" in the folder where one is. */
static void put_name(struct buffer *b, struct text file)
{
    size_t start = file.size, end;

    while (start > 0 && file.at[start - 1] != '/')
        start--;
    struct text name = text_after(file, start);

    end = text_find(name, '.');
    buffer_put(b, name.at, end);
    if (end == 0 || text_equal(name, TEXT("-")))
        buffer_put_string(b, "scenario");
    buffer_put_string(b, "-what-if.json");
}

/* The scenario's own text; where nobody wrote one, what is implied too, for people to read. */
static void put_source(struct buffer *b, struct viewer *v)
{
    struct film *f = v->film;
    struct buffer told;
    struct scenario s;

    if (!f->normalised) {
        buffer_put_text(b, f->source);
        return;
    }
    buffer_init(&told, &v->memory);
    if (lab_scenario_read(&s, &v->memory, f->source, f->file, NULL, &told))
        lab_scenario_print(&s, true, b);
    lab_scenario_end(&s);
    buffer_free(&told);
}

bool what_if_save(struct viewer *v, struct text path)
{
    struct buffer text, name, said;
    bool done = false;

    if (!v->outside.write)
        return false;
    buffer_init(&text, &v->memory);
    buffer_init(&name, &v->memory);
    buffer_init(&said, &v->memory);
    if (path.size == 0)
        put_name(&name, v->film->file);
    else
        buffer_put_text(&name, path);
    put_source(&text, v);
    done = v->outside.write(v->outside.context, buffer_text(&name), buffer_text(&text), &said);
    viewer_say(v, buffer_text(&said));
    v->film->saved |= done;
    buffer_free(&text);
    buffer_free(&name);
    buffer_free(&said);
    return done;
}

/* ---- keys ------------------------------------------------------------------------------------- */

bool what_if_wants_text(const struct what_if *w)
{
    return w->writing;
}

/* The entry of a letter: the address is put where it belongs. */
static void put_letter(struct buffer *b, struct text entry, struct text to)
{
    struct buffer quoted;
    struct json_writer w;

    buffer_init(&quoted, b->memory);
    json_writer_init(&w, &quoted, false);
    json_write_text(&w, to);
    buffer_put(b, entry.at, entry.size - 1); /* without its opening quote */
    buffer_put_text(b, buffer_text(&quoted));
    buffer_put_string(b, " } }");
    buffer_free(&quoted);
}

static bool do_entry(struct viewer *v, struct text entry)
{
    struct buffer copy; /* the list goes away with the film */

    buffer_init(&copy, &v->memory);
    buffer_put_text(&copy, entry);
    bool done = viewer_do(v, &(struct action){.act = ACT_DO, .text = buffer_text(&copy)});

    buffer_free(&copy);
    return done;
}

bool what_if_choose(struct viewer *v)
{
    struct what_if *w = v->what_if;

    if (w->chosen >= w->count)
        return false;
    const struct what_if_item *item = &w->items[w->chosen];

    if (!item->letter)
        return do_entry(v, item->entry);
    if (!w->writing) {
        w->writing = true;
        v->typed_size = 0;
        return true;
    }
    if (v->typed_size == 0)
        return false;
    struct buffer entry;

    buffer_init(&entry, &v->memory);
    put_letter(&entry, item->entry, text_from(v->typed, v->typed_size));
    w->writing = false;
    bool done = do_entry(v, buffer_text(&entry));

    buffer_free(&entry);
    return done;
}

bool what_if_key(struct viewer *v, struct text key)
{
    struct what_if *w = v->what_if;

    if (w->count == 0)
        return false;
    if (text_equal(key, TEXT("Down")) || text_equal(key, TEXT("Tab")))
        w->chosen = (w->chosen + 1) % w->count;
    else if (text_equal(key, TEXT("Up")) || text_equal(key, TEXT("Shift+Tab")))
        w->chosen = (w->chosen + w->count - 1) % w->count;
    else if (text_equal(key, TEXT("Return")) || text_equal(key, TEXT("Space")))
        return what_if_choose(v);
    else if (key.size == 1 && key.at[0] >= '1' && key.at[0] <= '9' &&
             (uint32_t)(key.at[0] - '1') < w->count) {
        w->chosen = (uint32_t)(key.at[0] - '1');
        return what_if_choose(v);
    } else {
        return false;
    }
    return true;
}

/* ---- drawing ---------------------------------------------------------------------------------- */

enum { BOX_WIDTH = 900, SIDE = 28 };

static void draw_row(struct viewer *v, struct rect r, uint32_t i)
{
    struct what_if *w = v->what_if;
    const struct what_if_item *item = &w->items[i];
    struct style words = {FONT_SANS, 18, COLOUR_TEXT, ALIGN_LEFT},
                 key = {FONT_MONO, 16, COLOUR_SOFT, ALIGN_RIGHT},
                 soft = {FONT_SANS, 16, COLOUR_SOFT, ALIGN_LEFT};
    char digit = (char)('1' + i);

    if (i == w->chosen)
        canvas_fill(v->canvas, r, 8, COLOUR_CHOSEN_FILL);
    else if (rect_has(r, v->ui.pointer))
        canvas_fill(v->canvas, r, 8, COLOUR_BUTTON_HOT);
    canvas_hit(v->canvas, r, ACT_DO, i);
    r = (struct rect){r.x + 12, r.y, r.w - 24, r.h};
    struct rect group = rect_cut_left(&r, 84 * v->ui.wish.text);

    if (i == 0 || strcmp(w->items[i - 1].group, item->group) != 0)
        canvas_text_in(v->canvas, soft, group, text_of(item->group));
    canvas_icon(v->canvas, item->icon, (struct rect){r.x, r.y + r.h / 2 - 10, 20, 20}, COLOUR_SOFT);
    rect_cut_left(&r, 34);
    if (i < 9)
        canvas_text_in(v->canvas, key, rect_cut_right(&r, 24), text_from(&digit, 1));
    canvas_text_in(v->canvas, words, r, item->words);
}

/* Below the list: the entry as a scenario has it, or the line in which the recipient is typed. */
static void draw_foot(struct viewer *v, struct rect r)
{
    const struct what_if_item *item = &v->what_if->items[v->what_if->chosen];
    struct style mono = {FONT_MONO, 16, COLOUR_SOFT, ALIGN_LEFT},
                 input = {FONT_MONO, 18, COLOUR_TEXT, ALIGN_LEFT},
                 soft = {FONT_SANS, 16, COLOUR_SOFT, ALIGN_LEFT};
    struct canvas *c = v->canvas;

    if (v->what_if->writing) {
        canvas_fill(c, r, 8, COLOUR_INSET);
        canvas_outline(c, r, 8, (struct pen){.colour = COLOUR_CHOSEN, .width = 2});
        r = (struct rect){r.x + 14, r.y, r.w - 28, r.h};
        canvas_text_in(c, soft, rect_cut_left(&r, 50), TEXT("To:"));
        if (v->typed_size > 0)
            canvas_text_in(c, input, r, text_from(v->typed, v->typed_size));
        else
            canvas_text_in(c, soft, r, TEXT("an address, then Return"));
        return;
    }
    if (item->entry.size > 0 && !item->letter)
        canvas_text_in(c, mono, r, item->entry);
}

void what_if_draw(struct viewer *v, struct rect r)
{
    struct what_if *w = v->what_if;
    struct canvas *c = v->canvas;
    struct style body = {FONT_SANS, 18, COLOUR_TEXT, ALIGN_LEFT};
    double text = v->ui.wish.text, row = canvas_line_height(c, body) + 14, head = row + 8,
           foot = row + 8;
    double high = head + row * w->count + foot + 2 * SIDE + 1,
           wide = BOX_WIDTH * (1 + (text - 1) / 2);
    struct style title = {FONT_BOLD, 22, COLOUR_TEXT, ALIGN_LEFT},
                 note = {FONT_SANS, 16, COLOUR_SOFT, ALIGN_RIGHT};

    canvas_panel(c, PANEL_OVERLAY, r);
    canvas_fill_alpha(c, r, 0, COLOUR_GROUND, 0.55);
    canvas_hit(c, r, ACT_RELEASE, 0);
    wide = wide < r.w - 40 ? wide : r.w - 40;
    high = high < r.h - 40 ? high : r.h - 40;
    struct rect box = {r.x + (r.w - wide) / 2, r.y + (r.h - high) / 2, wide, high};

    canvas_shadow(c, box, 16);
    canvas_fill(c, box, 16, COLOUR_PANEL);
    canvas_outline(c, box, 16, (struct pen){.colour = COLOUR_EDGE, .width = 1});
    canvas_hit(c, box, ACT_NONE, 0);
    box = rect_inset(box, SIDE);
    struct rect top = rect_cut_top(&box, head);

    canvas_text_in(c, note, rect_cut_right(&top, top.w * 0.55),
                   TEXT("the run is made again from the start with it"));
    canvas_text_in(c, title, top, TEXT("What if, at this moment ..."));
    struct rect bottom = rect_cut_bottom(&box, foot);

    /* The chosen one is among those for which there is room. */
    uint32_t room = (uint32_t)(box.h / row), first = w->chosen >= room ? w->chosen + 1 - room : 0;

    for (uint32_t i = first; i < w->count && i < first + room; i++)
        draw_row(v, rect_cut_top(&box, row), i);
    if (w->chosen < w->count)
        draw_foot(v, bottom);
}
