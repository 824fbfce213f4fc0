/*
 * document_scalar.c - strings, numbers and words of a document: right ones, and what was meant by others.
 */
#include "sim/json/document.h"

#include <assert.h>

#include "sim/json/scan.h"
#include "sim/json/write.h"

void json_scanner_value_begins(struct json_scanner *s, struct json_place at)
{
    if (s->depth > 0 && !s->levels[s->depth - 1].object) {
        s->levels[s->depth - 1].count++;
    }
    if (!s->repair)
        json_scanner_add_node(s, at);
    s->has_key = s->key_duplicate = false;
}

void json_scanner_value_ended(struct json_scanner *s)
{
    s->expect = s->depth > 0 ? EXPECT_COMMA : EXPECT_NOTHING;
}

/* A line ended inside a string: is it a text of several lines, or was the closing quote forgotten?  The
 * next quote on a later line tells: it closes a string if a comma or bracket follows it.  `known`: we
 * have asked before, in the same string. */
static bool goes_on(struct text input, size_t at, bool known)
{
    size_t quote = at + text_find(text_after(input, at), '"') + 1;

    while (!known && quote < input.size && strchr(" \t\r\n", input.at[quote]))
        quote++;
    return at < input.size && (known || quote >= input.size || strchr(",}]:", input.at[quote]));
}

void json_scanner_report_not_utf8(struct json_scanner *s, struct json_place at)
{
    if (!s->not_utf8)
        json_scanner_mistake(s, at, "this is not UTF-8", "save the file as UTF-8");
    s->not_utf8 = true;
}

static void report_in_string(struct json_scanner *s, size_t at, const char *error, bool line_ends)
{
    struct json_place place = json_scanner_place(s, at);
    unsigned char c = at < s->input.size ? (unsigned char)s->input.at[at] : 0;

    if (c >= 0x80)
        json_scanner_report_not_utf8(s, place);
    else
        json_scanner_mistake(s, place, error,
                             line_ends   ? "a double quote ends a string, \\n stands for a new line"
                             : c == '\t' ? "write \\t for a tab"
                                         : "");
}

struct text json_scanner_take_string(struct json_scanner *s)
{
    size_t start = s->at + 1, at = start, resume = 0, end;
    bool plain = true, error_line = false;
    const char *error;

    while ((error = json_scan_string(s->input, &at, &resume, &plain)) != NULL) {
        if (!error_line || resume)
            report_in_string(s, at, error, resume == 0);
        if (resume == 0 && !goes_on(s->input, at, error_line)) {
            s->hopeless = true;
            at -= at > start && at < s->input.size && s->input.at[at - 1] == ',';
            break;
        }
        error_line |= resume == 0;
        at = resume ? resume : at + 1;
    }
    end = error ? at : at - 1;
    s->at = at;
    if (plain)
        return text_from(s->input.at + start, end - start);
    buffer_clear(&s->scratch);
    json_scan_decode(text_from(s->input.at + start, end - start), JSON_UTF8, s->repair != NULL,
                     &s->scratch);
    return buffer_text(&s->scratch);
}

void json_scanner_check_nul(struct json_scanner *s, struct json_place at, struct text string)
{
    if (text_find(string, '\0') < string.size)
        json_scanner_mistake(s, at, "a string must not hold the character U+0000", "leave it out");
}

bool json_scanner_in_scratch(const struct json_scanner *s, struct text t)
{
    return t.at == s->scratch.at;
}

void json_scanner_take_string_value(struct json_scanner *s, struct json_place at)
{
    struct text string;

    json_scanner_value_begins(s, at);
    string = json_scanner_take_string(s);
    json_scanner_check_nul(s, at, string);
    if (s->repair)
        json_write_text(s->repair, string);
    json_scanner_value_ended(s);
}

bool json_scanner_is_word_octet(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '$' || c == '.' || (unsigned char)c >= 0x80;
}

/* What begins as a number and goes on as something else: 30ms, 10%, 2001:db8::25. */
static struct text unquoted_here(const struct json_scanner *s, size_t number_end)
{
    size_t end = number_end;

