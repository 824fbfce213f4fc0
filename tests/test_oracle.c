/*
 * test_oracle.c - the measured dialogues of real servers (tests/oracle/dialogues.json) against the
 * pure server session.
 *
 * A hard step (all servers measured agree, and none departs from the RFC) must bring the same codes;
 * a step with rfc_allows one of those.  Every dialogue is played whole, in single octets and in
 * random pieces: the codes are judged each time, and the acts must be the same to the letter.
 *
 * A handshake is a word between the two sides here ("tls-ok"); the submission listener wants a login
 * before MAIL.
 */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/smtp_play.h"

enum { CUT_WHOLE = 0, CUT_OCTETS = 1, CUT_RANDOM = 40 };

struct tally {
    int dialogues, hard, allowed, unjudged; /* steps but for the first */
    int stricter;                           /* dialogues left for our stricter answer */
};

static cJSON *load(const char *path)
{
    FILE *f = fopen(path, "rb");
    long size;
    char *octets;
    cJSON *json;

    cr_assert(f != NULL, "%s", path);
    fseek(f, 0, SEEK_END);
    size = ftell(f);
    rewind(f);
    octets = calloc((size_t)size + 1, 1);
    cr_assert(fread(octets, 1, (size_t)size, f) == (size_t)size);
    fclose(f);
    json = cJSON_Parse(octets);
    free(octets);
    cr_assert(json != NULL && cJSON_IsArray(json));
    return json;
}

static const char *string_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsString(item) ? item->valuestring : NULL;
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : ascii_lower(c) - 'a' + 10;
}

/* \r \n \t \\ \xNN; returns how much of `s` it was. */
static size_t unescape(const char *s, char *out)
{
    if (s[0] != '\\') {
        *out = s[0];
        return 1;
    }
    if (s[1] == 'x') {
        *out = (char)(hex(s[2]) * 16 + hex(s[3]));
        return 4;
    }
    *out = s[1] == 'r' ? '\r' : s[1] == 'n' ? '\n' : s[1] == 't' ? '\t' : s[1];
    return 2;
}

/* The octets of a "send": escapes, and {"unit"*n} repeats. */
static void put_octets(struct buffer *out, const char *s)
{
    while (*s != '\0') {
        char c;

        if (s[0] == '{' && s[1] == '"' && strstr(s, "\"*") != NULL) {
            size_t unit = out->size, length;
            long count;

            for (s += 2; *s != '"';) {
                s += unescape(s, &c);
                buffer_put_char(out, c);
            }
            length = out->size - unit;
            count = strtol(s + 2, (char **)&s, 10);
            cr_assert(*s++ == '}' && count > 0);
            for (buffer_reserve(out, length * (size_t)count); --count > 0;)
                buffer_put(out, out->at + unit, length);
            continue;
        }
        s += unescape(s, &c);
        buffer_put_char(out, c);
    }
}

/* "250 2.1.0 | 250 2.1.5 *2 | +354" -> "250 *3"...: codes alone, runs joined, as ours are put. */
static void put_plain(struct buffer *out, const char *expect)
{
    char last[8] = "";
    int run = 0;
    bool first = true;

    for (const char *s = expect; s != NULL;) {
        const char *bar = strstr(s, " | "), *star = strstr(s, "*");
        int count = star != NULL && (bar == NULL || star < bar) ? atoi(star + 1) : 1;
        char code[8] = "";

        s += *s == '+';
        snprintf(code, sizeof code, "%.*s", s[0] >= '0' && s[0] <= '9' ? 3 : 4, s);
        if (run > 0 && strcmp(code, last) == 0) {
            run += count;
        } else {
            if (run > 1) {
                buffer_put_string(out, " *");
                buffer_put_int(out, run);
            }
            buffer_put_string(out, first ? "" : " | ");
            buffer_put_string(out, code);
            snprintf(last, sizeof last, "%s", code);
            run = count;
            first = false;
        }
        s = bar != NULL ? bar + 3 : NULL;
    }
    if (run > 1) {
        buffer_put_string(out, " *");
        buffer_put_int(out, run);
    }
}

static bool is_measured(const cJSON *step, struct text got, struct memory *m)
{
    const cJSON *answer;
    bool found = false;

    cJSON_ArrayForEach(answer, cJSON_GetObjectItemCaseSensitive(step, "expect"))
    {
        struct buffer plain;

        buffer_init(&plain, m);
        put_plain(&plain, answer->valuestring);
        found |= text_equal(buffer_text(&plain), got);
        buffer_free(&plain);
    }
    return found;
}

/* rfc_allows: "250|501", "none|5..": the first reply must be one of them. */
static bool is_allowed(const char *allows, struct text got)
{
    while (*allows != '\0') {
        size_t size = strcspn(allows, "|");

        if (size >= 3 && allows[1] == '.' && got.size > 0 && got.at[0] == allows[0])
            return true;
        if (size <= got.size && memcmp(allows, got.at, size) == 0)
            return true;
        allows += size + (allows[size] == '|');
    }
    return false;
}

struct judge {
    struct tally *tally;
    const char *id;
    struct memory *memory;
};

