/*
 * read.c - strict JSON, token by token.
 *
 * The grammar needs one octet of memory (`expect`) and one bit for each level: object or array.  A
 * colon is read together with its key, a comma together with what follows it, so callers never see
 * punctuation.
 */
#include "sim/json/read.h"

#include <assert.h>

#include "sim/json/scan.h"

enum expect {
    EXPECT_VALUE,
    EXPECT_VALUE_OR_END, /* behind [ */
    EXPECT_KEY_OR_END,   /* behind { */
    EXPECT_COMMA_OR_END,
    EXPECT_NOTHING, /* behind the outermost value */
    EXPECT_MISTAKE  /* after one: nothing more is read */
};

void json_reader_init(struct json_reader *r, struct memory *m, enum json_strings strings)
{
    *r = (struct json_reader){.strings = strings};
    buffer_init(&r->decoded, m);
}

void json_reader_free(struct json_reader *r)
{
    buffer_free(&r->decoded);
}

void json_reader_open(struct json_reader *r, struct text input)
{
    r->input = input;
    r->at = r->token_at = 0;
    r->string = TEXT("");
    r->number = 0;
    r->error = NULL;
    r->objects = 0;
    r->depth = 0;
    r->expect = EXPECT_VALUE;
}

static enum json_token mistake(struct json_reader *r, size_t at, const char *error)
{
    r->token_at = at;
    r->error = error;
    r->expect = EXPECT_MISTAKE;
    return JSON_MISTAKE;
}

/* The next octet that is no white space, or -1 at the end. */
static inline int look(struct json_reader *r)
{
    while (r->at < r->input.size) {
        char c = r->input.at[r->at];

        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return (unsigned char)c;
        r->at++;
    }
    return -1;
}

static inline bool in_object(const struct json_reader *r)
{
    return r->depth > 0 && (r->objects >> (r->depth - 1) & 1);
}

static inline void after_value(struct json_reader *r)
{
    r->expect = r->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA_OR_END;
}

static enum json_token begin(struct json_reader *r, bool object)
{
    if (r->depth == JSON_DEPTH_MAX)
        return mistake(r, r->at, "nested too deeply");
    r->at++;
    r->objects &= ~(UINT64_C(1) << r->depth);
    r->objects |= (uint64_t)object << r->depth;
    r->depth++;
    r->expect = object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
    return object ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN;
}

static enum json_token end(struct json_reader *r)
{
    bool object = in_object(r);

    r->at++;
    r->depth--;
    after_value(r);
    return object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

/* Reads a string at its opening quote into r->string. */
static bool read_string(struct json_reader *r)
{
    size_t start = r->at + 1, at = start, resume;
    bool plain = true;
    const char *error = json_scan_string(r->input, &at, &resume, &plain);
    struct text raw;

    if (error) {
        mistake(r, at, error);
        return false;
    }
    r->at = at;
    raw = text_from(r->input.at + start, at - 1 - start);
    if (plain) {
        r->string = raw;
        return true;
    }
    buffer_clear(&r->decoded);
    if (!json_scan_decode(raw, r->strings, false, &r->decoded)) {
        mistake(r, start, "a character above U+00FF does not stand for an octet");
        return false;
    }
    r->string = buffer_text(&r->decoded);
    return true;
}

static enum json_token read_number(struct json_reader *r)
{
    struct json_scanned_number n;
    const char *error = json_scan_number(r->input, r->at, &n);

    if (error)
        return mistake(r, r->at, error);
    if (n.out_of_range)
        return mistake(r, r->at, "this number does not fit into 64 bits");
    if (!n.plain)
        return mistake(r, r->at, "a number here has neither fraction nor exponent");
    r->at = n.end;
    r->number = n.value;
    after_value(r);
    return JSON_NUMBER;
}

static enum json_token read_word(struct json_reader *r)
{
    static const struct {
        struct text word;
        enum json_token token;
    } words[] = {{TEXT_INIT("true"), JSON_TRUE},
                 {TEXT_INIT("false"), JSON_FALSE},
                 {TEXT_INIT("null"), JSON_NULL}};
    struct text rest = text_after(r->input, r->at);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct text word = words[i].word;

        if (rest.size >= word.size && memcmp(rest.at, word.at, word.size) == 0) {
            r->at += word.size;
            after_value(r);
            return words[i].token;
        }
    }
    return mistake(r, r->at, "a value must begin here");
}

static enum json_token read_value(struct json_reader *r, int c)
{
    r->token_at = r->at;
    switch (c) {
    case '{': return begin(r, true);
    case '[': return begin(r, false);
    case '"':
        if (!read_string(r))
            return JSON_MISTAKE;
        after_value(r);
        return JSON_STRING;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return read_number(r);
    case -1: return mistake(r, r->at, "the text ends where a value should begin");
    default: return read_word(r);
    }
}

static enum json_token read_key(struct json_reader *r, int c)
{
    if (c != '"')
        return mistake(r, r->at, "a key in double quotes must come here");
    r->token_at = r->at;
    if (!read_string(r))
        return JSON_MISTAKE;
    if (look(r) != ':')
        return mistake(r, r->at, "a colon must follow the key");
    r->at++;
    r->expect = EXPECT_VALUE;
    return JSON_KEY;
}

enum json_token json_read(struct json_reader *r)
{
    int c;

    if (r->expect == EXPECT_MISTAKE)
        return JSON_MISTAKE;
    c = look(r);
    switch ((enum expect)r->expect) {
    case EXPECT_VALUE: return read_value(r, c);
    case EXPECT_VALUE_OR_END: r->token_at = r->at; return c == ']' ? end(r) : read_value(r, c);
    case EXPECT_KEY_OR_END: r->token_at = r->at; return c == '}' ? end(r) : read_key(r, c);
    case EXPECT_COMMA_OR_END:
        r->token_at = r->at;
        if (c == (in_object(r) ? '}' : ']'))
            return end(r);
        if (c != ',')
            return mistake(r, r->at, "a comma must come here, or the end of the object or array");
        r->at++;
        c = look(r);
        return in_object(r) ? read_key(r, c) : read_value(r, c);
    case EXPECT_NOTHING:
        if (c == -1)
            return JSON_END;
        return mistake(r, r->at, "nothing may follow the value");
    case EXPECT_MISTAKE: break;
    }
    return JSON_MISTAKE;
}

bool json_read_skip(struct json_reader *r)
{
    unsigned depth = r->expect == EXPECT_VALUE ? r->depth : r->depth - 1;

    do {
        enum json_token token = json_read(r);

        if (token == JSON_MISTAKE || token == JSON_END)
            return false;
    } while (r->depth > depth || r->expect == EXPECT_VALUE);
    return true;
}

bool json_read_expect(struct json_reader *r, enum json_token token)
{
    return json_read(r) == token;
}

void json_read_place(struct text input, size_t offset, uint32_t *line, uint32_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < input.size; i++) {
        if (input.at[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)input.at[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}
