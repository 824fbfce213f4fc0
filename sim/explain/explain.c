/*
 * explain.c - finds words and prints what they mean.
 */
#include "sim/explain/explain.h"

#include <assert.h>

#include "sim/explain/entries.h"
#include "sim/explain/print.h"
#include "sim/explain/words.h"
#include "sim/trace/trace.h"

static const struct {
    const char *one, *several;
} topics[] = {
#define X(suffix, one, several) {one, several},
    EXPLAIN_TOPICS(X)
#undef X
};

/* ---- looking up ------------------------------------------------------------------------------- */

enum { SETS_MAX = 2 };

/* The written entries of a topic, in up to two tables. */
static size_t sets_of(enum explain_topic topic, struct explain_entries sets[SETS_MAX])
{
    switch (topic) {
    case EXPLAIN_CODE: sets[0] = explain_codes(); return 1;
    case EXPLAIN_STATUS: sets[0] = explain_statuses(); return 1;
    case EXPLAIN_VERB: sets[0] = explain_verbs(); return 1;
    case EXPLAIN_EXTENSION: sets[0] = explain_extensions(); return 1;
    case EXPLAIN_RULE: sets[0] = explain_rules(); return 1;
    case EXPLAIN_TERM:
        sets[0] = explain_terms_mail();
        sets[1] = explain_terms_network();
        return 2;
    case EXPLAIN_KIND:
    case EXPLAIN_TABLE:
    case EXPLAIN_TOPIC_COUNT: break;
    }
    return 0;
}

static bool is_called(const struct explain_entry *e, struct text word)
{
    if (text_equal_nocase(word, text_of(e->name)))
        return true;
    struct text also = e->also ? text_of(e->also) : TEXT("");
    while (also.size > 0) {
        size_t end = text_find(also, '|');
        if (text_equal_nocase(word, (struct text){also.at, end}))
            return true;
        also = text_after(also, end + 1);
    }
    return false;
}

/* "5.1.1" is written down as "X.1.1". */
static bool is_status(struct text word)
{
    return word.size >= 5 && word.size < 12 && (strchr("245Xx", word.at[0])) && word.at[1] == '.';
}

static const struct explain_entry *entry_of_status(struct text word)
{
    char any[12];
    if (!is_status(word))
        return NULL;
    memcpy(any, word.at, word.size);
    any[0] = 'X';
    struct explain_entries all = explain_statuses();
    for (size_t i = 0; i < all.count; i++)
        if (is_called(&all.at[i], (struct text){any, word.size}))
            return &all.at[i];
    return NULL;
}

const struct explain_entry *explain_entry(enum explain_topic topic, struct text name)
{
    if (topic == EXPLAIN_STATUS)
        return entry_of_status(name);
    struct explain_entries sets[SETS_MAX];
    size_t count = sets_of(topic, sets);
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sets[s].count; i++)
            if (is_called(&sets[s].at[i], name))
                return &sets[s].at[i];
    return NULL;
}

/* ---- what is printed from tables that run -------------------------------------------------------- */

static const struct {
    const char *name, *also;
    void (*print)(struct buffer *out);
} tables[] = {
    {"states", "state table", explain_states},
    {"simplifications", "simplified", explain_simplifications},
    {"words", "list", explain_list},
};

enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };

static void put_table_heading(struct buffer *out, enum explain_topic topic)
{
    if (out->size > 0)
        buffer_put_char(out, '\n');
    buffer_put_string(out, topics[topic].several);
    buffer_put_char(out, '\n');
}

/* ---- explanations ----------------------------------------------------------------------------------- */

/* "550 - mailbox not available, or refused (reply code)" */
static void put_heading(struct buffer *out, struct text name, const char *title, const char *what)
{
    if (out->size > 0 && out->at[out->size - 1] == '\n')
        buffer_put_char(out, '\n');
    struct buffer line;
    buffer_init(&line, out->memory);
    buffer_put_text(&line, name);
    buffer_put_string(&line, " - ");
    buffer_put_string(&line, title);
    buffer_put_string(&line, " (");
    buffer_put_string(&line, what);
    buffer_put_char(&line, ')');
    print_wrapped(out, 0, 4, buffer_text(&line));
    buffer_free(&line);
}

/* A command's title is its form, name included: "RCPT TO:<address> - one recipient". */
static void put_entry(struct buffer *out, struct text name, const struct explain_entry *e,
                      const char *what)
{
    const char *dash = strstr(e->title, " - ");
    if (dash) {
        struct text form = {e->title, (size_t)(dash - e->title)};
        put_heading(out, form, dash + 3, what);
    } else {
        put_heading(out, name, e->title, what);
    }
    print_wrapped(out, 2, 2, text_of(e->text));
    if (strcmp(e->source, "-") != 0)
        print_wrapped(out, 2, 4, text_of(e->source));
}

static const char *class_words(char class)
{
    switch (class) {
    case '2': return "enhanced status; class 2: success";
    case '4': return "enhanced status; class 4: temporary";
    case '5': return "enhanced status; class 5: permanent";
    default: return "enhanced status";
    }
}

