/*
 * test_json.c - strict reading, token by token and as a document; writing.
 */
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/json/read.h"
#include "sim/json/write.h"

/* ---- token by token ------------------------------------------------------------------------ */

/* One letter for each token; strings and numbers follow it. */
static void tokens_of(struct text input, enum json_strings strings, struct memory *m,
                      struct buffer *out)
{
    static const char letters[] = ".{}[]KSNTF0!";
    struct json_reader r;
    enum json_token token;

    buffer_clear(out);
    json_reader_init(&r, m, strings);
    json_reader_open(&r, input);
    do {
        token = json_read(&r);
        buffer_put_char(out, letters[token]);
        if (token == JSON_KEY || token == JSON_STRING)
            json_quote_octets(out, r.string);
        if (token == JSON_NUMBER)
            buffer_put_int(out, r.number);
    } while (token != JSON_END && token != JSON_MISTAKE);
    json_reader_free(&r);
}

static const struct {
    const char *name, *input, *want;
} reads[] = {
    {"an object", "{\"a\":1,\"b\":[true,false,null]}", "{K\"a\"N1K\"b\"[TF0]}."},
    {"blanks everywhere", " \t\r\n{ \"a\" : [ ] , \"b\" : { } } \n", "{K\"a\"[]K\"b\"{}}."},
    {"a bare number", "-9223372036854775808", "N-9223372036854775808."},
    {"the largest number", "9223372036854775807", "N9223372036854775807."},
    {"a number too large", "9223372036854775808", "!"},
    {"a leading zero", "01", "!"},
    {"minus alone", "-", "!"},
    {"a fraction", "1.5", "!"},
    {"a whole fraction", "1.0", "!"},
    {"an exponent", "1e3", "!"},
    {"a plus", "+1", "!"},
    {"all escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "S\"\\\"\\\\/\\b\\f\\n\\r\\tA\"."},
    {"no such escape", "\"\\x\"", "!"},
    {"three digits", "\"\\u004\"", "!"},
    {"a raw line feed", "\"a\nb\"", "!"},
    {"a raw tab", "\"a\tb\"", "!"},
    {"a string without an end", "\"abc", "!"},
    {"a comma too many", "[1,]", "[N1!"},
    {"a comma too many in an object", "{\"a\":1,}", "{K\"a\"N1!"},
    {"no comma", "[1 2]", "[N1!"},
    {"no colon", "{\"a\" 1}", "{!"},
    {"a key that is no string", "{a:1}", "{!"},
    {"single quotes", "['a']", "[!"},
    {"brackets crossed", "[1}", "[N1!"},
    {"not closed", "[1", "[N1!"},
    {"something behind", "1 2", "N1!"},
    {"nothing", "", "!"},
    {"a comment", "[1 /* one */]", "[N1!"},
    {"capitals", "True", "!"},
    {"a byte order mark",
     "\xef\xbb\xbf"
     "1",
     "!"},
    {"a word cut short", "[tru", "[!"},
};

Test(json_read, tokens)
{
    struct memory m;
    struct buffer got;

    memory_init(&m, 0);
    buffer_init(&got, &m);
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        tokens_of(text_of(reads[i].input), JSON_OCTETS, &m, &got);
        cr_expect(text_equal(buffer_text(&got), text_of(reads[i].want)), "%s: want %s, got %.*s",
                  reads[i].name, reads[i].want, TEXT_ARG(buffer_text(&got)));
    }
    memory_end(&m);
}

/* The trace writes octets as code points; every octet must come back. */
Test(json_read, every_octet_written_is_read_back)
{
    struct memory m;
    struct buffer line;
    struct json_reader r;
    char octets[256];

    memory_init(&m, 0);
    buffer_init(&line, &m);
    for (int i = 0; i < 256; i++)
        octets[i] = (char)i;
    json_quote_octets(&line, text_from(octets, sizeof octets));
    for (size_t i = 0; i < line.size; i++)
        cr_assert((unsigned char)line.at[i] >= 0x20 && (unsigned char)line.at[i] < 0x7f);
    json_reader_init(&r, &m, JSON_OCTETS);
    json_reader_open(&r, buffer_text(&line));
    cr_assert_eq(json_read(&r), JSON_STRING);
    cr_expect(text_equal(r.string, text_from(octets, sizeof octets)));
    memory_end(&m);
}

