/*
 * inspector_letter.c - the whole letter as it is at one place, with who put which lines there; and a report
 * opened into its parts.
 */
#include <math.h>

#include "render/panels/inspector_parts.h"
#include "sim/replay/letter.h"
#include "sim/replay/mime.h"

#define NONE RECORDING_NONE

static const double GUTTER_GAP = 14;

/* ---- the whole letter --------------------------------------------------------------------------- */

/* Lines of a text, one by one. */
static struct text next_line(struct text *rest)
{
    struct text line = text_from(rest->at, text_find(*rest, '\n'));

    *rest = text_after(*rest, line.size + 1);
    if (line.size > 0 && line.at[line.size - 1] == '\r')
        line.size--;
    return line;
}

/* A field with its folds undone, or the empty line behind the header. */
static struct text next_field(struct pane *p, struct text *rest)
{
    struct text line = next_line(rest);
    struct buffer whole;

    if (rest->size == 0 || line.size == 0 || (rest->at[0] != ' ' && rest->at[0] != '\t'))
        return line;
    buffer_init(&whole, p->memory);
    buffer_put_text(&whole, line);
    while (rest->size > 0 && (rest->at[0] == ' ' || rest->at[0] == '\t'))
        buffer_put_text(&whole, next_line(rest));
    return buffer_text(&whole);
}

static uint32_t count_fields(struct pane *p, struct text t, bool *body)
{
    uint32_t count = 0;

    while (t.size > 0) {
        struct text line = *body ? next_line(&t) : next_field(p, &t);
        *body |= line.size == 0;
        count++;
    }
    return count;
}

static uint32_t count_lines(struct text t)
{
    uint32_t count = 0;

    while (t.size > 0) {
        (void)next_line(&t);
        count++;
    }
    return count;
}

static struct text part_words(const struct pane *p, const struct letter_part *part)
{
    switch (part->by) {
    case LETTER_WRITTEN: return pane_say(p, "written at %t", pane_host(p, part->host));
    case LETTER_PREPENDED: return pane_say(p, "added by %t", pane_host(p, part->host));
    case LETTER_RECEIVED: return pane_say(p, "as it came to %t", pane_host(p, part->host));
    case LETTER_FINAL: return TEXT("added on delivery");
    case LETTER_STORED: return pane_say(p, "as stored at %t", pane_host(p, part->host));
    }
    return TEXT("");
}

struct lines {
    uint32_t first, room, at; /* of the whole letter */
    bool folded;              /* as it stands; else each field on one line */
    bool body;                /* the empty line has been met */
    struct rect gutter, text;
};

/* A field's name stands out from its value; a folded line has none. */
static void draw_line(struct pane *p, struct rect row, struct text line, bool in_header)
{
    struct style bold = inspector_mono;
    struct text name = text_from(line.at, text_find(line, ':'));

    if (!in_header || name.size == line.size || line.at[0] == ' ' || line.at[0] == '\t') {
        canvas_text_in(p->canvas, inspector_mono, row, line);
        return;
    }
    bold.font = FONT_MONO_BOLD;
    name.size++;
    double width = ceil(canvas_text_width(p->canvas, bold, name)) + 1;
    canvas_text_in(p->canvas, bold, rect_cut_left(&row, fmin(width, row.w)), name);
    canvas_text_in(p->canvas, inspector_mono, row, text_after(line, name.size));
}

/* One part: its lines that are in view, and beside the first of them whose they are. */
static void draw_part(struct pane *p, struct lines *lines, const struct letter_part *part,
                      bool newest)
{
    struct text rest = part->octets;
    bool told = false, added = part->by == LETTER_PREPENDED || part->by == LETTER_FINAL;

    while (rest.size > 0) {
        bool in_header = !lines->body;
        struct text line = in_header && !lines->folded ? next_field(p, &rest) : next_line(&rest);
        uint32_t n = lines->at++;

        lines->body |= line.size == 0;
        if (n < lines->first || n >= lines->first + lines->room)
            continue;
        double y = lines->text.y + p->row * (n - lines->first);
        struct rect row = {lines->text.x, y, lines->text.w, p->row},
                    side = {lines->gutter.x, y, lines->gutter.w, p->row};
        struct rect box = {side.x - 6, y, row.x + row.w - side.x + 12, p->row};

        if (p->ui->choice.record == part->record)
            canvas_fill(p->canvas, box, 0, COLOUR_CHOSEN_FILL);
        else if (added)
            canvas_fill(p->canvas, box, 0, newest ? COLOUR_MAIL_FILL : COLOUR_INSET);
        if (!told) {
            struct style s = inspector_soft;
            s.font = newest ? FONT_MEDIUM : FONT_SANS;
            s.colour = newest ? COLOUR_MAIL_TEXT : COLOUR_SOFT;
            canvas_text_in(p->canvas, s, side, part_words(p, part));
            told = true;
        }
        draw_line(p, row, line, in_header);
        canvas_hit(p->canvas, box, ACT_SHOW, part->record);
    }
}

