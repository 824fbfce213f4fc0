/*
 * test_view_text.c - text on a picture: cleaned, measured, shortened, broken into lines.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/view_picture.h"

/* ---- text ------------------------------------------------------------------------------------ */

static void check_shown(struct text given, const char *want)
{
    struct canvas *c = open_small();
    const struct mark *m;

    canvas_text(c, BODY, (struct point){5, 50}, given);
    m = first_mark(c, MARK_TEXT);
    cr_assert(m);
    cr_expect(text_equal(canvas_mark_text(c, m), text_of(want)), "got '%.*s', want '%s'",
              TEXT_ARG(canvas_mark_text(c, m)), want);
    canvas_close(c);
}

#define BROKEN "\xef\xbf\xbd"

Test(text, what_is_broken_or_steers_is_seen)
{
    check_shown(TEXT("plain"), "plain");
    check_shown(TEXT("\xc3\xa9t\xc3\xa9 \xf0\x9f\x98\x80"), "\xc3\xa9t\xc3\xa9 \xf0\x9f\x98\x80");
    check_shown(TEXT("a\0b"), "a" BROKEN "b");
    check_shown(TEXT("a\x1b[31m\r\n\t\x7f"), "a" BROKEN "[31m" BROKEN BROKEN BROKEN BROKEN);
    check_shown(TEXT("\xff\xfe"), BROKEN BROKEN);
    check_shown(TEXT("\xc3("), BROKEN "(");
    check_shown(TEXT("cut \xe2\x82"), "cut " BROKEN BROKEN);
    check_shown(TEXT("\xc0\xaf\xe0\x80\xaf"), BROKEN BROKEN BROKEN BROKEN BROKEN); /* overlong */
    check_shown(TEXT("\xed\xa0\x80"), BROKEN BROKEN BROKEN);                       /* a surrogate */
    check_shown(TEXT("\xf4\x90\x80\x80"), BROKEN BROKEN BROKEN BROKEN);
    check_shown(TEXT("moc.\xe2\x80\xaelive"), "moc." BROKEN "live"); /* right-to-left override */
    check_shown(TEXT("\xef\xbf\xbd"), BROKEN);
}

Test(text, widths_add_up_and_stay)
{
    struct canvas *c = open_small();
    struct style mono = {FONT_MONO, 18, COLOUR_TEXT, ALIGN_LEFT};
    double one = canvas_text_width(c, mono, TEXT("m")),
           ten = canvas_text_width(c, mono, TEXT("iiiiimmmmm"));

    cr_expect_gt(one, 5);
    cr_expect_float_eq(ten, 10 * one, 5.1, "%g, %g", ten, one);
    cr_expect_eq(canvas_text_width(c, BODY, TEXT("")), 0);
    cr_expect_gt(canvas_text_width(c, BODY, TEXT("wwww")),
                 canvas_text_width(c, BODY, TEXT("iiii")));
    double width = canvas_text_width(c, BODY, TEXT("The same in points"));
    canvas_scale(c, 2, 1);
    cr_expect_float_eq(canvas_text_width(c, BODY, TEXT("The same in points")), width, 1);
    canvas_scale(c, 1, 1.5);
    cr_expect_float_eq(canvas_text_width(c, BODY, TEXT("The same in points")), 1.5 * width, 2);
    canvas_close(c);
}

Test(text, alignment)
{
    struct canvas *c = open_small();
    struct style s = BODY;
    size_t count;

    for (s.align = ALIGN_LEFT; s.align <= ALIGN_RIGHT; s.align++)
        canvas_text(c, s, (struct point){100, 50}, TEXT("aligned"));
    const struct mark *m = canvas_marks(c, &count);
    cr_assert_eq(count, 3);
    cr_expect_float_eq(m[0].r.x, 100, 0.6);
    cr_expect_float_eq(m[1].r.x + m[1].r.w / 2, 100, 0.6);
    cr_expect_float_eq(m[2].r.x + m[2].r.w, 100, 0.6);
    canvas_close(c);
}

Test(text, never_below_13_pixels)
{
    struct canvas *c = open_small();
    struct style tiny = {FONT_SANS, 4, COLOUR_TEXT, ALIGN_LEFT}, floor = BODY;

    floor.size = 13;
    double width = canvas_text_width(c, floor, TEXT("readable"));
    cr_expect_eq(canvas_text_width(c, tiny, TEXT("readable")), width);
    canvas_scale(c, 0.5, 1);
    cr_expect_float_eq(canvas_text_width(c, floor, TEXT("readable")), 2 * width, 0.01);
    canvas_close(c);
}

struct cut_row {
    const char *text;
    double width;
    const char *starts, *ends;
    bool cut;
};

