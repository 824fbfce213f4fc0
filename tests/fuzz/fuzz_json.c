/*
 * fuzz_json.c - any octets as JSON, to the document and to the reader.
 *
 * A document is fine or has mistakes, each with a place in the text.  The reader ends, after no more
 * tokens than there are octets, and says the same error for ever.  What a document takes the reader
 * takes too, but for numbers that are not written plainly; what the reader takes has no mistakes for the
 * document but those that it alone looks for.  What is fine is so for cJSON as well.
 */
#include <cjson/cJSON.h>

#include "sim/json/read.h"
#include "sim/json/write.h"
#include "tests/fuzz/fuzz.h"

static uint32_t count_lines(struct text t)
{
    uint32_t lines = 1;

    for (size_t i = 0; i < t.size; i++)
        lines += t.at[i] == '\n';
    return lines;
}

static void check_mistakes(const struct json_document *d, struct text t)
{
    uint32_t lines = count_lines(t);

    WANT(d->mistake_count <= JSON_MISTAKES_MAX);
    for (uint32_t i = 0; i < d->mistake_count; i++) {
        const struct json_mistake *m = &d->mistakes[i];

        WANT(m->at.line >= 1 && m->at.line <= lines && m->at.column >= 1);
        WANT(m->at.column <= t.size + 1);
        WANT(m->what.size > 0);
        WANT(m->pointer.size == 0 || m->pointer.at[0] == '/');
    }
}

static bool is_own_rule(const struct json_document *d)
{
    static const char *const words[] = {"twice", "duplicate", "number", "U+0000", "deep"};

    for (uint32_t i = 0; i < d->mistake_count; i++) {
        const struct json_mistake *m = &d->mistakes[i];
        bool known = false;

        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
            known = known || memmem(m->what.at, m->what.size, words[w], strlen(words[w])) != NULL;
        if (!known) {
            fprintf(stderr, "%.*s\n", TEXT_ARG(m->what));
            return false;
        }
    }
    return true;
}

/* Reads to the end; true if there was no mistake. */
static bool read_all(struct json_reader *r, struct text t, enum json_strings strings)
{
    size_t tokens = 0;
    enum json_token token;

    json_reader_open(r, t);
    r->strings = strings;
    while ((token = json_read(r)) != JSON_END && token != JSON_MISTAKE)
        WANT(++tokens <= t.size);
    if (token == JSON_END)
        return tokens > 0;
    WANT(r->error != NULL && r->token_at <= t.size);
    WANT(json_read(r) == JSON_MISTAKE);
    return false;
}

/* A quoted text is read back as it was, where it was UTF-8. */
static void try_quoting(struct memory *memory, struct text t)
{
    struct json_reader r;
    struct buffer b;

    buffer_init(&b, memory);
    json_quote_octets(&b, t);
    json_reader_init(&r, memory, JSON_OCTETS);
    json_reader_open(&r, buffer_text(&b));
    WANT(json_read(&r) == JSON_STRING && text_equal(r.string, t));
    WANT(json_read(&r) == JSON_END);
    buffer_clear(&b);
    json_quote_text(&b, t);
    json_reader_open(&r, buffer_text(&b));
    r.strings = JSON_UTF8;
    WANT(json_read(&r) == JSON_STRING);
    json_reader_free(&r);
    buffer_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = text_from((const char *)data, size);
    struct memory memory;
    struct json_document d;
    struct json_reader r;

    memory_init(&memory, 0);
    bool fine = json_document_read(&d, &memory, t);
    WANT(fine == (d.mistake_count == 0 && d.mistakes_left_out == 0));
    WANT(!fine || (d.root != NULL && d.node_count > 0));
    check_mistakes(&d, t);
    json_reader_init(&r, &memory, JSON_UTF8);
    bool read = read_all(&r, t, JSON_UTF8);
    if (fine && !read) /* 1.0, 1e3 */
        WANT(r.token_at < t.size && (t.at[r.token_at] == '-' || t.at[r.token_at] == '.' ||
                                     (t.at[r.token_at] | 0x20) == 'e' ||
                                     (t.at[r.token_at] >= '0' && t.at[r.token_at] <= '9')));
    if (read && !fine)
        WANT(is_own_rule(&d));
    if (fine) {
        cJSON *tree = cJSON_ParseWithLength(t.at, t.size);
        WANT(tree != NULL);
        cJSON_Delete(tree);
    }
    read_all(&r, t, JSON_OCTETS);
    json_reader_free(&r);
    json_document_free(&d);
    try_quoting(&memory, t);
    memory_end(&memory);
    return 0;
}