void inspector_letter_draw(struct pane *p, struct rect r)
{
    struct letter l;
    uint32_t place = p->ui->choice.host, total = 0, room;
    bool folded, body = false;

    if (place == NONE || !letter_at(&l, p->memory, p->recording, p->mail, place, p->index))
        place = letter_place(p->recording, p->mail, p->index);
    if (place == NONE || !letter_at(&l, p->memory, p->recording, p->mail, place, p->index)) {
        pane_empty(p, r, TEXT("No letter has been written yet."));
        return;
    }
    room = r.h > p->row ? (uint32_t)(r.h / p->row) : 1;
    for (uint32_t i = 0; i < l.part_count; i++)
        total += count_lines(l.parts[i].octets);
    folded = total <= room;
    for (uint32_t i = 0; i < l.part_count && !folded; i++)
        total = (i > 0 ? total : 0) + count_fields(p, l.parts[i].octets, &body);
    uint32_t first = pane_scrolled(p, total, room, p->row);
    if (total > room)
        pane_scroll_bar(p, r, first, room, total);
    rect_cut_right(&r, 14);
    struct lines lines = {.first = first, .room = room, .folded = folded};
    double gutter = 0;
    for (uint32_t i = 0; i < l.part_count; i++)
        gutter =
            fmax(gutter, canvas_text_width(p->canvas, inspector_soft, part_words(p, &l.parts[i])));
    lines.gutter = rect_cut_left(&r, fmin(ceil(gutter * 1.06) + 1, r.w * 0.3));
    rect_cut_left(&r, GUTTER_GAP);
    lines.text = r;
    for (uint32_t i = 0; i < l.part_count; i++)
        draw_part(p, &lines, &l.parts[i], i == 0 && l.part_count > 1);
}

/* ---- a report ----------------------------------------------------------------------------------- */

enum { LINES_MAX = 400 };

/* A paragraph's words, broken anew for this width; whatever is indented keeps its lines. */
static uint32_t break_line(struct pane *p, struct text line, double width, struct text *out,
                           uint32_t room)
{
    uint32_t count = 0;

    while (line.size > 0 && count < room) {
        size_t end = 0, next = 0;

        do { /* at least one word, then as many as fit */
            end = next;
            while (next < line.size && line.at[next] == ' ')
                next++;
            next += text_find(text_after(line, next), ' ');
        } while (next < line.size &&
                 canvas_text_width(p->canvas, inspector_body, text_from(line.at, next)) <= width);
        if (next == line.size && canvas_text_width(p->canvas, inspector_body, line) <= width)
            end = next;
        if (end == 0)
            end = next;
        out[count++] = text_from(line.at, end);
        line = text_after(line, end);
        while (line.size > 0 && line.at[0] == ' ')
            line = text_after(line, 1);
    }
    return count;
}

static bool goes_on(struct text line, struct text rest)
{
    return line.size > 0 && line.at[0] != ' ' && rest.size > 0 && rest.at[0] != ' ' &&
           rest.at[0] != '\r' && rest.at[0] != '\n';
}

/* The words of a report were broken for a terminal: joined to paragraphs, and broken again. */
static uint32_t break_words(struct pane *p, struct text words, double width, struct text *out)
{
    uint32_t count = 0;

    while (words.size > 0 && count < LINES_MAX) {
        struct text line = next_line(&words);
        struct buffer paragraph;

        buffer_init(&paragraph, p->memory);
        buffer_put_text(&paragraph, line);
        while (goes_on(line, words)) {
            line = next_line(&words);
            buffer_put_char(&paragraph, ' ');
            buffer_put_text(&paragraph, line);
        }
        if (paragraph.size > 0) /* empty lines would take what little room there is */
            count += break_line(p, buffer_text(&paragraph), width, out + count, LINES_MAX - count);
    }
    return count;
}

static void draw_lines(struct pane *p, struct rect r, const struct text *lines, uint32_t total,
                       struct style style)
{
    uint32_t room = (uint32_t)fmax(1, floor(r.h / p->row));
    uint32_t first = pane_scrolled(p, total, room, p->row);

