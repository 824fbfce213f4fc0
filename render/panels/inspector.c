/*
 * inspector.c - the frame of the panel: which subject and tab, the row of titles, and who draws the rest.
 *
 * As the story goes, the panel changes with the chapter and not with the record, so that it stays quiet
 * while one reads: look-ups show the cache of who asks, waiting shows the queue, TLS the session, all else
 * the message.
 */
#include "render/panels/inspector.h"

#include <math.h>

#include "render/panels/inspector_parts.h"
#include "sim/replay/holdings.h"

#define NONE RECORDING_NONE

enum { LAYER = 10 };

/* ---- what is shown ------------------------------------------------------------------------------ */

static uint32_t index_of(const struct ui *ui)
{
    uint32_t index = ui->moment.place.index;

    if (index != NONE && ui_veiled(ui, index)) /* playback stops before; but never say more */
        index = ui->moment.veil > 0 ? ui->moment.veil - 1 : NONE;
    return index;
}

static const struct step *step_of(const struct ui *ui)
{
    const struct steps *s = ui->moment.steps;
    uint32_t index = index_of(ui), step;

    if (s == NULL || index == NONE || (step = steps_at(s, index)) == NONE)
        return NULL;
    return &s->items[step];
}

static enum chapter_kind chapter_of(const struct ui *ui)
{
    const struct steps *s = ui->moment.steps;
    const struct step *step = step_of(ui);

    if (step == NULL)
        return CHAPTER_OTHER;
    uint32_t n = (uint32_t)(step - s->items), low = 0, high = s->chapter_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->chapters[middle].first_step <= n)
            low = middle;
        else
            high = middle;
    }
    return s->chapter_count > 0 ? s->chapters[low].kind : CHAPTER_OTHER;
}

/* The last refusal or leave of the relay rules, a few steps back at most. */
static const struct step *last_relay(const struct ui *ui)
{
    enum { HELD = 3 };
    const struct step *step = step_of(ui);

    for (uint32_t i = 0; step != NULL && i < HELD; i++, step--) {
        if (ui->moment.recording->lines[step->record].record->kind == TRACE_POLICY_RELAY)
            return step;
        if (step == ui->moment.steps->items)
            break;
    }
    return NULL;
}

/* The story is at a refusal of the relay rules, or at the reply that follows. */
static bool at_the_door(const struct ui *ui)
{
    const struct step *step = last_relay(ui);

    return step != NULL &&
           !RECORDING_DATA(&ui->moment.recording->lines[step->record], policy_relay)->allowed;
}

enum inspect inspector_subject(const struct ui *ui)
{
    const struct choice *c = &ui->choice;

    if (c->inspect >= INSPECT_MAIL && c->inspect <= INSPECT_SESSION)
        return (enum inspect)c->inspect;
    if (c->mail != NONE)
        return INSPECT_MAIL;
    if (c->host != NONE)
        return INSPECT_HOST;
    if (c->conn != NONE)
        return INSPECT_SESSION;
    if (step_of(ui) == NULL) /* nothing has happened yet */
        return INSPECT_STORY;
    enum chapter_kind chapter = chapter_of(ui);
    if (chapter == CHAPTER_SEAL)
        return INSPECT_SESSION;
    if (chapter == CHAPTER_LOOKUP || chapter == CHAPTER_WAIT || chapter == CHAPTER_COLLECT ||
        at_the_door(ui) || ui_mail(ui) == NONE)
        return INSPECT_HOST;
    return INSPECT_MAIL;
}

/* Who asks is shown, not the name server that answers. */
static uint32_t host_in_view(const struct ui *ui)
{
    const struct step *step = step_of(ui);
    uint32_t host = ui_host(ui);
    const struct cast *cast = ui->moment.cast;

    if (ui->choice.host == NONE && at_the_door(ui))
        return ui->moment.recording->lines[last_relay(ui)->record].host;
    if (ui->choice.host != NONE || step == NULL || host >= cast->host_count ||
        !(cast->hosts[host].roles & CAST_DNS))
        return host;
    uint32_t other = ui->moment.recording->lines[step->record].other;
    return other != NONE ? other : host;
}

static bool is_report(const struct ui *ui, uint32_t mail)
{
    const struct recording *r = ui->moment.recording;
    uint32_t index = index_of(ui);

    return mail != NONE && index != NONE && r->mails[mail].ndr != NONE &&
           r->mails[mail].ndr <= index;
}

/* A report that has arrived is there to be read. */
static bool has_arrived(const struct ui *ui, uint32_t mail)
{
    const struct recording *r = ui->moment.recording;
    uint32_t index = index_of(ui);

    for (uint32_t i = r->mails[mail].first; i != NONE && i <= index; i = r->lines[i].mail_after)
        if (r->lines[i].record->kind == TRACE_MAIL_DELIVERED)
            return true;
    return false;
}

static enum inspect_tab host_tab(const struct ui *ui, uint32_t host)
{
    enum chapter_kind chapter = chapter_of(ui);
    const struct scene *s = ui->moment.scene;

    if (ui->choice.host == NONE && at_the_door(ui))
        return TAB_RULES;
    if (ui->choice.host == NONE && chapter == CHAPTER_LOOKUP)
        return TAB_CACHE;
    if (ui->choice.host == NONE && chapter == CHAPTER_COLLECT)
        return TAB_MAILBOX;
    if (s == NULL || host >= s->host_count || s->hosts[host].queued > 0 ||
        (ui->choice.host == NONE && chapter == CHAPTER_WAIT))
        return TAB_QUEUE;
    return s->hosts[host].mailbox > 0 || s->hosts[host].collected > 0 ? TAB_MAILBOX : TAB_ABOUT;
}

