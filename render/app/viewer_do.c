/*
 * viewer_do.c - what each action does, but for those about time.
 */
#include "render/app/viewer_parts.h"

#include <stdio.h>
#include <string.h>

#include "render/app/gallery.h"
#include "render/app/what_if.h"

/* ---- telling --------------------------------------------------------------------------------- */

void viewer_say(struct viewer *v, struct text words)
{
    v->said_size = words.size < VIEWER_SAID_MAX ? words.size : VIEWER_SAID_MAX;
    if (v->said_size > 0)
        memcpy(v->said, words.at, v->said_size);
    v->said_ms = 4000 + 80.0 * (double)v->said_size;
}

struct text viewer_said(const struct viewer *v)
{
    return text_from(v->said, v->said_size);
}

/* ---- what is chosen -------------------------------------------------------------------------- */

/* The same thing again chooses nothing. */
static bool choose(uint32_t *chosen, int64_t number, uint32_t count)
{
    if (number < 0 || number >= (int64_t)count)
        return false;
    *chosen = *chosen == (uint32_t)number ? RECORDING_NONE : (uint32_t)number;
    return true;
}

/* First it is marked everywhere; the second time one goes there.  Who reads wants no story to run on. */
static bool show(struct viewer *v, int64_t number)
{
    if (number < 0 || number >= (int64_t)v->film->recording.count)
        return false;
    uint32_t record = (uint32_t)number, veil = viewer_veil(v);

    if (record >= veil)
        return false;
    v->ui.wish.playing = false;
    v->glide = RECORDING_NONE;
    if (v->ui.choice.record == record)
        viewer_go_record(v, record);
    v->ui.choice.record = record;
    return true;
}

/* What is there when nothing lies over it: without a film, the gallery. */
static enum viewer_overlay home(const struct viewer *v)
{
    return v->film ? OVERLAY_NONE : OVERLAY_GALLERY;
}

static bool release(struct viewer *v)
{
    struct choice *c = &v->ui.choice;

    v->typed_size = 0;
    if (v->overlay == OVERLAY_COMPARE)
        c->ladder_scroll = 0;
    if (v->overlay != home(v)) {
        v->overlay = home(v);
        v->overlay_scroll = 0;
        return true;
    }
    if (!v->film)
        return false;
    c->host = c->conn = c->mail = c->record = RECORDING_NONE;
    c->inspect = c->tab = 0;
    c->ladder_scroll = c->inspector_scroll = 0;
    return true;
}

static bool inspect(struct viewer *v, int what)
{
    struct choice *c = &v->ui.choice;

    c->inspect = c->inspect == what ? 0 : what;
    c->tab = 0;
    c->inspector_scroll = 0;
    return true;
}

/* ---- the map --------------------------------------------------------------------------------- */

/* About the pointer, if it is on the map, else about the middle. */
static bool zoom(struct viewer *v, double factor)
{
    struct rect r = v->layout.panels[PANEL_MAP];
    struct choice *c = &v->ui.choice;

    if (factor == 0) {
        c->map_zoom = 1;
        c->map_origin = (struct point){0, 0};
        return true;
    }
    map_zoom(c, r, rect_has(r, v->hand) ? v->hand : rect_middle(r), factor);
    return true;
}

static bool pan(struct viewer *v, double x, double y)
{
    map_pan(&v->ui.choice, v->layout.panels[PANEL_MAP], (struct point){x, y});
    return true;
}

static bool fold(struct viewer *v, int64_t site)
{
    /* Name servers and strangers are two more, if there are many. */
    if (site < 0 || site >= (int64_t)v->film->cast.site_count + 2)
        return false;
    choice_turn(&v->ui.choice, (uint32_t)site);
    return true;
}

static void add_scroll(double *scroll, double by)
{
    *scroll = *scroll + by < 0 ? 0 : *scroll + by;
}

static bool scroll(struct viewer *v, double by)
{
    struct point p = v->hand;

    /* A ladder is moved away from the row that the story is at, up or down, and knows its ends. */
    if (v->overlay == OVERLAY_COMPARE)
        add_scroll(&v->ui.choice.ladder_scroll, by);
    else if (v->overlay != OVERLAY_NONE)
        add_scroll(&v->overlay_scroll, by);
    else if (v->film && rect_has(v->layout.panels[PANEL_LADDER], p))
        v->ui.choice.ladder_scroll += by;
    else if (v->film && rect_has(v->layout.panels[PANEL_INSPECTOR], p))
        add_scroll(&v->ui.choice.inspector_scroll, by);
    else
        return false;
    return true;
}

/* ---- how it is wanted ------------------------------------------------------------------------ */

static bool text_size(struct viewer *v, double by)
{
    double to = v->ui.wish.text + by;

    if (to < 1 || to > 1.5)
        return false;
    v->ui.wish.text = to;
    return true;
}