static const struct {
    const char *name, *input;
    bool utf8, octets; /* is it good as text, as octets? */
} strings[] = {
    {"ASCII", "\"abc\"", true, true},
    {"two octets", "\"\xc3\xa9\"", true, true},
    {"three octets", "\"\xe2\x82\xac\"", true, false},
    {"four octets", "\"\xf0\x9f\x93\xa7\"", true, false},
    {"a pair of escapes", "\"\\ud83d\\udce7\"", true, false},
    {"half a pair", "\"\\ud83d\"", false, false},
    {"the second half", "\"\\udce7\"", false, false},
    {"half a pair and another escape", "\"\\ud83d\\u0041\"", false, false},
    {"overlong slash", "\"\xc0\xaf\"", false, false},
    {"overlong in three", "\"\xe0\x80\xaf\"", false, false},
    {"a surrogate as octets", "\"\xed\xa0\xbd\"", false, false},
    {"beyond Unicode", "\"\xf4\x90\x80\x80\"", false, false},
    {"a lone continuation", "\"\x80\"", false, false},
    {"cut short", "\"\xe2\x82\"", false, false},
    {"octet 0xff", "\"\xff\"", false, false},
    {"an escaped NUL", "\"\\u0000\"", true, true},
};

Test(json_read, text_and_octets)
{
    struct memory m;
    struct buffer got;

    memory_init(&m, 0);
    buffer_init(&got, &m);
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        tokens_of(text_of(strings[i].input), JSON_UTF8, &m, &got);
        cr_expect_eq(got.at[0] == 'S', strings[i].utf8, "%s as text", strings[i].name);
        tokens_of(text_of(strings[i].input), JSON_OCTETS, &m, &got);
        cr_expect_eq(got.at[0] == 'S', strings[i].octets, "%s as octets", strings[i].name);
    }
    memory_end(&m);
}

Test(json_read, skipping_a_value)
{
    struct memory m;
    struct json_reader r;

    memory_init(&m, 0);
    json_reader_init(&r, &m, JSON_UTF8);
    json_reader_open(&r, TEXT("{\"a\":{\"x\":[1,{\"y\":2}]},\"b\":3,\"c\":4}"));
    cr_assert(json_read_expect(&r, JSON_OBJECT_BEGIN));
    cr_assert(json_read_expect(&r, JSON_KEY));
    cr_assert(json_read_skip(&r));
    cr_assert(json_read_expect(&r, JSON_KEY));
    cr_expect(text_equal(r.string, TEXT("b")));
    cr_assert(json_read_skip(&r));
    cr_assert(json_read_expect(&r, JSON_KEY));
    cr_expect(text_equal(r.string, TEXT("c")));
    cr_assert(json_read_expect(&r, JSON_NUMBER));
    cr_assert(json_read_expect(&r, JSON_OBJECT_END));
    cr_assert(json_read_expect(&r, JSON_END));
    json_reader_open(&r, TEXT("[[1,2],3]"));
    cr_assert(json_read_expect(&r, JSON_ARRAY_BEGIN));
    cr_assert(json_read_expect(&r, JSON_ARRAY_BEGIN));
    cr_assert(json_read_skip(&r));
    cr_assert(json_read_expect(&r, JSON_NUMBER));
    cr_expect_eq(r.number, 3);
    json_reader_open(&r, TEXT("[[1,2"));
    cr_assert(json_read_expect(&r, JSON_ARRAY_BEGIN));
    cr_expect(!json_read_skip(&r));
    memory_end(&m);
}

static void nested(struct buffer *b, int depth)
{
    buffer_clear(b);
    for (int i = 0; i < depth; i++)
        buffer_put_char(b, '[');
    for (int i = 0; i < depth; i++)
        buffer_put_char(b, ']');
}

