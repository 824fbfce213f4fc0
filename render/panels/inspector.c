/*
 * inspector.c - the frame of the panel: what a pane is given, and who draws which of them.
 */
#include "render/panels/inspector.h"

#include <math.h>

#include "render/panels/inspector_parts.h"

#define NONE RECORDING_NONE

enum { LAYER = 10 };

/* The scenario's note tells how it will go: whole, or, where questions are still asked, not at all. */
static void draw_story(struct pane *p, struct rect r)
{
    struct text note = p->cast->note;
    struct style s = {FONT_SANS, 18, COLOUR_TEXT, ALIGN_LEFT};

    if (note.size == 0 || p->ui->moment.veil != NONE) {
        pane_empty(p, r, TEXT("Nothing has happened yet."));
        return;
    }
    while (s.size > 13 && canvas_wrap_height(p->canvas, s, r.w, note) > r.h)
        s.size -= 1;
    canvas_text_wrap(p->canvas, s, r, note);
}

static void draw_body(struct pane *p, struct rect r)
{
    if (p->subject == INSPECT_STORY) {
        draw_story(p, r);
    } else if (!pane_is_there(p)) {
        pane_empty(p, r,
                   p->subject == INSPECT_SESSION ? TEXT("No connection has been opened yet.")
                                                 : TEXT("No message has been written yet."));
    } else if (p->subject == INSPECT_HOST) {
        inspector_host_draw(p, r);
    } else if (p->subject == INSPECT_SESSION) {
        inspector_session_draw(p, r);
    } else if (p->tab == TAB_LETTER) {
        inspector_letter_draw(p, r);
    } else if (p->tab == TAB_REPORT) {
        inspector_report_draw(p, r);
    } else {
        inspector_mail_draw(p, r);
    }
}

static void draw_all(struct ui *ui, struct rect r)
{
    struct memory memory;
    struct pane p = {.ui = ui,
                     .canvas = ui->canvas,
                     .memory = &memory,
                     .recording = ui->moment.recording,
                     .cast = ui->moment.cast,
                     .index = pane_index(ui),
                     .now_ns = ui->moment.place.now_ns,
                     .mail = ui_mail(ui),
                     .host = pane_host_in_view(ui),
                     .conn = ui_conn(ui),
                     .subject = inspector_subject(ui),
                     .tab = inspector_tab(ui),
                     .scroll = ui->choice.inspector_scroll};

    memory_init(&memory, 0);
    const struct step *step = pane_step(ui);
    p.fresh = step != NULL ? step->record : NONE;
    if (p.index != NONE && (p.index != ui->moment.place.index ||
                            p.now_ns < p.recording->lines[p.index].record->time_ns))
        p.now_ns = p.recording->lines[p.index].record->time_ns;
    p.row = ceil(canvas_line_height(ui->canvas, inspector_body)) + 2;
    struct rect in = ui_panel(ui, PANEL_INSPECTOR, r, NULL, TEXT(""));
    double head = ceil(canvas_line_height(ui->canvas,
                                          (struct style){FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT})) +
                  10;
    struct rect row = rect_cut_top(&in, head);
    p.both = inspector_session_both(&p, in);
    inspector_head_draw(&p, row);
    rect_cut_top(&in, 4);
    draw_body(&p, in);
    ui->choice.inspector_scroll = fmin(fmax(p.scroll, 0), p.scroll_most);
    memory_end(&memory);
}

/* Time passes between two records, and TTLs run down with it: a picture each second of it is enough. */
static uint64_t key_of(const struct ui *ui, struct rect r)
{
    uint64_t key = ui_mix(ui_mix(LAYER, pane_index(ui)), (uint64_t)(r.w * 8192 + r.h));
    const struct choice *c = &ui->choice;

    key = ui_mix(key, (uint64_t)(ui->moment.place.now_ns / 1000000000));
    key = ui_mix(ui_mix(ui_mix(key, c->host), c->conn), c->mail);
    key = ui_mix(ui_mix(key, c->record), (uint64_t)c->inspect * 100 + (uint64_t)c->tab);
    key = ui_mix(key, (uint64_t)(c->inspector_scroll * 8));
    key = ui_mix(key, ui->moment.recording->count);
    key = ui_mix(key, pane_step(ui) == NULL && ui->moment.veil != NONE);
    if (rect_has(r, ui->pointer))
        key = ui_mix(key, (uint64_t)(ui->pointer.x * 4096 + ui->pointer.y));
    return key;
}

void inspector_draw(struct ui *ui, struct rect r)
{
    if (ui->moment.recording == NULL || ui->moment.cast == NULL)
        return;
    if (!canvas_layer(ui->canvas, LAYER, r, key_of(ui, r)))
        return;
    draw_all(ui, r);
    canvas_layer_end(ui->canvas);
}