static const struct {
    enum inspect_tab tab;
    const char *word;
    unsigned roles; /* hosts of one of them have that part */
} host_parts[] = {{TAB_ABOUT, "About", ~0U},
                  {TAB_QUEUE, "Queue", CAST_MUA | CAST_MSA | CAST_MTA | CAST_MDA | CAST_STRANGER},
                  {TAB_MAILBOX, "Mailbox", CAST_MUA | CAST_MDA},
                  {TAB_CACHE, "DNS cache", ~0U},
                  {TAB_RULES, "Rules", CAST_MSA | CAST_MTA | CAST_MDA}};
enum { HOST_PARTS = sizeof host_parts / sizeof *host_parts };

static bool host_has(const struct ui *ui, uint32_t host, int tab)
{
    for (int i = 0; i < HOST_PARTS; i++)
        if (host_parts[i].tab == (enum inspect_tab)tab)
            return host < ui->moment.cast->host_count &&
                   (ui->moment.cast->hosts[host].roles & host_parts[i].roles);
    return false;
}

enum inspect_tab inspector_tab(const struct ui *ui)
{
    enum inspect subject = inspector_subject(ui);
    int wish = ui->choice.tab;
    uint32_t mail = ui_mail(ui), conn = ui_conn(ui);
    bool reports = is_report(ui, mail);

    switch (subject) {
    case INSPECT_STORY:
    case INSPECT_MAIL:
        if (wish >= TAB_SUMMARY && wish <= (reports ? TAB_REPORT : TAB_LETTER))
            return (enum inspect_tab)wish;
        return reports && has_arrived(ui, mail) ? TAB_REPORT : TAB_SUMMARY;
    case INSPECT_HOST:
        if (host_has(ui, host_in_view(ui), wish))
            return (enum inspect_tab)wish;
        return host_tab(ui, host_in_view(ui));
    case INSPECT_SESSION:
        if (wish >= TAB_SERVER && wish <= TAB_CLIENT)
            return (enum inspect_tab)wish;
        return conn != NONE && ui->choice.host != NONE &&
                       ui->moment.recording->conns[conn].client == ui->choice.host
                   ? TAB_CLIENT
                   : TAB_SERVER;
    }
    return TAB_NONE;
}

/* ---- the row of titles -------------------------------------------------------------------------- */

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
        if (is_report(p->ui, p->mail))
            add_tab(tabs, &count, p, TAB_REPORT, "Report");
    } else if (p->subject == INSPECT_HOST) {
        for (int i = 0; i < HOST_PARTS; i++)
            if (host_has(p->ui, p->host, (int)host_parts[i].tab))
                add_tab(tabs, &count, p, host_parts[i].tab, host_parts[i].word);
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
    bool report = is_report(p->ui, p->mail);
    t.icon = report ? ICON_REPORT : ICON_ENVELOPE;
    t.note = inspector_mail_note(p, &t.act, &t.argument);
    t.words = pane_say(p, "%s %t", report ? "Report" : "Message", pane_mail(p, p->mail));
    return t;
}

static bool is_there(const struct pane *p)
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

    if (is_there(p))
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
    uint32_t count = is_there(p) ? parts_of(p, parts) : 0;
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
static void draw_head(struct pane *p, struct rect r)
{
    struct tab subjects[4];
    uint32_t count = subjects_of(p, subjects);

    draw_tabs(p, subjects, count, rect_cut_right(&r, fmin(r.w, tabs_width(p, subjects, count))));
    draw_parts(p, &r);
    if (r.w > 50)
        draw_title(p, r);
}

/* ---- the panel ---------------------------------------------------------------------------------- */

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
    } else if (!is_there(p)) {
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
                     .index = index_of(ui),
                     .now_ns = ui->moment.place.now_ns,
                     .mail = ui_mail(ui),
                     .host = host_in_view(ui),
                     .conn = ui_conn(ui),
                     .subject = inspector_subject(ui),
                     .tab = inspector_tab(ui),
                     .scroll = ui->choice.inspector_scroll};

    memory_init(&memory, 0);
    const struct step *step = step_of(ui);
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
    draw_head(&p, row);
    rect_cut_top(&in, 4);
    draw_body(&p, in);
    ui->choice.inspector_scroll = fmin(fmax(p.scroll, 0), p.scroll_most);
    memory_end(&memory);
}

/* Time passes between two records, and TTLs run down with it: a picture each second of it is enough. */
static uint64_t key_of(const struct ui *ui, struct rect r)
{
    uint64_t key = ui_mix(ui_mix(LAYER, index_of(ui)), (uint64_t)(r.w * 8192 + r.h));
    const struct choice *c = &ui->choice;

    key = ui_mix(key, (uint64_t)(ui->moment.place.now_ns / 1000000000));
    key = ui_mix(ui_mix(ui_mix(key, c->host), c->conn), c->mail);
    key = ui_mix(ui_mix(key, c->record), (uint64_t)c->inspect * 100 + (uint64_t)c->tab);
    key = ui_mix(key, (uint64_t)(c->inspector_scroll * 8));
    key = ui_mix(key, ui->moment.recording->count);
    key = ui_mix(key, step_of(ui) == NULL && ui->moment.veil != NONE);
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
