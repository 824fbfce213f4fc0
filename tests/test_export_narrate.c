/*
 * The sentences of the window: every record has some, of the right length, and these are exact.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/export/narrate.h"
#include "sim/replay/record.h"
#include "sim/replay/steps.h"
#include "tests/replay_lab.h"
#include "tests/text_lab.h"

/* Characters of clean UTF-8; fails the test if it is not. */
static size_t characters(struct text t)
{
    size_t count = 0;

    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];
        size_t size = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;

        cr_assert(c >= 0x20 && c != 0x7F && (c & 0xC0) != 0x80, "%.*s", TEXT_ARG(t));
        for (size_t k = 1; k < size; k++)
            cr_assert(i + k < t.size && ((unsigned char)t.at[i + k] & 0xC0) == 0x80);
        i += size - 1;
        count++;
    }
    return count;
}

static void check_form(struct replay_lab *l, const struct recording *r, uint32_t at,
                       const struct narration *n, const char *name)
{
    struct text head = buffer_text(&n->headline), detail = buffer_text(&n->detail);
    struct buffer b;

    buffer_init(&b, l->memory);
    record_put(&b, r->lines[at].record);
    cr_assert(head.size > 0 && detail.size > 0, "%s: %.*s", name, TEXT_ARG(buffer_text(&b)));
    cr_assert(characters(head) <= NARRATE_HEADLINE && characters(detail) <= NARRATE_DETAIL);
    cr_assert(head.at[head.size - 1] != '.' && head.at[head.size - 1] != ' ', "%.*s",
              TEXT_ARG(head));
    cr_assert(strchr(".?\xA6", detail.at[detail.size - 1]), "%.*s", TEXT_ARG(detail));
    for (const char *const *bad = (const char *const[]){"  ", "%", "..", " .", "(null)", NULL};
         *bad; bad++)
        cr_assert(!text_has(head, *bad) || strcmp(*bad, "..") == 0, "%s: %.*s", name,
                  TEXT_ARG(head));
    buffer_free(&b);
}

static void narrates_steps(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct steps steps;
    struct narration n;

    replay_lab_record(&r, l);
    steps_init(&steps, l->memory, &r);
    steps_extend(&steps);
    narration_init(&n, l->memory);
    for (uint32_t i = 0; i < steps.count; i++) {
        uint32_t at = steps.items[i].record;

        narrate(&n, &r, at);
        check_form(l, &r, at, &n, name);
        cr_assert(!text_has(buffer_text(&n.headline), "somebody"), "%s: %.*s", name,
                  TEXT_ARG(buffer_text(&n.headline)));
        if (r.lines[at].record->kind == TRACE_SMTP_REPLY)
            cr_assert_eq(n.code, RECORDING_DATA(&r.lines[at], smtp_reply)->code);
        cr_assert(!text_has(buffer_text(&n.detail), "A record of the kind"), "%s: %.*s", name,
                  TEXT_ARG(buffer_text(&n.headline)));
    }
}

Test(narrate, every_step_of_every_scenario)
{
    replay_lab_each(TRACE_ALL_LAYERS, narrates_steps);
}

static void narrates_all(struct replay_lab *l, const char *name)
{
    struct recording r;
    struct narration n;

    replay_lab_record(&r, l);
    narration_init(&n, l->memory);
    for (uint32_t i = 0; i < r.count; i++) {
        narrate(&n, &r, i);
        check_form(l, &r, i, &n, name);
    }
}

Test(narrate, every_record_of_random_worlds)
{
    replay_lab_each(TRACE_ALL_LAYERS, narrates_all);
    replay_lab_swarm(1000, 60, TRACE_ALL_LAYERS, narrates_all);
}

