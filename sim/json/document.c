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
#include "sim/json/read.h"

#include <assert.h>

#include "sim/json/scan.h"
#include "sim/json/tree.h"
#include "sim/json/write.h"

enum expect { EXPECT_VALUE, EXPECT_KEY, EXPECT_COLON, EXPECT_COMMA, EXPECT_NOTHING };

struct level {
    bool object, empty, after_comma;
    uint32_t node;        /* of the object or array itself */
    uint32_t count;       /* of children so far */
    struct text key;      /* of the child at hand */
    struct json_place at; /* of the opening bracket */
};

struct scanner {
    struct json_document *d;
    struct text input;
    size_t at;
    size_t counted; /* line and column are those of this offset */
    struct json_place place;
    enum expect expect;
    unsigned depth;
    struct level levels[JSON_DEPTH_MAX];
    struct json_place comma, key_at;
    bool has_key, key_duplicate;
    bool hopeless, stopped;
    struct json_writer *repair; /* second scan: mistakes are known, the repaired text is written */
    uint32_t *seen;             /* node + 1 by (object, key), 0 is empty */
    uint32_t seen_capacity, seen_used;
    struct buffer scratch;
};

/* ---- places and mistakes ------------------------------------------------------------------- */

/* Offsets must not decrease from call to call. */
static struct json_place place_of(struct scanner *s, size_t offset)
{
    for (; s->counted < offset; s->counted++) {
        unsigned char c = (unsigned char)s->input.at[s->counted];

        if (c == '\n') {
            s->place.line++;
            s->place.column = 1;
        } else {
            s->place.column += (c & 0xc0) != 0x80;
        }
    }
    return s->place;
}

/* Where the scan is: the containers around it, and the child at hand. */
static struct text pointer_here(struct scanner *s)
{
    struct buffer pointer;
    struct text copy;

    buffer_init(&pointer, s->d->memory);
    for (unsigned i = 0; i < s->depth; i++) {
        const struct level *level = &s->levels[i];

        if (level->count == 0 || (i + 1 == s->depth && s->expect == EXPECT_KEY))
            break;
        buffer_put_char(&pointer, '/');
        if (level->object)
            json_put_pointer_step(&pointer, level->key);
        else
            buffer_put_int(&pointer, level->count - 1);
    }
    copy = text_copy(s->d->memory, buffer_text(&pointer));
    buffer_free(&pointer);
    return copy;
}

static void add_mistake_text(struct scanner *s, struct json_place at, struct text what,
                             const char *advice)
{
    struct json_document *d = s->d;
    size_t size = d->mistake_count * sizeof *d->mistakes;

    if (s->repair)
        return;
    if (d->mistake_count == JSON_MISTAKES_MAX) {
        d->mistakes_left_out++;
        return;
    }
    d->mistakes = memory_grow(d->memory, d->mistakes, size, size + sizeof *d->mistakes);
    d->mistakes[d->mistake_count++] =
        (struct json_mistake){at, pointer_here(s), text_copy(d->memory, what), text_of(advice)};
}

static void add_mistake(struct scanner *s, struct json_place at, const char *what,
                        const char *advice)
{
    add_mistake_text(s, at, text_of(what), advice);
}

/* "what "detail"", the detail cut to a length that fits a line. */
static void add_mistake_about(struct scanner *s, struct json_place at, const char *what,
                              struct text detail, const char *advice)
{
    struct buffer b;
    bool cut = detail.size > 60;

    buffer_init(&b, s->d->memory);
    buffer_put_string(&b, what);
    buffer_put_char(&b, ' ');
    if (cut)
        for (detail.size = 60; ((unsigned char)detail.at[detail.size] & 0xc0) == 0x80;)
            detail.size--;
    json_quote_message(&b, detail);
    if (cut)
        buffer_put_string(&b, "...");
    add_mistake_text(s, at, buffer_text(&b), advice);
    buffer_free(&b);
}

/* ---- nodes --------------------------------------------------------------------------------- */

static uint64_t key_hash(uint32_t object, struct text key)
{
    return text_hash(key) ^ (object * UINT64_C(0x9e3779b97f4a7c15));
}

