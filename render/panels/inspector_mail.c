/*
 * inspector_mail.c - a message at a glance: the envelope beside the letter, and what became of each
 * recipient.
 *
 * Where there is room these are three columns, as on a desk.  Where there is not (large text), each
 * recipient's fate stands behind it in the envelope.
 */
#include <math.h>

#include "render/panels/inspector_parts.h"
#include "sim/replay/envelope.h"
#include "sim/replay/letter.h"
#include "sim/replay/mime.h"

#define NONE RECORDING_NONE

static const double COLUMN_GAP = 28, WIDE = 760; /* points of text at factor 1 */

/* The place whose copy is looked at: the host in view, if it has one, else where the newest lies. */
static uint32_t place_of(const struct pane *p)
{
    return letter_place(p->recording, p->mail, p->index);
}

static bool letter_in_view(struct pane *p, struct letter *l, uint32_t *place)
{
    *place = p->ui->choice.host;
    if (*place != NONE && letter_at(l, p->memory, p->recording, p->mail, *place, p->index))
        return true;
    *place = place_of(p);
    return *place != NONE && letter_at(l, p->memory, p->recording, p->mail, *place, p->index);
}

struct text inspector_mail_note(struct pane *p, enum act *act, int64_t *argument)
{
    uint32_t about = p->recording->mails[p->mail].about;
    struct letter l;
    uint32_t place;

    if (!letter_in_view(p, &l, &place))
        return TEXT("not written yet");
    *act = about != NONE ? ACT_MAIL : ACT_HOST;
    *argument = about != NONE ? about : place;
    if (about != NONE)
        return pane_say(p, "about %t, at %t", pane_mail(p, about), pane_host(p, place));
    return pane_say(p, "%t, at %t", pane_size(p, (int64_t)l.octets.size), pane_host(p, place));
}

/* ---- the envelope ------------------------------------------------------------------------------- */

static struct text reverse_path(struct text path)
{
    return path.size > 0 ? path : TEXT("<>  (nobody is to be told)");
}

static struct text envelope_words(struct pane *p, const struct envelope *e)
{
    if (e->conn != NONE)
        return pane_say(p, "%t to %t", pane_host(p, e->host), pane_host(p, e->other));
    return pane_say(p, "kept at %t", pane_host(p, e->host));
}

static const struct fate *fate_of(const struct fate *fates, uint32_t count, struct text recipient)
{
    for (uint32_t i = fates ? count : 0; i-- > 0;)
        if (text_equal(fates[i].recipient, recipient))
            return &fates[i];
    return NULL;
}

static struct cell fate_cell(const struct pane *p, const struct fate *f, bool brief)
{
    int class = pane_fate_class(f);

    return (struct cell){.text = brief ? pane_fate_short(p, f) : pane_fate(p, f),
                         .ink = class == 0 ? COLOUR_SOFT : ui_class_ink(class * 100),
                         .font = FONT_SANS,
                         .shape = class != 0 ? class : -1};
}

/* A part of the desk: a heading, and rows. */
struct part {
    const char *title;
    struct text words;
    struct listing listing;
};

/* `fates` NULL: they stand in a part of their own. */
static void make_envelope(struct pane *p, struct part *part, struct rect r,
                          const struct envelope *e, const struct fate *fates, uint32_t fate_count)
{
    struct listing *t = &part->listing;

    *part = (struct part){.title = "ENVELOPE", .words = envelope_words(p, e)};
    *t = (struct listing){.columns = fates ? 3 : 2, .flexible = fates ? 2 : 1, .gap = 12};
    listing_fit(p, t, r, e->recipient_count + 1);
    for (uint32_t i = 0; i < t->shown; i++) {
        uint32_t n = t->first + i;
        struct listing_row *row = &t->rows[i];

        row->act = ACT_SHOW;
        if (n == 0) {
            row->cells[0] = cell_soft(TEXT("MAIL FROM"));
            row->cells[1] = cell_mono(reverse_path(e->sender));
            row->argument = e->record;
        } else {
            const struct envelope_recipient *to = &e->recipients[n - 1];
            const struct fate *f = fate_of(fates, fate_count, to->address);
            row->cells[0] = cell_soft(TEXT("RCPT TO"));
            row->cells[1] = cell_mono(to->address);
            row->argument = to->record;
            if (f != NULL)
                row->cells[2] = fate_cell(p, f, true);
        }
        row->lit = pane_fresh(p, (uint32_t)row->argument);
    }
}

/* ---- the letter --------------------------------------------------------------------------------- */

static uint32_t body_lines(struct pane *p, const struct letter *l, struct text *out, uint32_t room)
{
    const struct letter_field *way = letter_field(l, TEXT("Content-Transfer-Encoding"));
    struct text rest = mime_body(p->memory, l->body, way ? way->value : TEXT(""));
    uint32_t count = 0;

    while (rest.size > 0 && count < room) {
        struct text line = text_from(rest.at, text_find(rest, '\n'));

        rest = text_after(rest, line.size + 1);
        if (line.size > 0 && line.at[line.size - 1] == '\r')
            line.size--;
        line = text_trim(line);
        if (line.size > 0)
            out[count++] = line;
    }
    return count;
}

static void add_line(struct listing_row *rows, uint32_t *count, const char *name, struct text value)
{
    rows[*count].cells[0] = cell_soft(text_of(name));
    rows[(*count)++].cells[1] = cell_text(value);
}