    if (total > room)
        pane_scroll_bar(p, r, first, room, total);
    rect_cut_right(&r, 12);
    for (uint32_t i = first; i < total && i < first + room; i++)
        canvas_text_in(p->canvas, style, rect_cut_top(&r, p->row), lines[i]);
}

/* What was said of each recipient comes first; then what holds for the whole report. */
static uint32_t in_order(const struct mime_report *report, uint32_t *order)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < report->field_count; i++)
        if (report->fields[i].group > 0)
            order[count++] = i;
    for (uint32_t i = 0; i < report->field_count; i++)
        if (report->fields[i].group == 0)
            order[count++] = i;
    return count;
}

/* Rows of a field: values go on in further rows where there is room for all of them. */
static uint32_t field_rows(struct pane *p, struct listing_row *rows, uint32_t count,
                           const struct mime_field *f, double width)
{
    struct text lines[8] = {f->value};
    uint32_t n = width > 0 ? break_line(p, f->value, width, lines, 8) : 1;

    for (uint32_t i = 0; i < (n > 0 ? n : 1) && count < LINES_MAX; i++, count++) {
        rows[count] = (struct listing_row){0};
        rows[count].cells[0] = cell_soft(i == 0 ? f->name : TEXT(""));
        rows[count].cells[1] = cell_text(lines[i]);
        if (text_equal(f->name, TEXT("Action")) || text_equal(f->name, TEXT("Status")))
            rows[count].cells[1].font = FONT_BOLD;
    }
    return count;
}

static void draw_fields(struct pane *p, struct rect r, const struct mime_report *report)
{
    struct listing t = {.columns = 2, .flexible = 1, .gap = 14};
    uint32_t *order = memory_take(p->memory, (report->field_count + 1) * sizeof *order);
    struct listing_row *rows = memory_take(p->memory, LINES_MAX * sizeof *rows);
    uint32_t fields = in_order(report, order), count = 0;
    double names = 0;

    for (uint32_t i = 0; i < fields; i++)
        names = fmax(names,
                     canvas_text_width(p->canvas, inspector_soft, report->fields[order[i]].name));
    for (uint32_t i = 0; i < fields; i++)
        count = field_rows(p, rows, count, &report->fields[order[i]], fmax(60, r.w - names - 18));
    if (count * p->row > r.h) {
        count = 0;
        for (uint32_t i = 0; i < fields; i++)
            count = field_rows(p, rows, count, &report->fields[order[i]], 0);
    }
    listing_fit(p, &t, r, count);
    for (uint32_t i = 0; i < t.shown; i++)
        t.rows[i] = rows[t.first + i];
    listing_draw(p, &t, r);
}

/* The three columns, with what is in the middle of them the widest: the fields are not broken. */
static void draw_report(struct pane *p, struct rect r, const struct mime_report *report)
{
    struct text *lines = memory_take(p->memory, LINES_MAX * sizeof *lines);
    double gap = 28;
    struct rect words = rect_cut_left(&r, (r.w - 2 * gap) * 0.3);

    rect_cut_left(&r, gap);
    struct rect fields = rect_cut_left(&r, (r.w - gap) * 0.6);
    rect_cut_left(&r, gap);
    pane_divider(p, fields, gap);
    pane_divider(p, r, gap);
    pane_heading(p, &words, "1 WORDS", TEXT("for people"));
    draw_lines(p, words, lines, break_words(p, report->words, words.w - 12, lines), inspector_body);
    pane_heading(p, &fields, "2 FIELDS", TEXT("for programs"));
    draw_fields(p, fields, report);
    pane_heading(p, &r, "3 RETURNED",
                 report->headers_only ? TEXT("its header") : TEXT("the letter"));
    uint32_t count = 0;
    bool body = false;
    for (struct text rest = report->returned; rest.size > 0 && count < LINES_MAX;) {
        lines[count] = body ? next_line(&rest) : next_field(p, &rest);
        body |= lines[count].size == 0;
        count += lines[count].size > 0;
    }
    draw_lines(p, r, lines, count, inspector_body);
}

void inspector_report_draw(struct pane *p, struct rect r)
{
    struct letter l;
    struct mime_report report;
    uint32_t place = letter_place(p->recording, p->mail, p->index);
    const struct letter_field *type;

    if (place != NONE && letter_at(&l, p->memory, p->recording, p->mail, place, p->index) &&
        (type = letter_field(&l, TEXT("Content-Type"))) != NULL &&
        mime_report(&report, p->memory, type->value, l.body))
        draw_report(p, r, &report);
    else
        pane_empty(p, r, TEXT("This is no delivery report."));
}