Test(json_read, depth_64_is_fine_and_65_is_not)
{
    struct memory m;
    struct buffer text, got;
    struct json_document d;

    memory_init(&m, 0);
    buffer_init(&text, &m);
    buffer_init(&got, &m);
    for (int depth = 63; depth <= 66; depth++) {
        nested(&text, depth);
        tokens_of(buffer_text(&text), JSON_UTF8, &m, &got);
        cr_expect_eq(got.at[got.size - 1] == '.', depth <= 64, "reader, %d", depth);
        cr_expect_eq(json_document_read(&d, &m, buffer_text(&text)), depth <= 64, "document, %d",
                     depth);
        json_document_free(&d);
    }
    memory_end(&m);
}

Test(json_read, the_place_of_an_offset_counts_characters)
{
    uint32_t line, column;
    struct text text = TEXT("a\n\xc3\xa9\xe2\x82\xac"
                            "b");

    json_read_place(text, 0, &line, &column);
    cr_expect(line == 1 && column == 1);
    json_read_place(text, 7, &line, &column);
    cr_expect(line == 2 && column == 3, "%u:%u", line, column);
}

/* ---- a document ---------------------------------------------------------------------------- */

/* Each: "line:column what (at pointer)", one a line. */
#define ODD  "\xe2\x80\x9c" /* left and right double quotation marks */
#define EVEN "\xe2\x80\x9d"