/* Names and words from outside may be long, empty, no UTF-8, or full of control characters. */
Test(narrate, whatever_the_words_are)
{
    static const char *const words[] = {"",      "\x1B[31m\r\n\t", "\xFF\xFE\x80", "<<<>>>",
                                        "a@b@c", "%H%x%d",         "........"};
    struct replay_lab l;
    struct recording r;
    struct narration n;
    char longest[3000];

    replay_lab_run(&l, "two-of-three", TRACE_ALL_LAYERS);
    memset(longest, '\xC3', sizeof longest);
    narration_init(&n, l.memory);
    for (size_t w = 0; w <= sizeof words / sizeof words[0]; w++) {
        struct text word = w < sizeof words / sizeof words[0] ? text_of(words[w])
                                                              : text_from(longest, sizeof longest);

        recording_init(&r, l.memory, &l.cast);
        for (uint32_t i = 0; i < l.count; i++) { /* all texts of all records are this word */
            const struct trace_kind_info *info = trace_kind_info(l.records[i]->kind);
            struct trace_record copy = *l.records[i];
            char data[400];

            cr_assert(info->size <= sizeof data);
            memcpy(data, copy.data, info->size);
            copy.data = data;
            for (size_t f = 0; f < info->field_count; f++)
                if (info->fields[f].type == TRACE_TEXT)
                    memcpy(data + info->fields[f].offset, &word, sizeof word);
            recording_add(&r, &copy);
        }
        for (uint32_t i = 0; i < r.count; i++) {
            narrate(&n, &r, i);
            cr_assert(n.headline.size > 0);
            cr_assert(characters(buffer_text(&n.headline)) <= NARRATE_HEADLINE);
            cr_assert(characters(buffer_text(&n.detail)) <= NARRATE_DETAIL);
        }
    }
    replay_lab_free(&l);
}

/* ---- exact sentences ------------------------------------------------------------------------ */

static const struct row {
    const char *scenario, *headline, *detail;
    int64_t code;
} rows[] = {
#include "tests/golden/narrate.inc"
};

static bool said(struct replay_lab *l, const struct row *row)
{
    struct recording r;
    struct narration n;

    replay_lab_record(&r, l);
    narration_init(&n, l->memory);
    for (uint32_t i = 0; i < r.count; i++) {
        narrate(&n, &r, i);
        if (n.code == row->code && text_equal(buffer_text(&n.headline), text_of(row->headline)) &&
            text_equal(buffer_text(&n.detail), text_of(row->detail)))
            return true;
    }
    return false;
}

Test(narrate, exact_sentences)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct replay_lab l;

        replay_lab_run(&l, rows[i].scenario, TRACE_ALL_LAYERS);
        cr_expect(said(&l, &rows[i]), "%s: %s", rows[i].scenario, rows[i].headline);
        replay_lab_free(&l);
    }
}

/* ---- inputs ---------------------------------------------------------------------------------- */

#define HOSTS                                                                                      \
    "{\"smtplab\":1,\"hosts\":{\"alice-pc\":{\"mua\":{\"name\":\"Alice\","                         \
    "\"mailbox\":\"alice@uni.example\",\"server\":\"mail.uni.example\"}},\"bulk\":{\"stranger\":{" \
    "}},"                                                                                          \
    "\"mail.uni.example\":{\"msa\":{},\"mta\":{},\"mda\":{\"mailboxes\":[\"alice\",\"bob\"]}},"    \
    "\"ns\":{\"dns\":{\"zones\":\"all\"}}},\"zones\":{\"uni.example\":{}},"                        \
    "\"timeline\":[{\"at\":\"1s\","

static void check_input(const char *entry, const char *headline, const char *detail)
{
    struct replay_lab l;
    struct recording r;
    struct narration n;
    char scenario[2000];

    snprintf(scenario, sizeof scenario, HOSTS "%s}]}", entry);
    replay_lab_run_text(&l, text_of(scenario), WATCHED_LAYERS);
    replay_lab_record(&r, &l);
    narration_init(&n, l.memory);
    narrate(&n, &r, replay_lab_nth(&r, TRACE_SIM_INPUT, NULL, 0));
    cr_expect(text_equal(buffer_text(&n.headline), text_of(headline)), "%s: %.*s", entry,
              TEXT_ARG(buffer_text(&n.headline)));
    cr_expect(text_equal(buffer_text(&n.detail), text_of(detail)), "%s: %.*s", entry,
              TEXT_ARG(buffer_text(&n.detail)));
    replay_lab_free(&l);
}