static bool look(struct viewer *v, enum act act)
{
    struct wish *w = &v->ui.wish;
    bool done = true;

    switch ((unsigned)act) {
    case ACT_THEME: w->theme = (enum theme)((w->theme + 1) % THEME_COUNT); break;
    case ACT_TEXT_LARGER: done = text_size(v, 0.25); break;
    case ACT_TEXT_SMALLER: done = text_size(v, -0.25); break;
    case ACT_ROOM: v->room = (enum viewer_room)((v->room + 1) % ROOM_COUNT); break;
    default: break;
    }
    if (done)
        viewer_fit(v);
    return done;
}

/* ---- search ---------------------------------------------------------------------------------- */

/* Nothing found: told, and the line stays open, for another word. */
static bool search_again(struct viewer *v)
{
    struct text words = text_from(v->words, v->words_size);
    uint32_t from = v->ui.choice.record != RECORDING_NONE ? v->ui.choice.record : viewer_record(v);
    char said[160];

    if (words.size == 0)
        return false;
    uint32_t found = recording_search(&v->film->recording, from, 1, words);

    if (found == RECORDING_NONE && from != RECORDING_NONE)
        found = recording_search(&v->film->recording, RECORDING_NONE, 1, words);
    if (found == RECORDING_NONE || found >= viewer_veil(v)) {
        snprintf(said, sizeof said, "no record says \"%.*s\"%s", TEXT_ARG(words),
                 viewer_veil(v) != RECORDING_NONE ? " before the question" : "");
        viewer_say(v, text_of(said));
        v->overlay = OVERLAY_SEARCH;
        return true;
    }
    v->overlay = OVERLAY_NONE;
    v->ui.wish.playing = false;
    viewer_go_record(v, found);
    v->ui.choice.record = found;
    v->ui.choice.ladder_scroll = 0;
    return true;
}

static bool search(struct viewer *v, struct text words)
{
    if (words.size == 0) {
        v->overlay = v->overlay == OVERLAY_SEARCH ? OVERLAY_NONE : OVERLAY_SEARCH;
        v->typed_size = 0;
        return true;
    }
    v->words_size = words.size < sizeof v->words ? words.size : sizeof v->words;
    memcpy(v->words, words.at, v->words_size);
    v->ui.choice.record = RECORDING_NONE;
    return search_again(v);
}

/* ---- what needs somebody outside -------------------------------------------------------------- */

static bool overlay(struct viewer *v, enum viewer_overlay which)
{
    v->overlay = v->overlay == which ? home(v) : which;
    v->overlay_scroll = 0;
    v->typed_size = 0;
    return true;
}

static bool what_if(struct viewer *v)
{
    v->ui.wish.playing = false;
    v->glide = RECORDING_NONE;
    if (v->overlay != OVERLAY_WHAT_IF)
        what_if_open(v);
    return overlay(v, OVERLAY_WHAT_IF);
}

static bool compare(struct viewer *v)
{
    if (!viewer_changed(v))
        return false;
    v->ui.choice.ladder_scroll = v->overlay == OVERLAY_COMPARE ? 0 : -1; /* to where they part */
    return overlay(v, OVERLAY_COMPARE);
}

static void say_buffer(struct viewer *v, struct buffer *said)
{
    viewer_say(v, buffer_text(said));
    buffer_free(said);
}

