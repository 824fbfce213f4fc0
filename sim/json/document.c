/*
 * document.c - a whole JSON text: all its mistakes, then its tree, with places.
 *
 * One scan finds the mistakes and makes one node for each value, in the order of the text.  It goes
 * on behind a mistake by assuming what was meant: a comma that is missing is there, one too many is
 * not.  Where that is a guess too bold (a string without an end, brackets that do not match) the
 * text is `hopeless`: it is scanned on for further mistakes but gets no tree.
 *
 * cJSON sees only good JSON.  If there were mistakes, a second scan writes the repaired text for it.
 * Its tree comes in the order of our nodes, so the two are bound by walking both; the node's number
 * then lies in the item's `valueint`, which nobody else uses (numbers are in the node, exact).
 *
 * Time is linear: keys are compared through one hash table of (object, key).
 */
#include "sim/json/document.h"

#include <assert.h>

#include "sim/json/scan.h"
#include "sim/json/tree.h"
#include "sim/json/write.h"

/* ---- keys ---------------------------------------------------------------------------------- */

static void key_found(struct json_scanner *s, struct json_place at, struct text key)
{
    struct json_level *level = &s->levels[s->depth - 1];
    uint32_t first;

    level->count++;
    s->key_at = at;
    s->has_key = true;
    s->expect = EXPECT_COLON;
    if (s->repair) {
        json_write_key(s->repair, key);
        level->key = key;
        return;
    }
    level->key = json_scanner_in_scratch(s, key) ? text_copy(s->d->memory, key) : key;
    json_scanner_check_nul(s, at, key);
    first = json_scanner_find_key(s, level->node, level->key);
    s->key_duplicate = first != JSON_NO_NODE;
    if (s->key_duplicate) {
        struct buffer advice;

        buffer_init(&advice, s->d->memory);
        buffer_put_string(&advice, "the first is in line ");
        buffer_put_int(&advice, s->d->nodes[first].key.line);
        json_scanner_mistake_about(s, at, "duplicate key", key,
                                   text_copy(s->d->memory, buffer_text(&advice)).at);
        buffer_free(&advice);
    }
}

/* From here on everything would be a guess. */
static void stop_at_unexpected(struct json_scanner *s, struct json_place at, const char *advice)
{
    size_t size = json_scan_utf8(s->input, s->at);

    if (size == 0)
        json_scanner_report_not_utf8(s, at);
    else
        json_scanner_mistake_about(s, at, "unexpected", text_from(s->input.at + s->at, size),
                                   advice);
    s->hopeless = s->stopped = true;
}

static void take_key(struct json_scanner *s, char c)
{
    struct json_place at = json_scanner_place(s, s->at);

    if (c == '"') {
        key_found(s, at, json_scanner_take_string(s));
    } else if (json_scanner_at_quote(s)) {
        struct text inside = json_scanner_take_quoted(s, at, "a key stands in double quotes");

        if (!s->stopped)
            key_found(s, at, inside);
    } else if (json_scanner_is_word_octet(c) && json_scan_utf8(s->input, s->at) > 0) {
        struct text word = json_scanner_word_here(s);

        json_scanner_mistake_about(s, at, "a key stands in double quotes:", word, "");
        s->at += word.size;
        key_found(s, at, word);
    } else {
        stop_at_unexpected(s, at, "");
    }
}

/* ---- brackets ------------------------------------------------------------------------------ */

/* Too deep: over to the bracket that closes, looking only at brackets and strings. */
static void skip_deep(struct json_scanner *s, struct json_place at)
{
    size_t deep = 0;

    json_scanner_mistake(s, at, "nested deeper than 64 levels", "");
    s->hopeless = true;
    do {
        char c = s->input.at[s->at];

        if (c == '"') {
            json_scanner_take_string(s);
            continue;
        }
        if (c == '{' || c == '[')
            deep++;
        else if (c == '}' || c == ']')
            deep--;
        s->at++;
    } while (deep > 0 && s->at < s->input.size);
    json_scanner_value_ended(s);
}

