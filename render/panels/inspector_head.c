/*
 * inspector_head.c - the inspector's row of titles: what is shown, its parts, and the three subjects.
 */
#include "render/panels/inspector_parts.h"

#include <math.h>

#define NONE RECORDING_NONE

struct tab {
    const char *word;
    enum act act;
    int64_t argument;
    bool chosen;
};

static const double TAB_PAD = 8, TAB_GAP = 2;

static struct style tab_style(const struct tab *t)
{
    return (struct style){t->chosen ? FONT_BOLD : FONT_MEDIUM, 16,
                          t->chosen ? COLOUR_MAIL_TEXT : COLOUR_SOFT, ALIGN_MIDDLE};
}

static double tab_width(struct pane *p, const struct tab *t)
{
    struct style s = {FONT_BOLD, 16, COLOUR_SOFT, ALIGN_MIDDLE}; /* chosen or not: the same */

    return ceil(canvas_text_width(p->canvas, s, text_of(t->word))) + 2 * TAB_PAD;
}

static double tabs_width(struct pane *p, const struct tab *tabs, uint32_t count)
{
    double width = 0;

    for (uint32_t i = 0; i < count; i++)
        width += tab_width(p, &tabs[i]) + TAB_GAP;
    return width;
}

static void draw_tab(struct pane *p, const struct tab *t, struct rect r)
{
    struct rect box = {r.x, r.y + 2, r.w, r.h - 4};
    bool hot = rect_has(box, p->ui->pointer);

    if (t->chosen)
        canvas_fill(p->canvas, box, 7, COLOUR_MAIL_FILL);
    else if (hot)
        canvas_fill(p->canvas, box, 7, COLOUR_BUTTON_HOT);
    canvas_text_in(p->canvas, tab_style(t), rect_inset(box, 2), text_of(t->word));
    canvas_hit(p->canvas, box, t->act, t->argument);
}

static void draw_tabs(struct pane *p, const struct tab *tabs, uint32_t count, struct rect r)
{
    for (uint32_t i = 0; i < count; i++) {
        draw_tab(p, &tabs[i], rect_cut_left(&r, tab_width(p, &tabs[i])));
        rect_cut_left(&r, TAB_GAP);
    }
}

static void add_tab(struct tab *tabs, uint32_t *count, const struct pane *p, enum inspect_tab tab,
                    const char *word)
{
    tabs[(*count)++] = (struct tab){word, ACT_INSPECT_TAB, tab, p->tab == tab};
}

/* The parts of the subject. */
static uint32_t parts_of(const struct pane *p, struct tab tabs[8])
{
    uint32_t count = 0;

    if (p->subject == INSPECT_MAIL) {
        add_tab(tabs, &count, p, TAB_SUMMARY, "Summary");
        add_tab(tabs, &count, p, TAB_LETTER, "Letter");
        if (pane_is_report(p->ui, p->mail))
            add_tab(tabs, &count, p, TAB_REPORT, "Report");
    } else if (p->subject == INSPECT_HOST) {
        for (int i = 0; i < PANE_HOST_PARTS; i++)
            if (pane_host_has(p->ui, p->host, (int)pane_host_parts[i].tab))
                add_tab(tabs, &count, p, pane_host_parts[i].tab, pane_host_parts[i].word);
    } else if (p->subject == INSPECT_SESSION && !p->both) {
        add_tab(tabs, &count, p, TAB_CLIENT, "Client");
        add_tab(tabs, &count, p, TAB_SERVER, "Server");
    }
    return count;
}

static uint32_t subjects_of(const struct pane *p, struct tab tabs[4])
{
    tabs[0] = (struct tab){"Message", ACT_INSPECT_MAIL, 0, p->subject == INSPECT_MAIL};
    tabs[1] = (struct tab){"Host", ACT_INSPECT_HOST, 0, p->subject == INSPECT_HOST};
    tabs[2] = (struct tab){"Session", ACT_INSPECT_SESSION, 0, p->subject == INSPECT_SESSION};
    return 3;
}

static enum icon host_icon(unsigned roles)
{
    static const struct {
        unsigned role;
        enum icon icon;
    } icons[] = {{CAST_STRANGER, ICON_STRANGER}, {CAST_BLOCKLIST, ICON_BLOCKLIST},
                 {CAST_MUA, ICON_MUA},           {CAST_MTA, ICON_MTA},
                 {CAST_MSA, ICON_MSA},           {CAST_MDA, ICON_MDA},
                 {CAST_DNS, ICON_DNS},           {CAST_ROUTER, ICON_ROUTER}};

    for (uint32_t i = 0; i < sizeof icons / sizeof icons[0]; i++)
        if (roles & icons[i].role)
            return icons[i].icon;
    return ICON_SERVER;
}

struct title {
    enum icon icon;
    struct text words, note;
    enum act act; /* of a click on the note */
    int64_t argument;
};