static bool ask_outside(struct viewer *v, const struct action *action)
{
    const struct viewer_outside *o = &v->outside;
    struct buffer said;
    bool done = false;

    buffer_init(&said, &v->memory);
    if (action->act == ACT_FULL && o->full)
        done = o->full(o->context, &said);
    else if (action->act == ACT_OPEN && o->open)
        done = o->open(o->context, action->number, &said);
    else if (action->act == ACT_PICTURE && o->picture)
        done = o->picture(o->context, action->text, &said);
    say_buffer(v, &said);
    return done;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool do_look(struct viewer *v, const struct action *a, bool *done)
{
    struct choice *c = &v->ui.choice;

    *done = true;
    switch ((unsigned)a->act) {
    case ACT_THEME:
    case ACT_TEXT_LARGER:
    case ACT_TEXT_SMALLER:
    case ACT_ROOM: *done = look(v, a->act); break;
    case ACT_MOTION: v->ui.wish.still = !v->ui.wish.still; break;
    case ACT_HELP: *done = overlay(v, OVERLAY_HELP); break;
    case ACT_GALLERY: *done = v->gallery && overlay(v, OVERLAY_GALLERY); break;
    case ACT_RELEASE: *done = release(v); break;
    case ACT_SCROLL: *done = scroll(v, (double)a->number); break;
    case ACT_QUIT: v->quit = true; break;
    case ACT_FULL:
    case ACT_OPEN:
    case ACT_PICTURE: *done = ask_outside(v, a); break;
    case ACT_ZOOM_IN: *done = zoom(v, 1.25); break;
    case ACT_ZOOM_OUT: *done = zoom(v, 0.8); break;
    case ACT_ZOOM_FIT: *done = zoom(v, 0); break;
    case ACT_PAN_LEFT: *done = pan(v, 80, 0); break;
    case ACT_PAN_RIGHT: *done = pan(v, -80, 0); break;
    case ACT_PAN_UP: *done = pan(v, 0, 80); break;
    case ACT_PAN_DOWN: *done = pan(v, 0, -80); break;
    case ACT_LADDER_DOWN: c->ladder_scroll += 60; break;
    case ACT_LADDER_UP: c->ladder_scroll -= 60; break;
    case ACT_INSPECTOR_DOWN: add_scroll(&c->inspector_scroll, 60); break;
    case ACT_INSPECTOR_UP: add_scroll(&c->inspector_scroll, -60); break;
    case ACT_LADDER_ALL: c->ladder_all = !c->ladder_all; break;
    case ACT_INSPECT_MAIL: *done = inspect(v, 1); break;
    case ACT_INSPECT_HOST: *done = inspect(v, 2); break;
    case ACT_INSPECT_SESSION: *done = inspect(v, 3); break;
    case ACT_INSPECT_TAB: c->tab = (int)a->number; break;
    default: return false;
    }
    return true;
}

/* What needs a film and is about neither time nor looks. */
static bool do_film(struct viewer *v, const struct action *a)
{
    struct choice *c = &v->ui.choice;

    bool done;

    if (viewer_do_choose(v, a->act, &done))
        return done;
    switch ((unsigned)a->act) {
    case ACT_SHOW: return show(v, a->number);
    case ACT_HOST: return choose(&c->host, a->number, v->film->cast.host_count);
    case ACT_CONN: return choose(&c->conn, a->number, v->film->recording.conn_count);
    case ACT_MAIL: return choose(&c->mail, a->number, v->film->recording.mail_count);
    case ACT_SITE: return fold(v, a->number);
    case ACT_PROMPTS:
        v->ui.wish.prompts = !v->ui.wish.prompts;
        c->prompt = RECORDING_NONE;
        return true;
    case ACT_SEARCH: return search(v, a->text);
    case ACT_SEARCH_NEXT: return search_again(v);
    case ACT_WHAT_IF: return what_if(v);
    case ACT_DO: return what_if_do(v, a->text);
    case ACT_COMPARE: return compare(v);
    case ACT_COMPARE_LINE: return viewer_compare_line(v, a->number);
    case ACT_SAVE: return what_if_save(v, a->text);
    default: return false;
    }
}

bool viewer_do(struct viewer *v, const struct action *action)
{
    bool done = false;

    v->said_size = 0;
    if (!v->film)
        do_look(v, action, &done);
    else if (!viewer_do_time(v, action, &done) && !do_look(v, action, &done))
        done = do_film(v, action);
    if (v->outside.did)
        v->outside.did(v->outside.context, action, done);
    return done;
}

static bool to_number(struct text t, int64_t *number)
{
    bool minus = t.size > 0 && t.at[0] == '-';

    if (!text_to_int(minus ? text_after(t, 1) : t, number))
        return false;
    *number = minus ? -*number : *number;
    return true;
}

bool viewer_do_words(struct viewer *v, struct text name, struct text argument)
{
    struct action a = {.act = act_find(name), .text = argument};

    if (a.act == ACT_COUNT || a.act == ACT_NONE)
        return false;
    if (act_info(a.act)->takes == TAKES_NUMBER && !to_number(argument, &a.number))
        return false;
    return viewer_do(v, &a);
}

/* ---- how things stand ------------------------------------------------------------------------ */

static void put_host(struct buffer *b, const struct cast *c, uint32_t host)
{
    if (host == RECORDING_NONE)
        buffer_put_char(b, '-');
    else
        buffer_put_text(b, c->hosts[host].name);
}

void viewer_put_state(const struct viewer *v, struct buffer *b)
{
    static const char *const overlays[] = {"",         " help",    " search", " gallery",
                                           " what-if", " compare", " unsaved"};

    if (v->film) {
        struct ui ui = v->ui;
        uint32_t record = viewer_record(v), conn, mail;

        ui.moment = viewer_moment(v);
        conn = ui_conn(&ui);
        mail = ui_mail(&ui);
        buffer_put_string(b, "record ");
        if (record == RECORDING_NONE)
            buffer_put_char(b, '-');
        else
            buffer_put_int(b, (int64_t)v->film->recording.lines[record].record->seq);
        buffer_put_string(b, " host ");
        put_host(b, &v->film->cast, ui_host(&ui));
        buffer_put_string(b, " connection ");
        if (conn == RECORDING_NONE)
            buffer_put_char(b, '-');
        else
            buffer_put_int(b, v->film->recording.conns[conn].number);
        buffer_put_string(b, " mail ");
        if (mail == RECORDING_NONE)
            buffer_put_char(b, '-');
        else
            buffer_put_text(b, v->film->recording.mails[mail].id);
        buffer_put_string(b, v->ui.wish.playing ? " playing" : " paused");
        if (v->ui.choice.card < v->film->lesson.card_count) {
            buffer_put_string(b, " card ");
            buffer_put_int(b, v->ui.choice.card);
        } else if (v->ui.choice.prompt < v->film->lesson.prompt_count) {
            buffer_put_string(b, " question ");
            buffer_put_text(b, v->film->lesson.prompts[v->ui.choice.prompt].id);
        }
    } else {
        buffer_put_string(b, "nothing");
    }
    buffer_put_string(b, overlays[v->overlay]);
}