static const struct {
    const char *name, *input;
    bool tree; /* is what was meant clear enough? */
    const char *want;
} documents[] = {
    {"good", "{\"a\":[1,2,{\"b\":\"c\"}]}", true, ""},
    {"a comma too many", "{\"a\":1,\n}", true,
     "1:7 the comma before the closing bracket is one too many (at )\n"},
    {"in an array", "[1,2,]", true,
     "1:5 the comma before the closing bracket is one too many (at /1)\n"},
    {"two commas", "[1,,2]", true, "1:4 this comma has nothing before it (at /0)\n"},
    {"a comma first", "[,1]", true, "1:2 this comma has nothing before it (at )\n"},
    {"no comma", "{\"a\":1\n \"b\":2}", true, "2:2 a comma is missing before this (at /a)\n"},
    {"no colon", "{\"a\" 1}", true, "1:6 a colon is missing after the key (at /a)\n"},
    {"no value", "{\"a\":}", false, "1:6 the key has no value (at /a)\n"},
    {"no value but a comma", "{\"a\":,\"b\":1}", false, "1:6 the key has no value (at /a)\n"},
    {"a duplicate key", "{\"a\":1,\"b\":{\"a\":2},\"a\":3}", true,
     "1:20 duplicate key \"a\" (at /a)\n"},
    {"a duplicate key in disguise", "{\"a\":1,\"\\u0061\":3}", true,
     "1:8 duplicate key \"a\" (at /a)\n"},
    {"keys of different objects", "[{\"a\":1},{\"a\":1}]", true, ""},
    {"a bare key", "{a:1}", true, "1:2 a key stands in double quotes: \"a\" (at )\n"},
    {"single quotes", "{'a':'b'}", true,
     "1:2 a key stands in double quotes (at )\n1:6 a string stands in double quotes (at /a)\n"},
    {"quotes of a word processor",
     "{" ODD "a" EVEN ":" ODD "b " ODD "c" EVEN " d" EVEN ", \"e\":01}", true,
     "1:2 a key stands in double quotes (at )\n1:6 a string stands in double quotes (at /a)\n"
     "1:21 a number has no leading zeros (at /e)\n"},
    {"such a quote, closed by a plain one", "[" ODD "a\"]", true,
     "1:2 a string stands in double quotes (at /0)\n"},
    {"an apostrophe in single quotes", "['it's', 01]", true,
     "1:2 a string stands in double quotes (at /0)\n1:10 a number has no leading zeros (at /1)\n"},
    {"single quotes that do not end", "[ 'a, 01\n, 01]", false,
     "1:3 a string stands in double quotes (at /0)\n"},
    {"without quotes", "{\"a\":30ms, \"b\":1%, \"c\":2001:db8::25}", true,
     "1:6 not a JSON value: \"30ms\" (at /a)\n1:16 not a JSON value: \"1%\" (at /b)\n"
     "1:24 not a JSON value: \"2001:db8::25\" (at /c)\n"},
    {"an equals sign", "{\"a\" = 1}", true, "1:6 a colon is missing after the key (at /a)\n"},
    {"keys in an array", "[\"a\": 1, \"b\": 2]", false, "1:5 unexpected \":\" (at /0)\n"},
    {"a comment of a shell", "{ # \"a\": {\n\"b\": 01 }", true,
     "1:3 JSON has no comments (at )\n2:6 a number has no leading zeros (at /b)\n"},
    {"a comment that does not end", "[1] /* 2", true, "1:5 JSON has no comments (at )\n"},
    {"a space that is none",
     "[1,\xc2\xa0\xc2\xa0\xe2\x80\x8b"
     "02]",
     true, "1:4 this is no ordinary space (at /0)\n1:7 a number has no leading zeros (at /1)\n"},
    {"a brace too many", "{\"a\":1}\n}", false,
     "2:1 nothing may follow the value that is the whole text (at )\n"},
    {"crossed: what follows is no news", "{\"a\":[1},\"b\":2}", false,
     "1:8 } does not close the array that begins in line 1, column 6 (at /a/0)\n"},
    {"Latin-1 is named once", "[\"\xfc\xfc\", \"\xe4\"]", true, "1:3 this is not UTF-8 (at /0)\n"},
    {"prose", "Dear teacher, here it is.", false, "1:1 not a JSON value: \"Dear\" (at )\n"},
    {"an office document", "PK\x03\x04\x14", false,
     "1:1 this is a ZIP file or an office document, not a text (at )\n"},
    {"formatted text", "{\\rtf1\\ansi}", false,
     "1:1 this is a text with formatting (RTF), not a plain one (at )\n"},
    {"UTF-16", "\xff\xfe[", false, "1:1 this is UTF-16, not UTF-8 (at )\n"},
    {"a page", "<!DOCTYPE html>", false, "1:1 unexpected \"<\" (at )\n"},
    {"a bare word", "{\"a\":True}", true, "1:6 not a JSON value: \"True\" (at /a)\n"},
    {"comments", "{ // one\n \"a\": /* two */ 1 }", true,
     "1:3 JSON has no comments (at )\n2:7 JSON has no comments (at /a)\n"},
    {"a leading zero", "[007]", true, "1:2 a number has no leading zeros (at /0)\n"},
    {"a point without digits", "[1.]", true, "1:2 a digit must follow the point (at /0)\n"},
    {"two points", "[1.2.3]", true, "1:2 this is not a number (at /0)\n"},
    {"2^53 - 1", "[9007199254740991]", true, ""},
    {"2^53", "[9007199254740992]", true,
     "1:2 the number is too large: only -(2^53 - 1) to 2^53 - 1 are exact (at /0)\n"},
    {"a huge exponent", "[1e999999999999999999999]", true,
     "1:2 the number is too large: only -(2^53 - 1) to 2^53 - 1 are exact (at /0)\n"},
    {"a raw tab", "[\"a\tb\"]", true,
     "1:4 a control character must be written as an escape (at /0)\n"},
    {"an escaped NUL", "[\"a\\u0000b\"]", true,
     "1:2 a string must not hold the character U+0000 (at /0)\n"},
    {"a NUL in a key", "{\"\\u0000\":1}", true,
     "1:2 a string must not hold the character U+0000 (at /\x01)\n"},
    {"bad UTF-8", "[\"\xff\"]", true, "1:3 this is not UTF-8 (at /0)\n"},
    {"a byte order mark", "\xef\xbb\xbf[]", true,
     "1:1 the text begins with a byte order mark (at )\n"},
    {"a string over two lines", "{\"a\":\"b\n c\n\",\"c\":01}", true,
     "1:8 the line ends inside a string (at /a)\n3:7 a number has no leading zeros (at /c)\n"},
    {"a quote forgotten", "{\"a\":\"b,\n\"c\":01}", false,
     "1:9 the line ends inside a string (at /a)\n2:5 a number has no leading zeros (at /c)\n"},
    {"not closed", "{\"a\":[1", false,
     "1:8 the text ends inside the array that begins in line 1, column 6 (at /a/0)\n"},
    {"crossed", "{\"a\":[1}", false,
     "1:8 } does not close the array that begins in line 1, column 6 (at /a/0)\n"},
    {"nothing", " \n", false, "2:1 the text holds no value (at )\n"},
    {"two texts", "{} {}", false,
     "1:4 nothing may follow the value that is the whole text (at )\n"},
    {"columns are characters", "{\"\xc3\xa9\xe2\x82\xac\":01}", true,
     "1:7 a number has no leading zeros (at /\xc3\xa9\xe2\x82\xac)\n"},
    {"a pointer is escaped", "{\"a/b~c\":01}", true,
     "1:10 a number has no leading zeros (at /a~1b~0c)\n"},
    {"several at once", "{\"a\":01,\"b\":tru,\"a\":[1,],}", true,
     "1:6 a number has no leading zeros (at /a)\n1:13 not a JSON value: \"tru\" (at /b)\n"
     "1:17 duplicate key \"a\" (at /a)\n1:23 the comma before the closing bracket is one too many "
     "(at /a/0)\n"
     "1:25 the comma before the closing bracket is one too many (at )\n"},
};