static void open_bracket(struct json_scanner *s, struct json_place at, bool object)
{
    uint32_t node;

    if (s->depth == JSON_DEPTH_MAX) {
        skip_deep(s, at);
        return;
    }
    json_scanner_value_begins(s, at);
    node = s->repair ? 0 : s->d->node_count - 1;
    s->levels[s->depth++] =
        (struct json_level){.object = object, .node = node, .key = TEXT(""), .at = at};
    s->expect = object ? EXPECT_KEY : EXPECT_VALUE;
    if (s->repair && object)
        json_write_object(s->repair);
    else if (s->repair)
        json_write_array(s->repair);
    s->at++;
}

static void close_level(struct json_scanner *s)
{
    s->depth--;
    s->has_key = s->key_duplicate = false;
    if (s->repair)
        json_write_end(s->repair);
    json_scanner_value_ended(s);
}

static void put_opened(struct buffer *b, const struct json_level *level)
{
    buffer_put_string(b, level->object ? "the object" : "the array");
    buffer_put_string(b, " that begins in line ");
    buffer_put_int(b, level->at.line);
    buffer_put_string(b, ", column ");
    buffer_put_int(b, level->at.column);
}

static void report_unclosed(struct json_scanner *s, struct json_place at, const char *before,
                            const struct json_level *level, const char *behind)
{
    struct buffer b;

    buffer_init(&b, s->d->memory);
    buffer_put_string(&b, before);
    put_opened(&b, level);
    buffer_put_string(&b, behind);
    json_scanner_mistake_text(s, at, buffer_text(&b), "");
    buffer_free(&b);
}

/* A closing bracket of the wrong kind closes the levels up to one that it fits, if there is one. */
static void close_wrong(struct json_scanner *s, struct json_place at, bool object)
{
    unsigned depth = s->depth;

    s->hopeless = true;
    while (depth > 0 && s->levels[depth - 1].object != object)
        depth--;
    if (s->depth == 0) {
        json_scanner_mistake(s, at, "nothing is open that this bracket could close", "");
        return;
    }
    report_unclosed(s, at, object ? "} does not close " : "] does not close ",
                    &s->levels[s->depth - 1], "");
    while (depth > 0 && s->depth > depth - 1)
        close_level(s);
}

static void take_closing(struct json_scanner *s, char c)
{
    struct json_place at = json_scanner_place(s, s->at);
    struct json_level *level = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
    bool object = c == '}';

    s->at++;
    if (!level || level->object != object) {
        close_wrong(s, at, object);
        return;
    }
    if (s->expect != EXPECT_COMMA && level->after_comma && !s->has_key) {
        json_scanner_mistake(s, s->comma, "the comma before the closing bracket is one too many",
                             "take it away");
    } else if (s->has_key) {
        json_scanner_mistake(s, at, "the key has no value", "");
        s->hopeless = true;
    }
    close_level(s);
}

/* ---- the loop ------------------------------------------------------------------------------ */

static void take_value(struct json_scanner *s, char c)
{
    struct json_place at = json_scanner_place(s, s->at);

    if (c == '{' || c == '[')
        open_bracket(s, at, c == '{');
    else if (c == '"')
        json_scanner_take_string_value(s, at);
    else if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.')
        json_scanner_take_number(s, at);
    else if (json_scanner_at_quote(s))
        json_scanner_take_quoted_value(s, at);
    else if (json_scanner_is_word_octet(c) && json_scan_utf8(s->input, s->at) > 0)
        json_scanner_take_word_value(s, at);
    else
        stop_at_unexpected(s, at, s->depth == 0 ? "an object begins with {" : "");
}

static void take_comma(struct json_scanner *s)
{
    struct json_place at = json_scanner_place(s, s->at);

    s->at++;
    if (s->has_key) {
        json_scanner_mistake(s, at, "the key has no value", "");
        s->hopeless = true;
        s->has_key = s->key_duplicate = false;
    } else if (s->depth == 0 || s->expect != EXPECT_COMMA) {
        json_scanner_mistake(s, at, "this comma has nothing before it", "take it away");
        return;
    }
    s->comma = at;
    s->levels[s->depth - 1].after_comma = true;
    s->expect = s->levels[s->depth - 1].object ? EXPECT_KEY : EXPECT_VALUE;
}