static struct title title_of(struct pane *p)
{
    struct title t = {.act = ACT_NONE};

    switch (p->subject) {
    case INSPECT_HOST:
        t.icon = host_icon(p->cast->hosts[p->host].roles);
        t.note = inspector_host_note(p);
        t.words = pane_host(p, p->host);
        return t;
    case INSPECT_SESSION:
        t.icon = ICON_SERVER;
        t.note = inspector_session_note(p);
        t.words = pane_say(p, "Session %d", (int64_t)p->recording->conns[p->conn].number);
        return t;
    case INSPECT_STORY:
    case INSPECT_MAIL: break;
    }
    bool report = pane_is_report(p->ui, p->mail);
    t.icon = report ? ICON_REPORT : ICON_ENVELOPE;
    t.note = inspector_mail_note(p, &t.act, &t.argument);
    t.words = pane_say(p, "%s %t", report ? "Report" : "Message", pane_mail(p, p->mail));
    return t;
}

bool pane_is_there(const struct pane *p)
{
    return (p->subject == INSPECT_HOST && p->host < p->cast->host_count) ||
           (p->subject == INSPECT_SESSION && p->conn != NONE) ||
           (p->subject == INSPECT_MAIL && p->mail != NONE);
}

static void draw_title(struct pane *p, struct rect r)
{
    struct style bold = {FONT_BOLD, 18, COLOUR_TEXT, ALIGN_LEFT};
    struct title t = {.icon = ICON_ENVELOPE, .words = TEXT("Nothing yet")};
    double side = fmin(r.h, 26);

    if (pane_is_there(p))
        t = title_of(p);
    else if (p->subject == INSPECT_STORY)
        t.words = TEXT("Before it begins");
    canvas_icon(p->canvas, t.icon, (struct rect){r.x, r.y + (r.h - side) / 2, side, side},
                COLOUR_MAIL);
    rect_cut_left(&r, side + 10);
    if (r.w < 30 || canvas_text_in(p->canvas, bold, r, t.words))
        return;
    rect_cut_left(&r, canvas_text_width(p->canvas, bold, t.words) + 12);
    if (t.note.size == 0 || r.w <= 90)
        return;
    canvas_text_in(p->canvas, inspector_soft, r, t.note);
    r.w = fmin(r.w, canvas_text_width(p->canvas, inspector_soft, t.note));
    if (t.act != ACT_NONE)
        canvas_hit(p->canvas, r, t.act, t.argument);
}

/* The chosen part between two arrows that lead to its neighbours. */
static void draw_turner(struct pane *p, const struct tab *parts, uint32_t count, struct rect r)
{
    uint32_t now = 0;

    for (uint32_t i = 0; i < count; i++)
        now = parts[i].chosen ? i : now;
    struct tab back = {"\xe2\x80\xb9", ACT_INSPECT_TAB, parts[(now + count - 1) % count].argument,
                       false},
               next = {"\xe2\x80\xba", ACT_INSPECT_TAB, parts[(now + 1) % count].argument, false};
    draw_tab(p, &back, rect_cut_left(&r, tab_width(p, &back)));
    draw_tab(p, &next, rect_cut_right(&r, tab_width(p, &next)));
    draw_tab(p, &parts[now], r);
}

static double turner_width(struct pane *p, const struct tab *parts, uint32_t count)
{
    struct tab arrow = {"\xe2\x80\xb9", ACT_NONE, 0, false};
    double widest = 0;

    for (uint32_t i = 0; i < count; i++)
        widest = fmax(widest, tab_width(p, &parts[i]));
    return widest + 2 * tab_width(p, &arrow);
}

static void draw_parts(struct pane *p, struct rect *r)
{
    const double title = 210 * (p->ui->wish.text > 0 ? p->ui->wish.text : 1);
    struct tab parts[8];
    uint32_t count = pane_is_there(p) ? parts_of(p, parts) : 0;
    double width = tabs_width(p, parts, count), turner;

    if (count == 0)
        return;
    rect_cut_right(r, 12);
    struct rect line = {r->x + r->w + 5, r->y + 6, 1, r->h - 12};
    if (width + title < r->w) {
        draw_tabs(p, parts, count, rect_cut_right(r, width));
    } else if ((turner = turner_width(p, parts, count)) + 60 < r->w) {
        draw_turner(p, parts, count, rect_cut_right(r, turner));
    } else {
        return;
    }
    canvas_fill(p->canvas, line, 0, COLOUR_EDGE);
    rect_cut_right(r, 12);
}

/* Title, then the parts, then the subjects; the parts make room for the title. */
void inspector_head_draw(struct pane *p, struct rect r)
{
    struct tab subjects[4];
    uint32_t count = subjects_of(p, subjects);

    draw_tabs(p, subjects, count, rect_cut_right(&r, fmin(r.w, tabs_width(p, subjects, count))));
    draw_parts(p, &r);
    if (r.w > 50)
        draw_title(p, r);
}