static uint32_t *seen_slot(const struct scanner *s, uint32_t object, struct text key)
{
    uint32_t mask = s->seen_capacity - 1;
    uint32_t i = (uint32_t)(key_hash(object, key) >> 20) & mask;

    for (; s->seen[i] != 0; i = (i + 1) & mask) {
        const struct json_node *node = &s->d->nodes[s->seen[i] - 1];

        if (node->parent == object && text_equal(node->name, key))
            break;
    }
    return &s->seen[i];
}

static void seen_grow(struct scanner *s)
{
    uint32_t *old = s->seen, old_capacity = s->seen_capacity;

    s->seen_capacity = old_capacity ? old_capacity * 2 : 64;
    s->seen = memory_take_clear(s->d->memory, s->seen_capacity * sizeof *s->seen);
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i] != 0) {
            const struct json_node *node = &s->d->nodes[old[i] - 1];

            *seen_slot(s, node->parent, node->name) = old[i];
        }
    memory_give(s->d->memory, old, old_capacity * sizeof *old);
}

static void add_node(struct scanner *s, struct json_place at)
{
    struct json_document *d = s->d;
    struct level *level = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
    size_t size = sizeof *d->nodes;

    if (d->node_count == JSON_VALUES_MAX) {
        add_mistake(s, at, "the text holds more than 4000000 values", "");
        s->hopeless = s->stopped = true;
        return;
    }
    if (d->node_count == d->node_capacity) {
        uint32_t more = d->node_capacity ? d->node_capacity * 2 : 64;

        d->nodes = memory_grow(d->memory, d->nodes, d->node_capacity * size, more * size);
        d->node_capacity = more;
    }
    d->nodes[d->node_count++] = (struct json_node){.key = s->has_key ? s->key_at : at,
                                                   .value = at,
                                                   .parent = level ? level->node : JSON_NO_NODE,
                                                   .index = level ? level->count - 1 : 0,
                                                   .name = s->has_key ? level->key : TEXT(""),
                                                   .duplicate = s->key_duplicate};
    if (s->has_key && !s->key_duplicate) {
        if (s->seen_used * 2 >= s->seen_capacity)
            seen_grow(s);
        *seen_slot(s, level->node, level->key) = d->node_count;
        s->seen_used++;
    }
}

/* A value begins at `at`: its node, and its number in an array. */
static void value_begins(struct scanner *s, struct json_place at)
{
    if (s->depth > 0 && !s->levels[s->depth - 1].object) {
        s->levels[s->depth - 1].count++;
        s->levels[s->depth - 1].empty = false;
    }
    if (!s->repair)
        add_node(s, at);
    s->has_key = s->key_duplicate = false;
}

static void value_ended(struct scanner *s)
{
    s->expect = s->depth > 0 ? EXPECT_COMMA : EXPECT_NOTHING;
}

/* ---- strings, numbers, words --------------------------------------------------------------- */

/* Reads the string at its opening quote and reports its mistakes.  The text lies in the input, in
 * the document's memory, or in `scratch` until the next string. */
static struct text take_string(struct scanner *s)
{
    size_t start = s->at + 1, at = start, resume = 0, end;
    bool plain = true;
    const char *error;

