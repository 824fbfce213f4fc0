/*
 * schema_lesson.c - the table of keys: a lesson's cards and questions, and what a run is expected to do.
 */
#include "sim/scenario/schema_parts.h"

static const struct schema_type matcher = {.kind = SCHEMA_MATCHER};

/* ---- lesson -------------------------------------------------------------------------------- */

static const struct schema_type id = TEXT_TYPE(FORM_LOCAL_PART);
static const struct schema_type choices = {
    .kind = SCHEMA_LIST, .item = &schema_any_text, .least = 2, .most = 9};

static const struct schema_key card_keys[] = {
    {"title", &schema_any_text, REQUIRED, NULL, NULL, "\"Who is who\"", "Its headline."},
    {"text", &schema_any_text, REQUIRED, NULL, NULL, "\"Alice writes, Bob reads.\"",
     "What it says."},
    NOTE,
    END,
};
static const struct schema_type card = OBJECT(card_keys);
static const struct schema_type cards = LIST(&card, 1000000);
static const struct schema_key remark_keys[] = {
    {"on", &matcher, REQUIRED, NULL, NULL, "{ \"kind\": \"policy.relay\", \"allowed\": false }",
     "The records that it belongs to."},
    {"say", &schema_any_text, REQUIRED, NULL, NULL, "\"The door is closed.\"", "What it says."},
    NOTE,
    END,
};
static const struct schema_type remark = OBJECT(remark_keys);
static const struct schema_type remarks = LIST(&remark, 1000000);
static const struct schema_key prompt_keys[] = {
    {"id", &id, REQUIRED, NULL, NULL, "\"stranger\"", "Its name in the file of answers."},
    {"before", &matcher, REQUIRED, NULL, NULL,
     "{ \"reply_to\": \"RCPT\", \"on\": \"smtp.uni.example\", \"client\": \"bulk.test\" }",
     "The first record that fits: playback stops before it."},
    {"ask", &schema_any_text, REQUIRED, NULL, NULL, "\"What does the server answer?\"",
     "The question."},
    {"choices", &choices, REQUIRED, NULL, NULL, "[\"250\", \"550 5.7.1\", \"421\"]",
     "What can be chosen."},
    {"answer", &schema_any_text, REQUIRED, NULL, NULL, "\"550 5.7.1\"",
     "The right one among the choices."},
    {"because", &schema_any_text, 0, NULL, NULL, "\"Only users of this server may relay.\"",
     "Why; shown after the choice."},
    NOTE,
    END,
};
static const struct schema_type prompt = OBJECT(prompt_keys);
static const struct schema_type prompts = LIST(&prompt, 1000000);
static const struct schema_type place = {.kind = SCHEMA_INT, .least = 1, .most = 999};
static const struct schema_key lesson_keys[] = {
    {"number", &place, 0, NULL, NULL, "1", "Its place in the course; `smtplab list` goes by it."},
    {"cards", &cards, 0, NULL, NULL, "[ { \"title\": \"Who is who\", \"text\": \"...\" } ]",
     "Shown before time starts."},
    {"notes", &remarks, 0, NULL, NULL,
     "[ { \"on\": { \"kind\": \"policy.relay\" }, \"say\": \"...\" } ]",
     "Shown beside the records that they belong to."},
    {"prompts", &prompts, 0, NULL, NULL,
     "[ { \"id\": \"one\", \"before\": { \"kind\": \"mail.ndr\" }, \"ask\": \"Who writes it?\", "
     "\"choices\": [\"a\", \"b\"], \"answer\": \"a\" } ]",
     "Questions before something happens."},
    NOTE,
    END,
};
const struct schema_type schema_lesson = OBJECT(lesson_keys);

/* ---- expectations -------------------------------------------------------------------------- */

static const struct schema_type status = TEXT_TYPE(FORM_STATUS);
static const struct schema_type ids = LIST(&id, 1000000);
static const struct schema_type points = {.kind = SCHEMA_INT, .least = 0, .most = 1000000};

static const struct schema_key delivered_keys[] = {
    {"to", &schema_mailbox, REQUIRED, NULL, NULL, "\"bob@shop.example\"", "The recipient."},
    {"from", &schema_sender, 0, NULL, NULL, "\"alice@uni.example\"", "The sender in the envelope."},
    {"subject", &schema_any_text, 0, NULL, NULL, "\"Lab report\"", "The Subject field."},
    {"within", &schema_duration, 0, NULL, NULL, "\"10s\"",
     "How long it may take at most, from its writing on."},
    {"copies", &schema_count, 0, NULL, NULL, "1",
     "How many must arrive in all, no more and no fewer, and each in time."},
    NOTE,
    END,
};
static const struct schema_type delivered = OBJECT(delivered_keys);
static const struct schema_key not_relayed_keys[] = {
    {"from", &schema_host_name, REQUIRED, NULL, NULL, "\"bulk.test\"", "The client."},
    {"to", &schema_mailbox, 0, NULL, NULL, "\"bob@shop.example\"", "The recipient."},
    {"by", &schema_host_name, 0, NULL, NULL, "\"smtp.uni.example\"", "The server."},
    NOTE,
    END,
};
static const struct schema_type not_relayed = OBJECT(not_relayed_keys);
static const struct schema_key ndr_keys[] = {
    {"to", &schema_mailbox, REQUIRED, NULL, NULL, "\"alice@uni.example\"", "Who gets the report."},
    {"about", &schema_mailbox, 0, NULL, NULL, "\"nobody@shop.example\"",
     "The recipient that it is about."},
    {"status", &status, 0, NULL, NULL, "\"5.1.1\"", "The status that it gives (RFC 3463)."},
    {"within", &schema_duration, 0, NULL, NULL, "\"10s\"",
     "How long it may take at most, from the writing of the letter on."},
    NOTE,
    END,
};
static const struct schema_type ndr = OBJECT(ndr_keys);

static const struct schema_key expect_forms[] = {
    {"delivered", &delivered, 0, NULL, NULL, "{ \"to\": \"bob@shop.example\", \"copies\": 1 }",
     "A letter reaches a mailbox: of this recipient, or whom an alias or list put in its place. A "
     "report is no letter, unless \"from\" is \"<>\"."},
    {"not_relayed", &not_relayed, 0, NULL, NULL, "{ \"from\": \"bulk.test\" }",
     "No server passes on what this client hands in for domains that are not the server's own."},
    {"ndr", &ndr, 0, NULL, NULL, "{ \"to\": \"alice@uni.example\", \"status\": \"5.1.1\" }",
     "A report of failure reaches the mailbox of its reader."},
    {"happens", &matcher, 0, NULL, NULL, "{ \"kind\": \"queue.deferred\" }", "Some record fits."},
    {"never", &matcher, 0, NULL, NULL, "{ \"kind\": \"queue.expired\" }", "No record fits."},
    END,
};
static const struct schema_key expect_keys[] = {
    {"id", &id, REQUIRED, NULL, NULL, "\"arrives\"", "Its name in reports."},
    {"points", &points, 0, NULL, "1", "2", "What it is worth."},
    {"needs", &ids, 0, NULL, NULL, "[\"arrives\"]",
     "Expectations that must hold before this one counts."},
    {"say", &schema_any_text, 0, NULL, NULL, "\"a stranger could use your server\"",
     "What the report says if it does not hold."},
    NOTE,
    END,
};
static const struct schema_type expectation = {
    .kind = SCHEMA_OBJECT, .keys = expect_keys, .one_of = expect_forms};
const struct schema_type schema_expect = LIST(&expectation, 1000000);
