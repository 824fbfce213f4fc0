/*
 * document_habit.c - what people write who are not at home in JSON: other quotes, comments, the spaces
 * of a word processor, another kind of file.
 */
#include "sim/json/document.h"

static bool starts(struct text rest, struct text with)
{
    return rest.size >= with.size && memcmp(rest.at, with.at, with.size) == 0;
}

/* ---- other quotes -------------------------------------------------------------------------- */

static const char *const quotes[] = {
    "'",
    "`",
    "\xe2\x80\x98",
    "\xe2\x80\x99",
    "\xe2\x80\x9a",
    "\xe2\x80\x9c",
    "\xe2\x80\x9d",
    "\xe2\x80\x9e",
    "\xc2\xab",
    "\xc2\xbb",
};

/* The octets of the quotation mark that `rest` begins with, 0 if it is none or JSON's own. */
static size_t foreign_quote(struct text rest)
{
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (starts(rest, text_of(quotes[i])))
            return strlen(quotes[i]);
    return 0;
}

/* Does the string end here: before a comma, a colon (or =), a bracket, or the end of the line? */
static bool ends_string(struct text rest)
{
    size_t i = 0;

    while (i < rest.size && (rest.at[i] == ' ' || rest.at[i] == '\t' || rest.at[i] == '\r'))
        i++;
    return i == rest.size || strchr(",:=]}\n", rest.at[i]);
}

bool json_scanner_quoted(const struct json_scanner *s, struct text *inside, size_t *size)
{
    struct text rest = text_after(s->input, s->at);
    size_t start = foreign_quote(rest);

    *inside = TEXT("");
    *size = start;
    for (size_t i = start; start > 0 && i < rest.size && rest.at[i] != '\n'; i++) {
        struct text here = text_after(rest, i);
        size_t quote = here.at[0] == '"' ? 1 : foreign_quote(here);

        if (quote > 0 && ends_string(text_after(here, quote))) {
            *inside = text_from(rest.at + start, i - start);
            *size = i + quote;
            return true;
        }
    }
    return false;
}

bool json_scanner_at_quote(const struct json_scanner *s)
{
    return foreign_quote(text_after(s->input, s->at)) > 0;
}

/* ---- spaces and comments ------------------------------------------------------------------- */

/* The octets of a space that only looks like one, or of nothing visible: U+00A0, U+200B, U+FEFF. */
static size_t foreign_space(struct text rest)
{
    static const char *const spaces[] = {"\xc2\xa0", "\xe2\x80\x8b", "\xef\xbb\xbf"};

    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (starts(rest, text_of(spaces[i])))
            return strlen(spaces[i]);
    return 0;
}

static bool skip_space(struct json_scanner *s)
{
    size_t size = foreign_space(text_after(s->input, s->at));

    if (size == 0)
        return false;
    json_scanner_mistake(s, json_scanner_place(s, s->at), "this is no ordinary space",
                         "write one with the space bar");
    while ((size = foreign_space(text_after(s->input, s->at))) > 0)
        s->at += size;
    return true;
}

/* From // or # to the end of the line, or as in C. */
static bool skip_comment(struct json_scanner *s)
{
    struct text rest = text_after(s->input, s->at);
    bool c = starts(rest, TEXT("/*"));
    size_t size;

    if (!c && !starts(rest, TEXT("//")) && !starts(rest, TEXT("#")))
        return false;
    json_scanner_mistake(s, json_scanner_place(s, s->at), "JSON has no comments",
                         "any object may carry a \"note\" instead");
    size = c ? 2 : text_find(rest, '\n');
    while (c && size < rest.size && !starts(text_after(rest, size), TEXT("*/")))
        size += 1 + text_find(text_after(rest, size + 1), '*');
    size += c ? 2 : 0;
    s->at += size < rest.size ? size : rest.size;
    return true;
}

bool json_scanner_skip_habit(struct json_scanner *s)
{
    unsigned char c = (unsigned char)s->input.at[s->at];

    if (c != '/' && c != '#' && c < 0x80)
        return false;
    return skip_comment(s) || skip_space(s);
}

/* ---- other files --------------------------------------------------------------------------- */

bool json_scanner_other_file(struct json_scanner *s)
{
    static const struct {
        struct text begins;
        const char *what, *advice;
    } files[] = {
        {TEXT_INIT("PK\x03\x04"), "this is a ZIP file or an office document, not a text",
         "save it as plain text in UTF-8"},
        {TEXT_INIT("\xd0\xcf\x11\xe0"), "this is an office document, not a text",
         "save it as plain text in UTF-8"},
        {TEXT_INIT("{\\rtf"), "this is a text with formatting (RTF), not a plain one",
         "save it as plain text in UTF-8"},
        {TEXT_INIT("%PDF"), "this is a PDF file, not a text", "look for the file it was made from"},
        {TEXT_INIT("\xff\xfe"), "this is UTF-16, not UTF-8", "save the file as UTF-8"},
        {TEXT_INIT("\xfe\xff"), "this is UTF-16, not UTF-8", "save the file as UTF-8"},
    };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (starts(s->input, files[i].begins)) {
            json_scanner_mistake(s, s->place, files[i].what, files[i].advice);
            return true;
        }
    return false;
}