static void render(const struct json_document *d, struct buffer *out)
{
    buffer_clear(out);
    for (uint32_t i = 0; i < d->mistake_count; i++) {
        const struct json_mistake *k = &d->mistakes[i];

        buffer_put_int(out, k->at.line);
        buffer_put_char(out, ':');
        buffer_put_int(out, k->at.column);
        buffer_put_char(out, ' ');
        buffer_put_text(out, k->what);
        buffer_put_string(out, " (at ");
        for (size_t c = 0; c < k->pointer.size; c++) /* a NUL would hide the rest from the eye */
            buffer_put_char(out, k->pointer.at[c] == '\0' ? '\x01' : k->pointer.at[c]);
        buffer_put_string(out, ")\n");
    }
}

Test(json_document, all_mistakes_with_their_places)
{
    struct memory m;
    struct buffer got;

    memory_init(&m, 0);
    buffer_init(&got, &m);
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct json_document d;
        bool good = json_document_read(&d, &m, text_of(documents[i].input));

        render(&d, &got);
        cr_expect(text_equal(buffer_text(&got), text_of(documents[i].want)),
                  "%s: want\n%sgot\n%.*s", documents[i].name, documents[i].want,
                  TEXT_ARG(buffer_text(&got)));
        cr_expect_eq(good, documents[i].want[0] == '\0', "%s", documents[i].name);
        cr_expect_eq(d.root != NULL, documents[i].tree, "%s", documents[i].name);
        json_document_free(&d);
    }
    memory_end(&m);
}

Test(json_document, what_was_meant_is_in_the_tree)
{
    struct memory m;
    struct json_document d;
    char *printed;

    memory_init(&m, 0);
    cr_assert(!json_document_read(
        &d, &m,
        TEXT("{a:01, 'b':tru, \"c\":[1,,2,], // x\n \"d\":1e3 \"a\":[5], 'e'=5ms, # y\n"
             " " ODD "f" EVEN ": 'it's' }")));
    printed = cJSON_PrintUnformatted(d.root);
    cr_expect_str_eq(printed, "{\"a\":1,\"b\":\"tru\",\"c\":[1,2],\"d\":1000,\"e\":\"5ms\","
                              "\"f\":\"it's\"}");
    free(printed);
    json_document_free(&d);
    memory_end(&m);
}