static void take_colon(struct json_scanner *s, char c)
{
    if (c != ':')
        json_scanner_mistake(s, json_scanner_place(s, s->at), "a colon is missing after the key",
                             c == '=' ? "write : instead of =" : "");
    if (c == ':' || c == '=')
        s->at++;
    s->expect = EXPECT_VALUE;
}

/* Where a comma should be and is not: a value or key follows, so one is assumed. */
static void miss_comma(struct json_scanner *s)
{
    json_scanner_mistake(s, json_scanner_place(s, s->at), "a comma is missing before this", "");
    s->expect = s->levels[s->depth - 1].object ? EXPECT_KEY : EXPECT_VALUE;
}

static void step(struct json_scanner *s, char c)
{
    if (json_scanner_skip_habit(s))
        return;
    if (s->expect == EXPECT_NOTHING) {
        if (!s->hopeless) /* else it may well belong to the value */
            json_scanner_mistake(s, json_scanner_place(s, s->at),
                                 "nothing may follow the value that is the whole text",
                                 c == '}' || c == ']' ? "there are more closing brackets than "
                                                        "opening ones"
                                                      : "");
        s->hopeless = s->stopped = true;
    } else if (c == '}' || c == ']') {
        take_closing(s, c);
    } else if (c == ',') {
        take_comma(s);
    } else if (s->expect == EXPECT_COLON) {
        take_colon(s, c);
    } else if (c == ':') {
        stop_at_unexpected(s, json_scanner_place(s, s->at),
                           s->depth > 0 && !s->levels[s->depth - 1].object
                               ? "only an object, between { and }, has keys"
                               : "");
    } else if (s->expect == EXPECT_COMMA) {
        miss_comma(s);
    } else if (s->expect == EXPECT_KEY) {
        take_key(s, c);
    } else {
        take_value(s, c);
    }
}

static void scan(struct json_scanner *s)
{
    const char *blanks = " \t\r\n";

    if (json_scanner_other_file(s)) {
        s->hopeless = s->stopped = true;
        return;
    }
    if (s->input.size >= 3 && memcmp(s->input.at, "\xef\xbb\xbf", 3) == 0) {
        json_scanner_mistake(s, s->place, "the text begins with a byte order mark",
                             "save the file as UTF-8 without it");
        s->at = s->counted = 3;
    }
    for (; !s->stopped;) {
        while (s->at < s->input.size && s->input.at[s->at] != '\0' &&
               strchr(blanks, s->input.at[s->at]))
            s->at++;
        if (s->at >= s->input.size)
            break;
        step(s, s->input.at[s->at]);
    }
    if (s->stopped || s->expect == EXPECT_NOTHING)
        return;
    s->hopeless = true;
    if (s->depth > 0)
        report_unclosed(s, json_scanner_place(s, s->input.size), "the text ends inside ",
                        &s->levels[s->depth - 1], "");
    else
        json_scanner_mistake(s, json_scanner_place(s, s->input.size), "the text holds no value",
                             "");
}

/* ---- both scans ----------------------------------------------------------------------------- */

static void scanner_init(struct json_scanner *s, struct json_document *d,
                         struct json_writer *repair)
{
    memset(s, 0, sizeof *s);
    s->d = d;
    s->input = d->input;
    s->place = (struct json_place){1, 1};
    s->repair = repair;
    buffer_init(&s->scratch, d->memory);
}

bool json_document_read(struct json_document *d, struct memory *m, struct text input)
{
    struct json_scanner s;

    *d = (struct json_document){.memory = m, .input = input};
    scanner_init(&s, d, NULL);
    if (input.size > JSON_OCTETS_MAX) {
        json_scanner_mistake(&s, s.place, "the text is longer than 256 MB", "");
        return false;
    }
    scan(&s);
    memory_give(m, s.seen, s.seen_capacity * sizeof *s.seen);
    buffer_free(&s.scratch);
    if (d->mistake_count == 0) {
        json_tree_make(d, input);
    } else if (!s.hopeless) {
        struct buffer repaired;
        struct json_writer w;

        buffer_init(&repaired, m);
        json_writer_init(&w, &repaired, false);
        scanner_init(&s, d, &w);
        scan(&s);
        buffer_free(&s.scratch);
        json_tree_make(d, buffer_text(&repaired));
        buffer_free(&repaired);
    }
    return d->mistake_count == 0;
}