/* Only what was asked for, no keys and no defaults. */
Test(narrate, inputs_in_plain_words)
{
#define SERVER "\"on\":\"mail.uni.example\","
#define LAST   "Entry 1 of the timeline."
    static const char *const inputs[][3] = {
        {"\"on\":\"alice-pc\",\"send\":{\"to\":\"bob@uni.example\"}",
         "Alice writes to bob@uni.example", LAST},
        {"\"on\":\"alice-pc\",\"send\":{\"to\":[\"bob@uni.example\",\"alice@uni.example\"],"
         "\"cc\":\"bob@uni.example\",\"subject\":\"A \\\"B\\\", C\",\"times\":3,\"every\":\"2s\"}",
         "Alice writes to bob@uni.example and 2 more",
         "3 letters, one every 2s. Subject \"A \"B\", C\". " LAST},
        {"\"on\":\"bulk\",\"send\":{\"to\":\"bob@uni.example\",\"from\":\"ceo@bank.example\","
         "\"server\":\"mail.uni.example\"}",
         "bulk writes to bob@uni.example",
         "The envelope names ceo@bank.example as its sender. "
         "It is to be handed to mail.uni. " LAST},
        {SERVER "\"crash\":true", "The power of mail.uni is cut", LAST},
        {SERVER "\"crash\":{\"to\":\".\",\"when\":\"after\"}",
         "The power of mail.uni will be cut at the next end of a letter",
         "After its reply is sent. " LAST},
        {SERVER "\"stop\":true", "mail.uni is stopped in good order", LAST},
        {SERVER "\"answer\":{\"to\":\"RCPT\",\"with\":\"451 4.3.0 later\",\"times\":4,"
                "\"client\":\"alice-pc\"}",
         "mail.uni will answer the next RCPT with 451 4.3.0 later",
         "Only where alice-pc is the client. 4 times. " LAST},
        {SERVER "\"drop\":{\"to\":\"connect\"}",
         "The reply of mail.uni to the next new connection will be lost",
         "And the connection with it. " LAST},
        {SERVER "\"delay\":{\"to\":\"DATA\",\"by\":\"10s\",\"nth\":2}",
         "The reply of mail.uni to the next DATA will be 10s late",
         "From number 2 of them on. " LAST},
        {SERVER "\"close\":true", "mail.uni closes its connections", LAST},
        {SERVER "\"link\":{\"state\":\"down\"}",
         "The link between mail.uni and the internet is cut", LAST},
        {SERVER "\"link\":{\"latency\":\"5s\",\"loss\":\"20%\"}",
         "The link between mail.uni and the internet now takes 5s",
         "A packet is under way for 5s. Lost are 20% of the packets. " LAST},
        {SERVER "\"set\":{\"/mta/relay\":[\"allow anyone\"]}", "mail.uni now relays for anyone",
         LAST},
        {SERVER "\"set\":{\"/mta/relay\":[\"allow from 192.0.2.0/24\",\"refuse\"]}",
         "Who may relay through mail.uni changes",
         "The rules are now: allow from 192.0.2.0/24, refuse. " LAST},
        {"\"on\":\"ns\",\"set\":{\"/zones/uni.example/mx\":[\"0 .\"]}",
         "uni.example says by a null MX that it takes no mail", LAST},
        {"\"on\":\"ns\",\"set\":{\"/zones/uni.example/mx\":[\"10 mail.uni.example\"]}",
         "The MX records of uni.example change", "They are now: 10 mail.uni.example. " LAST},
        {"\"on\":\"bulk\",\"probe\":{\"server\":\"mail.uni.example\",\"to\":\"bob@uni.example\"}",
         "bulk asks mail.uni what it would take", "From <>, to bob@uni.example. " LAST},
    };

    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        check_input(inputs[i][0], inputs[i][1], inputs[i][2]);
}