Test(json_document, places_of_keys_and_values)
{
    struct memory m;
    struct json_document d;
    const struct json_node *node;
    struct buffer pointer;
    const cJSON *item;

    memory_init(&m, 0);
    buffer_init(&pointer, &m);
    cr_assert(json_document_read(&d, &m, TEXT("{ \"a\": 1,\n  \"b\": [ 10,\n 1.0, 2e2 ] }")));
    item = cJSON_GetObjectItemCaseSensitive(d.root, "b");
    node = json_document_node(&d, item);
    cr_assert(node);
    cr_expect(node->key.line == 2 && node->key.column == 3);
    cr_expect(node->value.line == 2 && node->value.column == 8);
    node = json_document_node(&d, cJSON_GetArrayItem(item, 2));
    cr_expect(node->value.line == 3 && node->value.column == 7);
    cr_expect(node->whole && node->number == 200);
    cr_expect_eq(json_document_node(&d, cJSON_GetArrayItem(item, 1))->number, 1);
    json_document_put_pointer(&d, cJSON_GetArrayItem(item, 2), &pointer);
    cr_expect(text_equal(buffer_text(&pointer), TEXT("/b/2")));
    json_document_free(&d);
    memory_end(&m);
}

/* Numbers as people write them: value, and whether they are whole. */
static const struct {
    const char *text;
    bool whole;
    int64_t value;
} numbers[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"1.0", true, 1},
    {"1.50", false, 0},
    {"15e-1", false, 0},
    {"150e-1", true, 15},
    {"1e15", true, INT64_C(1000000000000000)},
    {"0.000000000000000000000000000001e30", true, 1},
    {"9007199254740991.0", true, INT64_C(9007199254740991)},
    {"-9007199254740991", true, INT64_C(-9007199254740991)},
    {"1234567890123456789012345e-10", false, 0},
    {"0e99999999999999999999", true, 0},
    {"1e-99999999999999999999", false, 0},
};

Test(json_document, numbers_are_exact)
{
    struct memory m;

    memory_init(&m, 0);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct json_document d;
        const struct json_node *node;

        cr_assert(json_document_read(&d, &m, text_of(numbers[i].text)), "%s", numbers[i].text);
        node = json_document_node(&d, d.root);
        cr_expect_eq(node->whole, numbers[i].whole, "%s", numbers[i].text);
        cr_expect_eq(node->whole ? node->number : 0, numbers[i].value, "%s", numbers[i].text);
        json_document_free(&d);
    }
    memory_end(&m);
}

/* Reader and document mean the same by "strict", where both apply. */
Test(json_document, reader_and_document_agree)
{
    static const char letters[] = "{}[]:,\"a1-. \\tru";
    struct memory m;
    struct buffer got;
    char text[8];
    uint64_t state = 1;

    memory_init(&m, 0);
    buffer_init(&got, &m);
    for (int i = 0; i < 200000; i++) {
        struct json_document d;
        size_t size;
        bool good;

        state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        size = 1 + (state >> 60) % sizeof text;
        for (size_t k = 0; k < size; k++)
            text[k] = letters[(state >> (k * 6 + 4)) % (sizeof letters - 1)];
        good = json_document_read(&d, &m, text_from(text, size));
        json_document_free(&d);
        if (memchr(text, '.', size)) /* a fraction: the document alone takes it */
            continue;
        tokens_of(text_from(text, size), JSON_UTF8, &m, &got);
        cr_assert_eq(good, got.at[got.size - 1] == '.', "%.*s", (int)size, text);
    }
    memory_end(&m);
}

/* Time must not grow faster than the text, whatever it holds. */
Test(json_document, a_million_of_anything_ends, .timeout = 120)
{
    static const char *const pieces[] = {"[", "{\"a\":", "\"", ",",  "}",      "]",   "{}",
                                         "'", "\\",      "//", "/*", "\"a\":", "01 ", "\xff"};
    struct memory m;

    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer text;
        struct json_document d;

        memory_init(&m, 0);
        buffer_init(&text, &m);
        for (int k = 0; k < 1000000; k++)
            buffer_put_string(&text, pieces[i]);
        cr_expect(!json_document_read(&d, &m, buffer_text(&text)), "%s", pieces[i]);
        cr_expect(d.mistake_count > 0 && d.mistake_count <= JSON_MISTAKES_MAX);
        json_document_free(&d);
        memory_end(&m);
    }
}