/* False: our answer is allowed but stricter than what was measured, so the rest does not apply. */
static bool judge_step(struct judge *j, const cJSON *step, struct text got)
{
    const char *allows = string_of(step, "rfc_allows");
    const char *send = string_of(step, "send");

    if (strncmp(send, "(client closes", 14) == 0) { /* nobody reads what comes */
        j->tally->unjudged++;
    } else if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(step, "hard"))) {
        if (!is_measured(step, got, j->memory)) {
            cr_assert(allows != NULL && is_allowed(allows, got), "%s %.60s: got %.*s", j->id, send,
                      TEXT_ARG(got));
            j->tally->stricter++;
            return false;
        }
        j->tally->hard++;
    } else if (allows != NULL) {
        cr_expect(is_allowed(allows, got), "%s %.60s: got %.*s, want %s", j->id, send,
                  TEXT_ARG(got), allows);
        j->tally->allowed++;
    } else {
        j->tally->unjudged++;
    }
    return true;
}

/* What the server says to one step, as plain codes. */
static void take_step(struct play *p, const char *send, size_t cut, struct buffer *got)
{
    struct buffer octets;

    if (strcmp(send, "(connect)") == 0) {
        play_start(p);
    } else if (strncmp(send, "(client closes", 14) == 0) {
        play_lost(p);
    } else if (strcmp(send, "(TLS handshake)") == 0) {
        buffer_put_string(got, p->seal ? "tls-" : "none"); /* as put_plain() cuts it */
        if (p->seal)
            play_tls_up(p);
        return;
    } else if (send[0] != '(') {
        buffer_init(&octets, &p->memory);
        put_octets(&octets, send);
        play_send(p, buffer_text(&octets), cut, 2);
        buffer_free(&octets);
    }
    play_codes_plain(p, got);
}

static void play_early_talker(struct play *p, const char *send)
{
    struct smtp_answer yes = {.verdict = SMTP_ACCEPT};
    struct buffer octets;

    buffer_init(&octets, &p->memory);
    put_octets(&octets, send);
    p->late = true;
    play_start(p);
    play_send(p, buffer_text(&octets), 0, 0);
    p->late = false;
    play_answer(p, &yes);
    buffer_free(&octets);
}

static struct smtp_server_options listener_options(const char *listener)
{
    struct smtp_server_options options = play_tls_options();

    options.lmtp = strcmp(listener, "LMTP") == 0;
    if (options.lmtp || strcmp(listener, "strict") == 0) {
        options.tls = SMTP_TLS_NONE;
        options.mechanisms = 0;
    }
    return options;
}

/* Plays one dialogue; its acts as text end up in `log`. */
static void play_dialogue(const cJSON *dialogue, size_t cut, struct tally *tally,
                          struct buffer *log)
{
    struct judge judge = {tally, string_of(dialogue, "id"), log->memory};
    const char *listener = string_of(dialogue, "listener");
    const char *early = string_of(dialogue, "send_before_greeting");
    const cJSON *step;
    struct play p;

    play_begin(&p, listener_options(listener));
    if (strcmp(listener, "submission") == 0) { /* RFC 6409 4.3 */
        p.at = SMTP_ASK_SENDER;
        p.answer = (struct smtp_answer){
            .verdict = SMTP_REFUSE, .code = 530, .enhanced = TEXT_INIT("5.7.0")};
    }
    if (early != NULL)
        play_early_talker(&p, early);
    cJSON_ArrayForEach(step, cJSON_GetObjectItemCaseSensitive(dialogue, "steps"))
    {
        const char *send = string_of(step, "send");
        struct buffer got;

        if (p.closed)
            break;
        buffer_init(&got, &p.memory);
        take_step(&p, send, cut, &got);
        /* The early talker's greeting and the reply to what it said come together. */
        if (!judge_step(&judge, step, buffer_text(&got)))
            break;
    }
    tally->dialogues++;
    buffer_put_text(log, buffer_text(&p.log));
    play_end(&p);
}

static void play_all(const cJSON *all, size_t cut, struct tally *tally, struct buffer *log)
{
    const cJSON *dialogue;

    cJSON_ArrayForEach(dialogue, all) play_dialogue(dialogue, cut, tally, log);
}

static const struct {
    const char *name;
    size_t cut;
} cuts[] = {{"whole", CUT_WHOLE}, {"octets", CUT_OCTETS}, {"random", CUT_RANDOM}, {"pairs", 2}};

/* Says where two logs part. */
static void expect_same(const char *name, struct text got, struct text want)
{
    size_t at = 0, line = 0;

    while (at < got.size && at < want.size && got.at[at] == want.at[at]) {
        at++;
        if (got.at[at - 1] == '\n')
            line = at;
    }
    got = text_after(got, line);
    want = text_after(want, line);
    cr_expect(text_equal(got, want),
              "%s: the acts differ from those of whole octets: %.*s, not %.*s", name,
              (int)text_find(got, '\n'), got.at, (int)text_find(want, '\n'), want.at);
}

Test(oracle, measured_dialogues_whole_and_cut)
{
    cJSON *all = load("tests/oracle/dialogues.json");
    struct buffer logs[sizeof cuts / sizeof cuts[0]];
    struct memory memory;

    memory_init(&memory, 0);
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct tally t = {0};

        buffer_init(&logs[i], &memory);
        play_all(all, cuts[i].cut, &t, &logs[i]);
        printf("oracle %s: %d dialogues; steps: %d hard, %d allowed by the RFC, %d not judged; %d "
               "dialogues left where we are stricter\n",
               cuts[i].name, t.dialogues, t.hard, t.allowed, t.unjudged, t.stricter);
        cr_expect(t.dialogues >= 112 && t.hard >= 500 && t.allowed >= 80);
        cr_expect(t.stricter == 1, "bare LF ends no command (E26), and nothing else is stricter");
        expect_same(cuts[i].name, buffer_text(&logs[i]), buffer_text(&logs[0]));
    }
    memory_end(&memory);
    cJSON_Delete(all);
}