    if (end < s->input.size &&
        (json_scanner_is_word_octet(s->input.at[end]) || strchr("%:", s->input.at[end])))
        while (end < s->input.size && !strchr(" \t\r\n,{}[]\"", s->input.at[end]))
            end++;
    return text_from(s->input.at + s->at, end - s->at);
}

void json_scanner_take_number(struct json_scanner *s, struct json_place at)
{
    struct json_scanned_number n;
    const char *error = json_scan_number(s->input, s->at, &n);
    struct text unquoted = unquoted_here(s, n.end);

    json_scanner_value_begins(s, at);
    if (s->at + unquoted.size > n.end) {
        json_scanner_mistake_about(s, at, "not a JSON value:", unquoted,
                                   "a string stands in double quotes");
        if (s->repair)
            json_write_text(s->repair, unquoted);
        s->at += unquoted.size;
        json_scanner_value_ended(s);
        return;
    }
    if (error)
        json_scanner_mistake(s, at, error, n.other ? "a string stands in double quotes" : "");
    if (n.out_of_range || n.value > JSON_NUMBER_MAX || n.value < -JSON_NUMBER_MAX) {
        json_scanner_mistake(s, at,
                             "the number is too large: only -(2^53 - 1) to 2^53 - 1 are exact", "");
        n.whole = false;
        n.value = 0;
    }
    if (!s->repair && !s->stopped) {
        struct json_node *node = &s->d->nodes[s->d->node_count - 1];

        node->whole = n.whole;
        node->number = n.value;
    }
    if (s->repair)
        json_write_int(s->repair, n.value);
    s->at = n.end;
    json_scanner_value_ended(s);
}

struct text json_scanner_word_here(const struct json_scanner *s)
{
    size_t end = s->at;

    while (end < s->input.size && json_scanner_is_word_octet(s->input.at[end]))
        end++;
    return text_from(s->input.at + s->at, end - s->at);
}

void json_scanner_take_word_value(struct json_scanner *s, struct json_place at)
{
    struct text word = json_scanner_word_here(s);
    bool truth = text_equal_nocase(word, TEXT("true")),
         lie = text_equal_nocase(word, TEXT("false"));
    bool none = text_equal_nocase(word, TEXT("null")) || text_equal_nocase(word, TEXT("none"));

    json_scanner_value_begins(s, at);
    if (!text_equal(word, TEXT("true")) && !text_equal(word, TEXT("false")) &&
        !text_equal(word, TEXT("null")))
        json_scanner_mistake_about(s, at, "not a JSON value:", word,
                                   truth           ? "write true"
                                   : lie           ? "write false"
                                   : none          ? "write null"
                                   : s->depth == 0 ? "an object begins with {"
                                                   : "a string stands in double quotes");
    if (s->depth == 0 && !truth && !lie && !none)
        s->hopeless = s->stopped = true; /* some other text, not JSON with a slip */
    if (s->repair && (truth || lie))
        json_write_bool(s->repair, truth);
    else if (s->repair && none)
        json_write_null(s->repair);
    else if (s->repair)
        json_write_text(s->repair, word);
    s->at += word.size;
    json_scanner_value_ended(s);
}

struct text json_scanner_take_quoted(struct json_scanner *s, struct json_place at, const char *what)
{
    struct text inside;
    size_t size;
    bool closed = json_scanner_quoted(s, &inside, &size);

    json_scanner_mistake(s, at, what,
                         s->input.at[s->at] == '\'' ? "write \" instead of '"
                                                    : "write the plain quotation mark \"");
    s->hopeless |= !closed;
    s->stopped |= !closed;
    s->at += size;
    return inside;
}

void json_scanner_take_quoted_value(struct json_scanner *s, struct json_place at)
{
    struct text inside;

    json_scanner_value_begins(s, at);
    inside = json_scanner_take_quoted(s, at, "a string stands in double quotes");
    if (s->repair)
        json_write_text(s->repair, inside);
    json_scanner_value_ended(s);
}