Test(text, shortened_in_the_middle_or_at_the_end)
{
    static const struct cut_row rows[] = {
        {"mail.uni.example", 300, "mail.uni.example", "mail.uni.example", false},
        {"alice-of-the-long-name@department.uni.example", 180, "alice", ".example", true},
        {"A sentence ends with its ellipsis", 120, "A sentence", "\xe2\x80\xa6", true},
        {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 50,
         "\xc3\xa9\xc3\xa9", "\xc3\xa9", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct canvas *c = open_small();
        struct rect r = {10, 10, rows[i].width, 24};
        cr_expect_eq(canvas_text_in(c, BODY, r, text_of(rows[i].text)), rows[i].cut);
        const struct mark *m = first_mark(c, MARK_TEXT), *cut = first_mark(c, MARK_CUT);
        cr_assert(m);
        struct text shown = canvas_mark_text(c, m);
        cr_expect(text_starts_nocase(shown, text_of(rows[i].starts)), "%.*s", TEXT_ARG(shown));
        cr_expect(text_ends_nocase(shown, text_of(rows[i].ends)), "%.*s", TEXT_ARG(shown));
        cr_expect_leq(m->r.x + m->r.w, r.x + r.w + 0.51, "it fits");
        cr_expect(m->r.y >= r.y && m->r.y + m->r.h <= r.y + r.h);
        cr_expect_eq(cut != NULL, rows[i].cut);
        if (cut)
            cr_expect(text_equal(canvas_mark_text(c, cut), text_of(rows[i].text)), "whole");
        canvas_close(c);
    }
}

Test(text, too_narrow_for_anything)
{
    struct canvas *c = open_small();

    cr_expect(canvas_text_in(c, BODY, (struct rect){10, 10, 3, 20}, TEXT("abc")));
    cr_expect_eq(count_marks(c, MARK_TEXT), 0);
    cr_expect_eq(count_marks(c, MARK_CUT), 1);
    cr_expect_not(canvas_text_in(c, BODY, (struct rect){10, 10, 3, 20}, TEXT("")));
    canvas_close(c);
}

/* All lines that were drawn, a bar between them, where `wide` just fits on one; `high`: in lines. */
static void check_lines(const char *text, const char *wide, double high, const char *want)
{
    struct canvas *c = open_small();
    char got[400] = "";
    size_t count;
    double width = canvas_text_width(c, BODY, text_of(wide)) + 1,
           height = high * canvas_line_height(c, BODY),
           used = canvas_text_wrap(c, BODY, (struct rect){10, 10, width, height}, text_of(text));
    const struct mark *m = canvas_marks(c, &count);

    for (size_t i = 0; i < count; i++)
        if (m[i].kind == MARK_TEXT) {
            size_t at = strlen(got);
            snprintf(got + at, sizeof got - at, "%s%.*s", at ? "|" : "",
                     TEXT_ARG(canvas_mark_text(c, &m[i])));
            cr_expect_leq(m[i].r.x + m[i].r.w, 10 + width + 0.6, "'%s'", got);
        }
    cr_expect_str_eq(got, want);
    cr_expect_leq(used, height + 0.1);
    if (!strstr(want, "\xe2\x80\xa6") && *want && high > 2)
        cr_expect_float_eq(used, canvas_wrap_height(c, BODY, width, text_of(text)), 0.001);
    canvas_close(c);
}

Test(text, wrapping)
{
    check_lines("", "wide", 4, "");
    check_lines("one", "wide", 4, "one");
    check_lines("one two three four", "three four", 4, "one two|three four");
    check_lines("one two three four", "one two three four", 4, "one two three four");
    check_lines("one\ntwo\r\n\nthree", "wider", 4, "one|two|three");
    check_lines("one \ntwo ", "wider", 4, "one|two");
    check_lines("mmmmmmmm ii", "mmmm", 4, "mmmm|mmmm|ii");
    check_lines("one two three four", "three four", 1.5, "one two\xe2\x80\xa6");
    check_lines("a b\nc", "wider", 1, "a b\xe2\x80\xa6");
    check_lines("wide words", "", 4, "");
    check_lines("wide words", "\xe2\x80\xa6", 1, "\xe2\x80\xa6");
    check_lines("one two", "wide", 0.2, "");
}

Test(text, an_empty_line_is_high)
{
    struct canvas *c = open_small();
    double line = canvas_line_height(c, BODY);

    cr_expect_float_eq(canvas_wrap_height(c, BODY, 100, TEXT("a\n\nb")), 3 * line, 0.001);
    cr_expect_float_eq(canvas_wrap_height(c, BODY, 100, TEXT("a\n")), line, 0.001);
    cr_expect_float_eq(canvas_wrap_height(c, BODY, 100, TEXT("")), 0, 0.001);
    canvas_close(c);
}

Test(text, a_huge_text_is_cut_and_not_refused)
{
    struct canvas *c = open_small();
    size_t size = 1 << 20;
    char *huge = malloc(size);

    memset(huge, 'm', size);
    canvas_text(c, BODY, (struct point){10, 20}, text_from(huge, size));
    cr_expect_lt(canvas_mark_text(c, first_mark(c, MARK_TEXT)).size, 5000);
    canvas_text_in(c, BODY, (struct rect){10, 30, 100, 20}, text_from(huge, size));
    canvas_text_wrap(c, BODY, (struct rect){10, 50, 100, 60}, text_from(huge, size));
    free(huge);
    canvas_close(c);
}

/* Inter's own "->" is an arrow: what was sent must be seen as it was sent. */
Test(text, no_letters_are_joined)
{
    struct canvas *c = open_small();
    double parts = canvas_text_width(c, BODY, TEXT("-")) + canvas_text_width(c, BODY, TEXT(">"));

    cr_expect_float_eq(canvas_text_width(c, BODY, TEXT("->")), parts, 0.001);
    canvas_close(c);
}