static void make_letter(struct pane *p, struct part *part, struct rect r, const struct letter *l)
{
    static const char *const names[] = {"From", "To", "Cc", "Subject", "Date"};
    enum { NAMES = sizeof names / sizeof names[0], LINES = 24 };
    struct listing *t = &part->listing;
    struct listing_row rows[NAMES + LINES] = {0};
    struct text lines[LINES];
    uint32_t count = 0, body = body_lines(p, l, lines, LINES);

    *part = (struct part){.title = "LETTER", .words = TEXT("what people read")};
    *t = (struct listing){.columns = 2, .flexible = 1, .gap = 12};
    for (uint32_t i = 0; i < NAMES; i++) {
        const struct letter_field *f = letter_field(l, text_of(names[i]));
        if (f != NULL)
            add_line(rows, &count, names[i], f->value);
    }
    for (uint32_t i = 0; i < body; i++)
        add_line(rows, &count, i == 0 ? "Text" : "", lines[i]);
    listing_fit(p, t, r, count);
    for (uint32_t i = 0; i < t->shown; i++)
        t->rows[i] = rows[t->first + i];
}

/* ---- recipients --------------------------------------------------------------------------------- */

/* Local parts say enough where no two recipients share one. */
static bool share_local(const struct fate *fates, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            struct text a = fates[i].recipient, b = fates[k].recipient;
            a.size = text_find(a, '@');
            b.size = text_find(b, '@');
            if (text_equal(a, b))
                return true;
        }
    return false;
}

static void fate_row(struct pane *p, struct listing_row *row, const struct fate *f, bool whole)
{
    struct text name = f->recipient;

    if (!whole)
        name.size = text_find(name, '@');
    row->cells[2] = fate_cell(p, f, false);
    row->cells[0] = (struct cell){name, COLOUR_TEXT, FONT_MEDIUM, row->cells[2].shape};
    row->cells[2].shape = 0;
    row->cells[1] =
        (struct cell){f->code > 0 ? pane_say(p, "%d", f->code) : TEXT(""),
                      f->code > 0 ? ui_class_ink(f->code) : COLOUR_SOFT, FONT_MONO_BOLD, 0};
    row->indent = 14.0 * f->depth;
    row->act = f->report != NONE ? ACT_MAIL : f->record != NONE ? ACT_SHOW : ACT_NONE;
    row->argument = f->report != NONE ? f->report : f->record;
    row->lit = pane_fresh(p, f->record);
}

static void make_recipients(struct pane *p, struct part *part, struct rect r,
                            const struct fate *fates, uint32_t count)
{
    struct listing *t = &part->listing;
    bool whole = count > 40 || share_local(fates, count);

    *part = (struct part){.title = "RECIPIENTS", .words = TEXT("each judged alone")};
    *t = (struct listing){.columns = 3, .flexible = 2, .gap = 12};
    listing_fit(p, t, r, count);
    for (uint32_t i = 0; i < t->shown; i++)
        fate_row(p, &t->rows[i], &fates[t->first + i], whole);
}

/* ---- the desk ----------------------------------------------------------------------------------- */

/* What the protocol says gets the room that it wants; the letter (the second part) takes what is left, but
 * not less than its share. */
static void share_out(double width, double *wishes, uint32_t count)
{
    double others = 0, least = width * (count > 2 ? 0.28 : 0.36);

    if (count < 2) {
        wishes[0] = width;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        others += i == 1 ? 0 : wishes[i];
    wishes[1] = fmax(least, fmin(wishes[1], width - others));
    /* The rest goes to, or comes from, the others, each by what it wanted. */
    for (uint32_t i = 0; i < count; i++)
        if (i != 1)
            wishes[i] *= (width - wishes[1]) / fmax(1, others);
}

static void draw_parts(struct pane *p, struct rect r, struct part *parts, uint32_t count)
{
    double wishes[3];

    for (uint32_t i = 0; i < count; i++)
        wishes[i] = listing_width(p, &parts[i].listing) + 2;
    share_out(r.w - COLUMN_GAP * (count - 1), wishes, count);
    for (uint32_t i = 0; i < count; i++) {
        struct rect part = rect_cut_left(&r, wishes[i]);

        if (i > 0)
            pane_divider(p, part, COLUMN_GAP);
        pane_heading(p, &part, parts[i].title, parts[i].words);
        listing_draw(p, &parts[i].listing, part);
        rect_cut_left(&r, COLUMN_GAP);
    }
}

void inspector_mail_draw(struct pane *p, struct rect r)
{
    struct part parts[3];
    struct envelope e;
    struct letter l;
    struct fate *fates;
    uint32_t place, count = 0,
                    fate_count = fate_all(&fates, p->memory, p->recording, p->mail, p->index);
    double factor = p->ui->wish.text > 0 ? p->ui->wish.text : 1;
    bool wide = r.w / factor >= WIDE;
    struct rect rows = {r.x, r.y + p->row, r.w, r.h - p->row};

    if (!envelope_at(&e, p->memory, p->recording, p->mail, p->ui->choice.host, p->index)) {
        pane_empty(p, r, TEXT("No message has been written yet."));
        return;
    }
    make_envelope(p, &parts[count++], rows, &e, wide ? NULL : fates, wide ? 0 : fate_count);
    if (letter_in_view(p, &l, &place))
        make_letter(p, &parts[count++], rows, &l);
    if (wide)
        make_recipients(p, &parts[count++], rows, fates, fate_count);
    draw_parts(p, r, parts, count);
}
