#include "render/widgets/ui.h"

#include <math.h>

/* Points. */
static const double TITLE_SIZE = 18, FIELD_SIZE = 16, PANEL_RADIUS = 14, EDGE = 20;

/* ---- what is in view ---- */

static struct step focus(const struct ui *ui)
{
    uint32_t index = ui->moment.place.index;

    if (!ui->moment.steps || index == RECORDING_NONE)
        return (struct step){RECORDING_NONE, RECORDING_NONE, RECORDING_NONE, RECORDING_NONE, 0};
    return steps_focus(ui->moment.steps, index);
}

uint32_t ui_host(const struct ui *ui)
{
    return ui->choice.host != RECORDING_NONE ? ui->choice.host : focus(ui).host;
}

uint32_t ui_conn(const struct ui *ui)
{
    return ui->choice.conn != RECORDING_NONE ? ui->choice.conn : focus(ui).conn;
}

uint32_t ui_mail(const struct ui *ui)
{
    return ui->choice.mail != RECORDING_NONE ? ui->choice.mail : focus(ui).mail;
}

/* ---- small things ---- */

static bool pointed_at(const struct ui *ui, struct rect r)
{
    return rect_has(r, ui->pointer);
}

void ui_button(struct ui *ui, struct rect r, enum icon icon, const char *word, enum act act,
               int64_t argument)
{
    struct canvas *c = ui->canvas;
    bool hot = pointed_at(ui, r);
    double radius = fmin(10, r.h / 3), side = fmin(r.h * 0.56, 26);
    struct style s = {FONT_MEDIUM, FIELD_SIZE, COLOUR_TEXT, ALIGN_LEFT};
    struct rect in = rect_inset(r, fmin(8, r.h / 6));
    struct text text = text_of(word ? word : "");
    bool both = (unsigned)icon < ICON_COUNT && text.size > 0;
    double width = text.size > 0 ? canvas_text_width(c, s, text) : 0,
           all = fmin(in.w, width + (both ? side + 8 : 0));

    canvas_fill(c, r, radius, hot ? COLOUR_BUTTON_HOT : COLOUR_BUTTON);
    canvas_outline(c, r, radius, (struct pen){COLOUR_EDGE, 1, DASH_NONE, 0});
    canvas_hit(c, r, act, argument);
    if ((unsigned)icon < ICON_COUNT && !both)
        canvas_icon(c, icon,
                    (struct rect){r.x + (r.w - side) / 2, r.y + (r.h - side) / 2, side, side},
                    COLOUR_TEXT);
    if (text.size == 0)
        return;
    in.x += (in.w - all) / 2;
    in.w = all + 0.5;
    if (both) {
        struct rect place = rect_cut_left(&in, side + 8);
        canvas_icon(c, icon, (struct rect){place.x, r.y + (r.h - side) / 2, side, side},
                    COLOUR_TEXT);
    }
    canvas_text_in(c, s, in, text);
}

struct rect ui_panel(struct ui *ui, enum panel panel, struct rect r, const char *title,
                     struct text note)
{
    struct canvas *c = ui->canvas;
    struct style head = {FONT_BOLD, TITLE_SIZE, COLOUR_TEXT, ALIGN_LEFT},
                 soft = {FONT_SANS, FIELD_SIZE, COLOUR_SOFT, ALIGN_LEFT};

    canvas_panel(c, panel, r);
    canvas_shadow(c, r, PANEL_RADIUS);
    canvas_fill(c, r, PANEL_RADIUS, COLOUR_PANEL);
    canvas_outline(c, r, PANEL_RADIUS, (struct pen){COLOUR_EDGE, 1, DASH_NONE, 0});
    struct rect in = {r.x + EDGE, r.y + 10, fmax(0, r.w - 2 * EDGE), fmax(0, r.h - 20)};
    if (!title || !*title)
        return in;
    struct rect row = rect_cut_top(&in, canvas_line_height(c, head) + 12);
    double width = canvas_text_width(c, head, text_of(title));
    canvas_text_in(c, head, row, text_of(title));
    rect_cut_left(&row, width + 12);
    if (note.size > 0 && row.w > 0)
        canvas_text_in(c, soft, row, note);
    return in;
}

/* ---- classes of replies ---- */

enum colour ui_class_ink(int64_t code)
{
    int64_t class = code / 100;

    return class == 2 || class == 3 ? COLOUR_GOOD_TEXT
           : class == 4             ? COLOUR_WAIT_TEXT
           : class == 5             ? COLOUR_BAD_TEXT
                                    : COLOUR_TEXT;
}

enum colour ui_class_fill(int64_t code)
{
    int64_t class = code / 100;

    return class == 2 || class == 3 ? COLOUR_GOOD_FILL
           : class == 4             ? COLOUR_WAIT_FILL
           : class == 5             ? COLOUR_BAD_FILL
                                    : COLOUR_BUTTON;
}

enum colour ui_class_strong(int64_t code)
{
    int64_t class = code / 100;

    return class == 2 || class == 3 ? COLOUR_GOOD
           : class == 4             ? COLOUR_WAIT
           : class == 5             ? COLOUR_BAD
                                    : COLOUR_WIRE;
}

double ui_ease(const struct ui *ui, double part)
{
    if (!(part > 0))
        return 0;
    if (part >= 1)
        return 1;
    return ui->wish.still ? 0 : part * part * part * (part * (6 * part - 15) + 10);
}

uint64_t ui_mix(uint64_t key, uint64_t more)
{
    key ^= more + UINT64_C(0x9e3779b97f4a7c15) + (key << 6) + (key >> 2);
    key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
    return key ^ key >> 31;
}