    while ((error = json_scan_string(s->input, &at, &resume, &plain)) != NULL) {
        add_mistake(s, place_of(s, at), error, resume ? "" : "a double quote ends a string");
        if (resume == 0) {
            s->hopeless = true;
            break;
        }
        at = resume;
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

/* U+0000 is JSON, but no text that people write, and C strings end at it. */
static void check_nul(struct scanner *s, struct json_place at, struct text string)
{
    if (text_find(string, '\0') < string.size)
        add_mistake(s, at, "a string must not hold the character U+0000", "leave it out");
}

static bool in_scratch(const struct scanner *s, struct text t)
{
    return t.at == s->scratch.at;
}

static void take_string_value(struct scanner *s, struct json_place at)
{
    struct text string;

    value_begins(s, at);
    string = take_string(s);
    check_nul(s, at, string);
    if (s->repair)
        json_write_text(s->repair, string);
    value_ended(s);
}

static void take_number(struct scanner *s, struct json_place at)
{
    struct json_scanned_number n;
    const char *error = json_scan_number(s->input, s->at, &n);

    value_begins(s, at);
    if (error)
        add_mistake(s, at, error, "");
    if (n.out_of_range || n.value > JSON_NUMBER_MAX || n.value < -JSON_NUMBER_MAX) {
        add_mistake(s, at, "the number is too large: only -(2^53 - 1) to 2^53 - 1 are exact", "");
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
    value_ended(s);
}

static bool is_word_octet(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '$' || c == '.' || (unsigned char)c >= 0x80;
}

static struct text word_here(const struct scanner *s)
{
    size_t end = s->at;

    while (end < s->input.size && is_word_octet(s->input.at[end]))
        end++;
    return text_from(s->input.at + s->at, end - s->at);
}

/* Between single quotes, on one line; empty size if the closing quote is missing. */
static struct text single_quoted_here(const struct scanner *s)
{
    struct text rest = text_after(s->input, s->at + 1);
    size_t end = text_find(rest, '\''), line = text_find(rest, '\n');

    return text_from(rest.at, end < line ? end : 0);
}

static void take_word_value(struct scanner *s, struct json_place at)
{
    struct text word = word_here(s);
    bool truth = text_equal_nocase(word, TEXT("true")),
         lie = text_equal_nocase(word, TEXT("false"));
    bool none = text_equal_nocase(word, TEXT("null")) || text_equal_nocase(word, TEXT("none"));

    value_begins(s, at);
    if (!text_equal(word, TEXT("true")) && !text_equal(word, TEXT("false")) &&
        !text_equal(word, TEXT("null")))
        add_mistake_about(s, at, "not a JSON value:", word,
                          truth  ? "write true"
                          : lie  ? "write false"
                          : none ? "write null"
                                 : "a string stands in double quotes");
    if (s->repair && (truth || lie))
        json_write_bool(s->repair, truth);
    else if (s->repair && none)
        json_write_null(s->repair);
    else if (s->repair)
        json_write_text(s->repair, word);
    s->at += word.size;
    value_ended(s);
}

static void take_single_quoted_value(struct scanner *s, struct json_place at)
{
    struct text inside = single_quoted_here(s);

    value_begins(s, at);
    add_mistake(s, at, "a string stands in double quotes", "write \" instead of '");
    s->hopeless |= inside.size == 0;
    if (s->repair)
        json_write_text(s->repair, inside);
    s->at += inside.size > 0 ? inside.size + 2 : 1;
    value_ended(s);
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void key_found(struct scanner *s, struct json_place at, struct text key)
{
    struct level *level = &s->levels[s->depth - 1];

    level->count++;
    level->empty = false;
    s->key_at = at;
    s->has_key = true;
    s->expect = EXPECT_COLON;
    if (s->repair) {
        json_write_key(s->repair, key);
        level->key = key;
        return;
    }
    level->key = in_scratch(s, key) ? text_copy(s->d->memory, key) : key;
    check_nul(s, at, key);
    s->key_duplicate = s->seen_used > 0 && *seen_slot(s, level->node, level->key) != 0;
    if (s->key_duplicate) {
        uint32_t first = *seen_slot(s, level->node, level->key) - 1;
        struct buffer advice;

        buffer_init(&advice, s->d->memory);
        buffer_put_string(&advice, "the first is in line ");
        buffer_put_int(&advice, s->d->nodes[first].key.line);
        add_mistake_about(s, at, "duplicate key", key,
                          text_copy(s->d->memory, buffer_text(&advice)).at);
        buffer_free(&advice);
    }
}

static void skip_unexpected(struct scanner *s, struct json_place at)
{
    size_t size = json_scan_utf8(s->input, s->at);

    if (size == 0)
        add_mistake(s, at, "this is not UTF-8", "save the file as UTF-8");
    else
        add_mistake_about(s, at, "unexpected", text_from(s->input.at + s->at, size), "");
    s->hopeless = true;
    s->at += size ? size : 1;
    while (s->at < s->input.size && !strchr(" \t\r\n{}[]\",:", s->input.at[s->at]))
        s->at++;
}

static void take_key(struct scanner *s, char c)
{
    struct json_place at = place_of(s, s->at);

    if (c == '"') {
        key_found(s, at, take_string(s));
    } else if (c == '\'') {
        struct text inside = single_quoted_here(s);

        add_mistake(s, at, "a key stands in double quotes", "write \" instead of '");
        s->hopeless |= inside.size == 0;
        s->at += inside.size > 0 ? inside.size + 2 : 1;
        key_found(s, at, inside);
    } else if (is_word_octet(c) && json_scan_utf8(s->input, s->at) > 0) {
        struct text word = word_here(s);

        add_mistake_about(s, at, "a key stands in double quotes:", word, "");
        s->at += word.size;
        key_found(s, at, word);
    } else {
        skip_unexpected(s, at);
    }
}

/* ---- brackets ------------------------------------------------------------------------------ */

/* Too deep: over to the bracket that closes, looking only at brackets and strings. */
static void skip_deep(struct scanner *s, struct json_place at)
{
    size_t deep = 0;

    add_mistake(s, at, "nested deeper than 64 levels", "");
    s->hopeless = true;
    do {
        char c = s->input.at[s->at];

        if (c == '"') {
            take_string(s);
            continue;
        }
        if (c == '{' || c == '[')
            deep++;
        else if (c == '}' || c == ']')
            deep--;
        s->at++;
    } while (deep > 0 && s->at < s->input.size);
    value_ended(s);
}

static void open_bracket(struct scanner *s, struct json_place at, bool object)
{
    uint32_t node;

    if (s->depth == JSON_DEPTH_MAX) {
        skip_deep(s, at);
        return;
    }
    value_begins(s, at);
    node = s->repair ? 0 : s->d->node_count - 1;
    s->levels[s->depth++] =
        (struct level){.object = object, .empty = true, .node = node, .key = TEXT(""), .at = at};
    s->expect = object ? EXPECT_KEY : EXPECT_VALUE;
    if (s->repair && object)
        json_write_object(s->repair);
    else if (s->repair)
        json_write_array(s->repair);
    s->at++;
}

static void close_level(struct scanner *s)
{
    s->depth--;
    s->has_key = s->key_duplicate = false;
    if (s->repair)
        json_write_end(s->repair);
    value_ended(s);
}

static void put_opened(struct buffer *b, const struct level *level)
{
    buffer_put_string(b, level->object ? "the object" : "the array");
    buffer_put_string(b, " that begins in line ");
    buffer_put_int(b, level->at.line);
    buffer_put_string(b, ", column ");
    buffer_put_int(b, level->at.column);
}

static void report_unclosed(struct scanner *s, struct json_place at, const char *before,
                            const struct level *level, const char *behind)
{
    struct buffer b;

    buffer_init(&b, s->d->memory);
    buffer_put_string(&b, before);
    put_opened(&b, level);
    buffer_put_string(&b, behind);
    add_mistake_text(s, at, buffer_text(&b), "");
    buffer_free(&b);
}

/* A closing bracket of the wrong kind closes the levels up to one that it fits, if there is one. */
static void close_wrong(struct scanner *s, struct json_place at, bool object)
{
    unsigned depth = s->depth;

    s->hopeless = true;
    while (depth > 0 && s->levels[depth - 1].object != object)
        depth--;
    if (s->depth == 0) {
        add_mistake(s, at, "nothing is open that this bracket could close", "");
        return;
    }
    report_unclosed(s, at, object ? "} does not close " : "] does not close ",
                    &s->levels[s->depth - 1], "");
    while (depth > 0 && s->depth > depth - 1)
        close_level(s);
}

static void take_closing(struct scanner *s, char c)
{
    struct json_place at = place_of(s, s->at);
    struct level *level = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
    bool object = c == '}';

    s->at++;
    if (!level || level->object != object) {
        close_wrong(s, at, object);
        return;
    }
    if (s->expect != EXPECT_COMMA && level->after_comma && !s->has_key) {
        add_mistake(s, s->comma, "the comma before the closing bracket is one too many",
                    "take it away");
    } else if (s->has_key) {
        add_mistake(s, at, "the key has no value", "");
        s->hopeless = true;
    }
    close_level(s);
}

/* ---- the loop ------------------------------------------------------------------------------ */

static void take_value(struct scanner *s, char c)
{
    struct json_place at = place_of(s, s->at);

    if (c == '{' || c == '[')
        open_bracket(s, at, c == '{');
    else if (c == '"')
        take_string_value(s, at);
    else if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.')
        take_number(s, at);
    else if (c == '\'')
        take_single_quoted_value(s, at);
    else if (is_word_octet(c) && json_scan_utf8(s->input, s->at) > 0)
        take_word_value(s, at);
    else
        skip_unexpected(s, at);
}

static void take_comma(struct scanner *s)
{
    struct json_place at = place_of(s, s->at);

    s->at++;
    if (s->has_key) {
        add_mistake(s, at, "the key has no value", "");
        s->hopeless = true;
        s->has_key = s->key_duplicate = false;
    } else if (s->depth == 0 || s->expect != EXPECT_COMMA) {
        add_mistake(s, at, "this comma has nothing before it", "take it away");
        return;
    }
    s->comma = at;
    s->levels[s->depth - 1].after_comma = true;
    s->expect = s->levels[s->depth - 1].object ? EXPECT_KEY : EXPECT_VALUE;
}

static void take_colon(struct scanner *s, char c)
{
    if (c == ':')
        s->at++;
    else
        add_mistake(s, place_of(s, s->at), "a colon is missing after the key", "");
    s->expect = EXPECT_VALUE;
}

/* // to the end of the line, or a C comment: not JSON, but clear. */
static bool take_comment(struct scanner *s)
{
    struct text rest = text_after(s->input, s->at);
    size_t size;

    if (rest.size < 2 || rest.at[0] != '/' || (rest.at[1] != '/' && rest.at[1] != '*'))
        return false;
    add_mistake(s, place_of(s, s->at), "JSON has no comments",
                "any object may carry a \"note\" instead");
    size = 2 + text_find(text_after(rest, 2), rest.at[1] == '/' ? '\n' : '*');
    while (rest.at[1] == '*' && size < rest.size &&
           !(rest.at[size] == '*' && size + 1 < rest.size && rest.at[size + 1] == '/'))
        size += 1 + text_find(text_after(rest, size + 1), '*');
    size += rest.at[1] == '*' ? 2 : 0;
    s->at += size < rest.size ? size : rest.size;
    return true;
}

/* Where a comma should be and is not: a value or key follows, so one is assumed. */
static void miss_comma(struct scanner *s)
{
    add_mistake(s, place_of(s, s->at), "a comma is missing before this", "");
    s->expect = s->levels[s->depth - 1].object ? EXPECT_KEY : EXPECT_VALUE;
}

static void step(struct scanner *s, char c)
{
    if (c == '/' && take_comment(s))
        return;
    if (s->expect == EXPECT_NOTHING) {
        add_mistake(s, place_of(s, s->at), "nothing may follow the value that is the whole text",
                    "");
        s->hopeless = s->stopped = true;
    } else if (c == '}' || c == ']') {
        take_closing(s, c);
    } else if (c == ',') {
        take_comma(s);
    } else if (s->expect == EXPECT_COLON) {
        take_colon(s, c);
    } else if (c == ':') {
        skip_unexpected(s, place_of(s, s->at));
    } else if (s->expect == EXPECT_COMMA) {
        miss_comma(s);
    } else if (s->expect == EXPECT_KEY) {
        take_key(s, c);
    } else {
        take_value(s, c);
    }
}

static void scan(struct scanner *s)
{
    const char *blanks = " \t\r\n";

    if (s->input.size >= 3 && memcmp(s->input.at, "\xef\xbb\xbf", 3) == 0) {
        add_mistake(s, s->place, "the text begins with a byte order mark",
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
        report_unclosed(s, place_of(s, s->input.size), "the text ends inside ",
                        &s->levels[s->depth - 1], "");
    else
        add_mistake(s, place_of(s, s->input.size), "the text holds no value", "");
}

/* ---- both scans ----------------------------------------------------------------------------- */

static void scanner_init(struct scanner *s, struct json_document *d, struct json_writer *repair)
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
    struct scanner s;

    *d = (struct json_document){.memory = m, .input = input};
    scanner_init(&s, d, NULL);
    if (input.size > JSON_OCTETS_MAX) {
        add_mistake(&s, s.place, "the text is longer than 256 MB", "");
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