/* A code that the RFC does not name: its first digit says what to do (RFC 5321 4.2, 4.3.2). */
static bool put_unknown_code(struct text word, struct buffer *out)
{
    int64_t code;
    if (word.size != 3 || !text_to_int(word, &code) || code < 200 || code > 599)
        return false;
    char class[4] = {word.at[0], 'y', 'z', '\0'};
    const struct explain_entry *e = explain_entry(EXPLAIN_TERM, text_of(class));
    assert(e);
    put_heading(out, word, e->title, "reply code without a meaning of its own");
    print_wrapped(out, 2, 2,
                  TEXT("No RFC that we know names this code. Its first digit is enough."));
    print_wrapped(out, 2, 2, text_of(e->text));
    print_wrapped(out, 2, 4, TEXT("RFC 5321 4.2, 4.3.2"));
    return true;
}

static bool put_topic(enum explain_topic topic, struct text word, struct buffer *out)
{
    if (topic == EXPLAIN_KIND) {
        enum trace_kind kind = trace_kind_find(word);
        if (kind == TRACE_KIND_COUNT)
            return false;
        print_kind(out, kind);
        return true;
    }
    if (topic == EXPLAIN_TABLE) {
        for (size_t i = 0; i < TABLE_COUNT; i++)
            if (text_equal_nocase(word, text_of(tables[i].name)) ||
                text_equal_nocase(word, text_of(tables[i].also))) {
                tables[i].print(out);
                return true;
            }
        return false;
    }
    const struct explain_entry *e = explain_entry(topic, word);
    if (!e)
        return topic == EXPLAIN_CODE && put_unknown_code(word, out);
    if (topic == EXPLAIN_STATUS)
        put_entry(out, word, e, class_words(word.at[0]));
    else
        put_entry(out, text_of(e->name), e, topics[topic].one);
    return true;
}

enum explain_topic explain_find(struct text word, struct buffer *out)
{
    word = text_trim(word);
    if (word.size > 1 && word.at[word.size - 1] == '.')
        word.size--;
    enum explain_topic first = EXPLAIN_NOTHING;
    for (unsigned t = 0; t < EXPLAIN_TOPIC_COUNT; t++)
        if (put_topic((enum explain_topic)t, word, out) && first == EXPLAIN_NOTHING)
            first = (enum explain_topic)t;
    if (first != EXPLAIN_NOTHING)
        return first;
    struct buffer near;
    buffer_init(&near, out->memory);
    explain_suggest(word, &near);
    if (near.size > 0) {
        buffer_put_string(out, "Did you mean ");
        buffer_put_text(out, buffer_text(&near));
        buffer_put_string(out, "?\n");
    }
    buffer_free(&near);
    return EXPLAIN_NOTHING;
}

/* ---- all words ---------------------------------------------------------------------------------------- */

void explain_each_word(void *context, void (*use)(void *context, struct text word, bool main))
{
    for (unsigned t = 0; t < EXPLAIN_TOPIC_COUNT; t++) {
        struct explain_entries sets[SETS_MAX];
        size_t count = sets_of((enum explain_topic)t, sets);
        for (size_t s = 0; s < count; s++)
            for (size_t i = 0; i < sets[s].count; i++) {
                const struct explain_entry *e = &sets[s].at[i];
                use(context, text_of(e->name), true);
                struct text also = e->also ? text_of(e->also) : TEXT("");
                for (size_t end; also.size > 0; also = text_after(also, end + 1)) {
                    end = text_find(also, '|');
                    use(context, (struct text){also.at, end}, false);
                }
            }
    }
    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++)
        use(context, text_of(trace_kind_info((enum trace_kind)k)->name), true);
    for (size_t i = 0; i < TABLE_COUNT; i++)
        use(context, text_of(tables[i].name), true);
}

/* The first of the next names by the alphabet; the tables are sorted where there are several. */
static const char *next_name(const struct explain_entries sets[SETS_MAX], size_t count,
                             size_t at[SETS_MAX])
{
    size_t best = SETS_MAX;
    for (size_t s = 0; s < count; s++) {
        if (at[s] == sets[s].count)
            continue;
        if (best == SETS_MAX || words_compare(text_of(sets[s].at[at[s]].name),
                                              text_of(sets[best].at[at[best]].name)) < 0)
            best = s;
    }
    return best == SETS_MAX ? NULL : sets[best].at[at[best]++].name;
}

static void list_topic(struct buffer *out, enum explain_topic topic)
{
    struct explain_entries sets[SETS_MAX];
    size_t count = sets_of(topic, sets), at[SETS_MAX] = {0};
    struct buffer names;
    buffer_init(&names, out->memory);
    for (const char *name; (name = next_name(sets, count, at));)
        print_item(&names, name);
    for (unsigned k = 0; topic == EXPLAIN_KIND && k < TRACE_KIND_COUNT; k++)
        print_item(&names, trace_kind_info((enum trace_kind)k)->name);
    for (size_t i = 0; topic == EXPLAIN_TABLE && i < TABLE_COUNT; i++)
        print_item(&names, tables[i].name);
    put_table_heading(out, topic);
    print_wrapped(out, 2, 2, buffer_text(&names));
    buffer_free(&names);
}

void explain_list(struct buffer *out)
{
    for (unsigned t = 0; t < EXPLAIN_TOPIC_COUNT; t++)
        list_topic(out, (enum explain_topic)t);
}

void explain_simplifications(struct buffer *out)
{
    struct explain_entries all = explain_simplified();
    print_wrapped(
        out, 0, 0,
        TEXT("What smtplab does otherwise than the real protocols, so that nobody learns it "
             "from here as the truth:"));
    for (size_t i = 0; i < all.count; i++)
        put_entry(out, text_of(all.at[i].name), &all.at[i], "simplified");
}