/* ---- writing ------------------------------------------------------------------------------- */

static void write_sample(struct json_writer *w)
{
    json_write_object(w);
    json_put_int(w, TEXT("n"), INT64_MIN);
    json_put_bool(w, TEXT("t"), true);
    json_write_key(w, TEXT("list"));
    json_write_flat_array(w);
    json_write_int(w, 1);
    json_write_null(w);
    json_write_bool(w, false);
    json_write_end(w);
    json_write_key(w, TEXT("o"));
    json_write_object(w);
    json_put_text(w, TEXT("u"), TEXT("\xc3\xa9\xf0\x9f\x93\xa7\xff\x01\"\\\n"));
    json_put_octets(w, TEXT("b"), TEXT("\xc3\xa9\x7f"));
    json_write_key(w, TEXT("raw"));
    json_write_raw(w, TEXT("[1]"));
    json_write_end(w);
    json_write_key(w, TEXT("e"));
    json_write_array(w);
    json_write_end(w);
    json_write_end(w);
}

Test(json_write, compact_and_pretty)
{
    struct memory m;
    struct buffer out;
    struct json_writer w;

    memory_init(&m, 0);
    buffer_init(&out, &m);
    json_writer_init(&w, &out, false);
    write_sample(&w);
    buffer_put_char(&out, '\0');
    cr_expect_str_eq(
        out.at,
        "{\"n\":-9223372036854775808,\"t\":true,\"list\":[1,null,false],\"o\":{\"u\":"
        "\"\\u00e9\\ud83d\\udce7\\ufffd\\u0001\\\"\\\\\\n\",\"b\":\"\\u00c3\\u00a9\\u007f\","
        "\"raw\":[1]},\"e\":[]}");
    buffer_clear(&out);
    json_writer_init(&w, &out, true);
    write_sample(&w);
    buffer_put_char(&out, '\0');
    cr_expect_str_eq(out.at,
                     "{\n  \"n\": -9223372036854775808,\n  \"t\": true,\n  \"list\": [1, null, "
                     "false],\n  \"o\": {\n    \"u\": "
                     "\"\\u00e9\\ud83d\\udce7\\ufffd\\u0001\\\"\\\\\\n\",\n    \"b\": "
                     "\"\\u00c3\\u00a9\\u007f\",\n    \"raw\": [1]\n  },\n  \"e\": []\n}");
    memory_end(&m);
}

/* The runs of plain octets are found eight at a time: every place in the eight is tried. */
Test(json_write, every_octet_at_every_place)
{
    struct memory m;
    struct buffer out;

    memory_init(&m, 0);
    buffer_init(&out, &m);
    for (int octet = 0; octet < 256; octet++)
        for (int place = 0; place < 17; place++) {
            char text[17];
            struct json_reader r;

            memset(text, 'x', sizeof text);
            text[place] = (char)octet;
            buffer_clear(&out);
            json_quote_octets(&out, text_from(text, sizeof text));
            json_reader_init(&r, &m, JSON_OCTETS);
            json_reader_open(&r, buffer_text(&out));
            cr_assert_eq(json_read(&r), JSON_STRING);
            cr_assert(text_equal(r.string, text_from(text, sizeof text)), "octet %d at %d", octet,
                      place);
            json_reader_free(&r);
        }
    memory_end(&m);
}

Test(json_write, messages_keep_letters_and_escape_what_disturbs_a_terminal)
{
    struct memory m;
    struct buffer out;

    memory_init(&m, 0);
    buffer_init(&out, &m);
    json_quote_message(&out, TEXT("\xc3\xa9\x1b[31m\x7f\xc2\x9b\xff"));
    cr_expect(text_equal(buffer_text(&out), TEXT("\"\xc3\xa9\\u001b[31m\\u007f\\u009b\\ufffd\"")),
              "%.*s", TEXT_ARG(buffer_text(&out)));
    memory_end(&m);
}
