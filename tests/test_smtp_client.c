/*
 * test_smtp_client.c - the client's session against scripted servers, requirement by requirement.
 *
 * A script alternates what the server says and what must then have been sent, octet for octet.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/smtp_call.h"
#include "tests/text_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct smtp_client_recipient three[] = {
    {TEXT_INIT("alice@b.test")}, {TEXT_INIT("bob@b.test")}, {TEXT_INIT("carol@b.test")}};

static struct smtp_client_mail mail_to(size_t recipients)
{
    return (struct smtp_client_mail){.sender = TEXT_INIT("s@a.test"),
                                     .recipients = three,
                                     .recipient_count = recipients,
                                     .size = 17};
}

/* ---- scripts ------------------------------------------------------------------------------------- */

#define EHLO    "EHLO client.example.test\r\n"
#define PLAIN   "250 b.test\r\n"
#define FULL    "250-b.test\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 HELP\r\n"
#define MAIL    "MAIL FROM:<s@a.test>\r\n"
#define RCPT(x) "RCPT TO:<" x "@b.test>\r\n"
#define BODY    "Subject: x\r\n\r\nx\r\n.\r\n"
#define SIZED   "MAIL FROM:<s@a.test> SIZE=17\r\n"
#define GROUP   SIZED RCPT("alice") RCPT("bob") RCPT("carol") "DATA\r\n"

/* Fates as letters: Accepted, Refused, Deferred, aGain, Lost, lost in doubt (?), "-" not told. */
static void put_fates(const struct call *c, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = c->in_doubt[i] ? '?' : "-ARDGL"[c->fates[i]];
    out[count] = '\0';
}

static const struct script {
    const char *name;
    bool pipelining, lmtp;
    size_t recipients;
    const char *steps[24]; /* hear, then what was sent, ... */
    const char *fates;
    bool usable; /* after DONE */
} scripts[] = {
    {"R001, R005, R042 one by one",
     false,
     false,
     2,
     {"220 b.test\r\n", EHLO, FULL, SIZED, "250 ok\r\n", RCPT("alice"), "250 ok\r\n", RCPT("bob"),
      "250 ok\r\n", "DATA\r\n", "354 go\r\n", BODY, "250 ok\r\n", ""},
     "AA",
     true},
    {"R065 nothing that was not offered",
     true,
     false,
     1,
     {"220 b.test\r\n", EHLO, PLAIN, MAIL, "250 ok\r\n", RCPT("alice"), "250 ok\r\n", "DATA\r\n",
      "354 go\r\n", BODY, "250 ok\r\n", ""},
     "A",
     true},
    {"R157 a group, DATA last, and no octet of the message before 354",
     true,
     false,
     3,
     {"220 b.test\r\n", EHLO, FULL, GROUP, "250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n", "",
      "354 go\r\n", BODY, "250 ok\r\n", ""},
     "AAA",
     true},
    {"R006 HELO when EHLO is refused",
     true,
     false,
     1,
     {"220 b.test\r\n", EHLO, "502 what?\r\n", "HELO client.example.test\r\n",
      "250-b.test\r\n250 PIPELINING\r\n", MAIL, "250 ok\r\n", RCPT("alice"), "550 no\r\n", ""},
     "R",
     true},
    {"R006 but not when it is deferred",
     true,
     false,
     1,
     {"220 b.test\r\n", EHLO, "451 later\r\n", "QUIT\r\n", "221 bye\r\n", ""},
     "D",
     false},
    {"R036, R037 the first digit alone",
     false,
     false,
     2,
     {"299-welcome\r\n299 \r\n", EHLO, "298\r\n", MAIL, "255 550 no such user\r\n", RCPT("alice"),
      "277\r\n", RCPT("bob"), "588 250 ok\r\n", "DATA\r\n", "399\r\n", BODY, "266 554\r\n", ""},
     "AR",
     true},
    {"R036 lines in pieces, one reply",
     false,
     false,
     1,
     {"220-b.te", "", "st\r\n22", "", "0-welcome\r", "", "\n220 b.test\r\n", EHLO, PLAIN, MAIL,
      "550-no\r\n550-n", "", "o\r\n550 no\r\n", ""},
     "R",
     true},
    {"R003 greeted with 554",
     true,
     false,
     2,
     {"554 no service\r\n", "QUIT\r\n", "221 bye\r\n", ""},
     "RR",
     false},
    {"greeted with 421", true, false, 2, {"421 busy\r\n", ""}, "DD", false},
    {"greeted with 450",
     true,
     false,
     2,
     {"450 busy\r\n", "QUIT\r\n", "221 bye\r\n", ""},
     "DD",
     false},
    {"the sender is refused",
     false,
     false,
     2,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "550 no\r\n", ""},
     "RR",
     true},
    {"the sender is deferred",
     false,
     false,
     2,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "400 later\r\n", ""},
     "DD",
     true},
    {"R157 the sender is refused in a group: the rest is read",
     true,
     false,
     3,
     {"220 b\r\n", EHLO, FULL, GROUP, "550 no\r\n503 no\r\n503 no\r\n", "", "503 no\r\n503 no\r\n",
      ""},
     "RRR",
     true},
    {"R158 and the server wants data all the same",
     true,
     false,
     3,
     {"220 b\r\n", EHLO, FULL, GROUP, "451 later\r\n503 no\r\n503 no\r\n503 no\r\n354 go\r\n",
      ".\r\n", "554 no\r\n", ""},
     "DDD",
     true},
    {"R061, R060 each recipient by itself",
     false,
     false,
     3,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "550 no\r\n", RCPT("bob"),
      "250\r\n", RCPT("carol"), "450 later\r\n", "DATA\r\n", "354\r\n", BODY, "250\r\n", ""},
     "RAD",
     true},
    {"R019 nobody accepted: no DATA",
     false,
     false,
     2,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "550 no\r\n", RCPT("bob"),
      "450 later\r\n", ""},
     "RD",
     true},
    {"R158 nobody accepted, 354 in the group: only the dot",
     true,
     false,
     3,
     {"220 b\r\n", EHLO, FULL, GROUP, "250\r\n550\r\n550\r\n451\r\n354\r\n", ".\r\n", "554\r\n",
      ""},
     "RRD",
     true},
    {"nobody accepted in the group",
     true,
     false,
     3,
     {"220 b\r\n", EHLO, FULL, GROUP, "250\r\n550\r\n550\r\n451\r\n554\r\n", ""},
     "RRD",
     true},
    {"R059 too many: the rest goes into another mail",
     false,
     false,
     3,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", RCPT("bob"), "452\r\n",
      "DATA\r\n", "354\r\n", BODY, "250\r\n", ""},
     "AGG",
     true},
    {"R059 552 there is as good, in a group too",
     true,
     false,
     3,
     {"220 b\r\n", EHLO, FULL, GROUP, "250\r\n250\r\n552\r\n552\r\n354\r\n", BODY, "250\r\n", ""},
     "AGG",
     true},
    {"R059 452 to the first is no such thing",
     false,
     false,
     2,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "452\r\n", RCPT("bob"), "552\r\n",
      ""},
     "DR",
     true},
    {"R019 DATA refused",
     false,
     false,
     2,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", RCPT("bob"), "550\r\n",
      "DATA\r\n", "554\r\n", ""},
     "RR",
     true},
    {"R019 DATA deferred",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", "DATA\r\n", "451\r\n",
      ""},
     "D",
     true},
    {"R019 2yz is no 354",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", "DATA\r\n", "250\r\n",
      "QUIT\r\n", "221\r\n", ""},
     "D",
     false},
    {"R073 the message refused",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", "DATA\r\n", "354\r\n",
      BODY, "554\r\n", ""},
     "R",
     true},
    {"R072, R073 the message deferred",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", "DATA\r\n", "354\r\n",
      BODY, "452\r\n", ""},
     "D",
     true},
    {"R027 421 at RCPT: those accepted before wait too",
     false,
     false,
     3,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", RCPT("bob"), "550\r\n",
      RCPT("carol"), "421 bye\r\n", ""},
     "DRD",
     false},
    {"421 to the dot is a verdict",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", "DATA\r\n", "354\r\n",
      BODY, "421 bye\r\n", ""},
     "D",
     false},
    {"3yz to MAIL makes no sense",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "354\r\n", "QUIT\r\n", "221\r\n", ""},
     "D",
     false},
    {"no reply at all makes no sense",
     false,
     false,
     1,
     {"HTTP/1.1 400 Bad Request\r\n", "QUIT\r\n", "bye\r\n", ""},
     "D",
     false},
    {"R035 codes begin with 2 to 5",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "650 x\r\n", "QUIT\r\n"},
     "D",
     false},
    {"all lines of a reply have one code (4.2.1)",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, "250-b\r\n251 x\r\n", "QUIT\r\n"},
     "D",
     false},
    {"a senseless reply to the dot decides nothing: in doubt",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n", "DATA\r\n", "354\r\n",
      BODY, "what?\r\n", "QUIT\r\n"},
     "?",
     false},
    {"R156 too big for this server: not even MAIL",
     false,
     false,
     2,
     {"220 b\r\n", EHLO, "250-b\r\n250 SIZE 16\r\n", ""},
     "RR",
     true},
    {"R153 SIZE 0 is no limit",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, "250-b\r\n250 SIZE 0\r\n", SIZED, "550\r\n", ""},
     "R",
     true},
    {"R153 nor is SIZE alone",
     false,
     false,
     1,
     {"220 b\r\n", EHLO, "250-b\r\n250 siZE\r\n", SIZED, "550\r\n", ""},
     "R",
     true},
    {"LMTP: a reply for each accepted recipient",
     false,
     true,
     3,
     {"220 b\r\n", "LHLO client.example.test\r\n", PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n",
      RCPT("bob"), "550\r\n", RCPT("carol"), "250\r\n", "DATA\r\n", "354\r\n", BODY, "452 full\r\n",
      "", "250\r\n", ""},
     "DRA",
     true},
    {"LMTP: no HELO to fall back on",
     false,
     true,
     1,
     {"220 b\r\n", "LHLO client.example.test\r\n", "500\r\n", "QUIT\r\n"},
     "R",
     false},
    {"LMTP: 421 after the first verdict",
     false,
     true,
     2,
     {"220 b\r\n", "LHLO client.example.test\r\n", PLAIN, MAIL, "250\r\n", RCPT("alice"), "250\r\n",
      RCPT("bob"), "250\r\n", "DATA\r\n", "354\r\n", BODY, "250\r\n", "", "421 bye\r\n", ""},
     "AD",
     false},
    {"LMTP: nobody accepted, 354, no reply after the dot",
     true,
     true,
     1,
     {"220 b\r\n", "LHLO client.example.test\r\n", "250-b\r\n250 PIPELINING\r\n",
      MAIL RCPT("alice") "DATA\r\n", "250\r\n550\r\n354\r\n", ".\r\n"},
     "R",
     true},
};

/* Plays a script; each thing heard comes in pieces of `cut` octets (0: whole). */
static void play_script(const struct script *s, size_t cut)
{
    struct smtp_client_mail mail = mail_to(s->recipients);
    struct call c;
    char fates[8];

    call_begin(&c, call_options(s->pipelining, s->lmtp));
    call_start(&c);
    cr_assert(call_mail(&c, &mail));
    cr_expect_eq(c.wire.size, 0, "%s: R001 silence before the greeting", s->name);
    for (size_t i = 0; i < COUNT(s->steps) && s->steps[i] != NULL; i += 2) {
        struct text hear = text_of(s->steps[i]);
        const char *want = s->steps[i + 1] != NULL ? s->steps[i + 1] : "";

        while (hear.size > 0) {
            size_t size = cut == 0 || cut > hear.size ? hear.size : cut;

            call_input(&c, text_from(hear.at, size));
            hear = text_after(hear, size);
        }
        struct text got = call_wire(&c);
        cr_expect(text_equal(got, text_of(want)), "%s, after '%s': sent '%.*s', want '%s'", s->name,
                  s->steps[i], TEXT_ARG(got), want);
    }
    put_fates(&c, s->recipients, fates);
    cr_expect_str_eq(fates, s->fates, "%s: fates %s, want %s", s->name, fates, s->fates);
    cr_expect(c.done && c.usable == s->usable, "%s", s->name);
    cr_expect_eq(smtp_client_idle(&c.client), s->usable);
    call_end(&c);
}

Test(smtp_client, scripts)
{
    for (size_t i = 0; i < COUNT(scripts); i++)
        for (size_t cut = 0; cut <= 3; cut++)
            play_script(&scripts[i], cut);
}

/* ---- several mails ---------------------------------------------------------------------------------- */

Test(smtp_client, mail_after_mail_then_quit) /* R023, R099 */
{
    struct smtp_client_mail one = mail_to(1), bounce = {.sender = TEXT_INIT(""),
                                                        .recipients = three,
                                                        .recipient_count = 1,
                                                        .size = -1};
    struct call c;

    call_begin(&c, call_options(false, false));
    call_start(&c);
    call_hear(&c, "220 b\r\n250-b\r\n250 SIZE\r\n");
    CHECK_TEXT(call_wire(&c), EHLO);
    cr_assert(smtp_client_idle(&c.client));
    cr_assert(call_mail(&c, &one));
    CHECK_TEXT(call_wire(&c), SIZED);
    call_hear(&c, "250\r\n250\r\n354\r\n");
    call_hear(&c, "250 taken\r\n");
    cr_expect(c.done && c.fates[0] == SMTP_FATE_ACCEPTED && c.by[0] == SMTP_VERB_MESSAGE);
    call_wire(&c);
    cr_assert(call_mail(&c, &bounce)); /* no RSET is needed, and <> has no size to tell */
    CHECK_TEXT(call_wire(&c), "MAIL FROM:<>\r\n");
    call_hear(&c, "250\r\n550\r\n");
    CHECK_TEXT(call_wire(&c), RCPT("alice"));
    cr_expect(c.done && c.usable && c.client.state == SMTP_CLIENT_FAILED);
    cr_assert(call_mail(&c, &one)); /* the server still holds the last one */
    CHECK_TEXT(call_wire(&c), "RSET\r\n");
    call_hear(&c, "250\r\n");
    CHECK_TEXT(call_wire(&c), SIZED);
    call_hear(&c, "550\r\n");
    call_quit(&c);
    CHECK_TEXT(call_wire(&c), "QUIT\r\n");
    cr_expect(!c.closed, "waits for the answer");
    call_hear(&c, "221 bye\r\n");
    cr_expect(c.closed && c.client.state == SMTP_CLIENT_CLOSED);
    cr_expect(!call_mail(&c, &one));
    call_end(&c);
}

Test(smtp_client, quit_needs_no_rset_before_it)
{
    struct smtp_client_mail one = mail_to(1);
    struct call c;

    call_begin(&c, call_options(false, false));
    call_start(&c);
    cr_assert(call_mail(&c, &one));
    call_hear(&c, "220 b\r\n250 b\r\n250\r\n550\r\n");
    cr_assert(c.done && c.client.state == SMTP_CLIENT_FAILED);
    call_wire(&c);
    call_quit(&c);
    CHECK_TEXT(call_wire(&c), "QUIT\r\n");
    call_end(&c);
}

/* The acts of a whole dialogue, in their order. */
Test(smtp_client, the_acts_in_order)
{
    struct smtp_client_mail mail = mail_to(2);
    struct call c;

    call_begin(&c, call_options(true, false));
    call_start(&c);
    cr_assert(call_mail(&c, &mail));
    call_hear(&c, "220 b.test hello\r\n");
    call_hear(&c, "250-b.test\r\n250 PIPELINING\r\n");
    call_hear(&c, "250 2.1.0 ok\r\n250 2.1.5 ok\r\n550 5.1.1 no\r\n");
    call_hear(&c, "354 go\r\n");
    call_hear(&c, "250 2.0.0 taken\r\n");
    cr_expect_eq(c.limit_ns, 0);
    call_quit(&c);
    cr_expect_eq(c.limit_ns, INT64_C(300000000000));
    call_hear(&c, "221 bye\r\n");
    cr_expect_eq(c.limit_ns, 0);
    CHECK_TEXT(buffer_text(&c.log),
               "state  > greeting on connected\n"
               "reply 220 to greeting status  / b.test hello\n"
               "state greeting > ehlo on 2yz\n"
               "command EHLO client.example.test\n"
               "reply 250 to EHLO status  / b.test / PIPELINING\n"
               "state ehlo > ready on 2yz\n"
               "state ready > mail on mail\n"
               "command MAIL FROM:<s@a.test>\n"
               "command RCPT TO:<alice@b.test>\n"
               "command RCPT TO:<bob@b.test>\n"
               "command DATA\n"
               "reply 250 to MAIL status 2.1.0 / ok\n"
               "state mail > rcpt on 2yz\n"
               "reply 250 to RCPT status 2.1.5 / ok\n"
               "reply 550 to RCPT status 5.1.1 / no\n"
               "recipient 1 fate 2 code 550 by RCPT status 5.1.1 text no\n"
               "state rcpt > data on recipients, DATA sent\n"
               "reply 354 to DATA status  / go\n"
               "state data > sending on 3yz\n"
               "want data\n"
               "end 17 lines 3 dots 0\n"
               "state sending > message on message sent\n"
               "reply 250 to message status 2.0.0 / taken\n"
               "recipient 0 fate 1 code 250 by message status 2.0.0 text taken\n"
               "state message > ready on 2yz\n"
               "done, usable 1\n"
               "state ready > quit on quit\n"
               "command QUIT\n"
               "reply 221 to QUIT status  / bye\n"
               "state quit > closed on 2yz\n"
               "close\n");
    call_end(&c);
}

/* ---- what a mail needs ---------------------------------------------------------------------------------- */

Test(smtp_client, eight_bit_mail) /* R079, R161 */
{
    static const struct {
        const char *ehlo, *sent;
        bool refused;
    } rows[] = {
        {"250-b\r\n250 8bitmime\r\n", "MAIL FROM:<s@a.test> BODY=8BITMIME\r\n", false},
        {"250-b\r\n250-SIZE\r\n250 8BITMIME\r\n", "MAIL FROM:<s@a.test> SIZE=17 BODY=8BITMIME\r\n",
         false},
        {"250 b\r\n", "", true},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_client_mail mail = mail_to(1);
        struct call c;

        mail.eight_bit = true;
        call_begin(&c, call_options(true, false));
        call_start(&c);
        cr_assert(call_mail(&c, &mail));
        call_hear(&c, "220 b\r\n");
        call_wire(&c);
        call_hear(&c, rows[i].ehlo);
        CHECK_TEXT(call_wire(&c), rows[i].sent);
        cr_expect_eq(c.done, rows[i].refused);
        if (rows[i].refused) {
            cr_expect(c.fates[0] == SMTP_FATE_REFUSED && c.by[0] == SMTP_VERB_NONE && c.usable);
            cr_expect(strstr(c.log.at, "status 5.6.3") != NULL);
        }
        call_end(&c);
    }
}

/* R171 (RFC 6531 3.1, 3.5): what needs SMTPUTF8 is not sent, not even where it is offered, since this
 * client does not speak it; the connection is as good as before. */
Test(smtp_client, utf8_is_never_sent)
{
    static const struct smtp_client_recipient zoe = {.address = TEXT_INIT("zo\xc3\xab@b.test")};
    static const char *const hellos[] = {"250 b\r\n", "250-b\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"};
    static const struct {
        const char *sender;
        bool to_zoe, header;
        const char *status;
    } rows[] = {
        {"s@a.test", true, false, "status 5.6.7"},
        {"s@a.test", true, true, "status 5.6.7"},
        {"zo\xc3\xab@a.test", false, false, "status 5.6.7"},
        {"s@a.test", false, true, "status 5.6.9"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t h = 0; h < COUNT(hellos); h++) {
            struct smtp_client_mail mail = mail_to(1), next = mail_to(1);
            struct call c;

            mail.sender = text_of(rows[i].sender);
            if (rows[i].to_zoe)
                mail.recipients = &zoe;
            mail.utf8_header = mail.eight_bit = rows[i].header;
            call_begin(&c, call_options(true, false));
            call_start(&c);
            cr_assert(call_mail(&c, &mail));
            call_hear(&c, "220 b\r\n");
            call_wire(&c);
            call_hear(&c, hellos[h]);
            CHECK_TEXT(call_wire(&c), "");
            cr_expect(c.done && c.usable);
            cr_expect(c.fates[0] == SMTP_FATE_REFUSED && c.by[0] == SMTP_VERB_NONE);
            cr_expect(strstr(c.log.at, rows[i].status) != NULL, "%zu: %s", i, c.log.at);
            cr_assert(call_mail(&c, &next));
            CHECK_TEXT(call_wire(&c), MAIL);
            call_end(&c);
        }
}

/* ---- the message ------------------------------------------------------------------------------------------ */

static void bring_to_data(struct call *c, const struct smtp_client_mail *mail)
{
    call_begin(c, call_options(false, false));
    call_start(c);
    cr_assert(call_mail(c, mail));
    c->hold = true;
    call_hear(c, "220 b\r\n250 b\r\n250\r\n250\r\n354\r\n");
    cr_assert(c->wanted);
    call_wire(c);
    c->hold = false;
}

Test(smtp_client, the_message_on_the_wire) /* R033, R068, R070 */
{
    static const struct {
        const char *message, *sent;
        int lines, dots;
    } rows[] = {
        {"", ".\r\n", 0, 0},
        {"a\r\n", "a\r\n.\r\n", 1, 0},
        {"a", "a\r\n.\r\n", 1, 0},
        {"a\r", "a\r\n.\r\n", 1, 0},
        {"a\r\n\r\n", "a\r\n\r\n.\r\n", 2, 0},
        {".\r\n", "..\r\n.\r\n", 1, 1},
        {".", "..\r\n.\r\n", 1, 1},
        {"..a\r\n.\r\n.b", "...a\r\n..\r\n..b\r\n.\r\n", 3, 3},
        {"a.\r\nb.c\r\n", "a.\r\nb.c\r\n.\r\n", 2, 0},
        {"a\nb\r\n", "a\r\nb\r\n.\r\n", 2, 0},
        {"a\n\nb", "a\r\n\r\nb\r\n.\r\n", 3, 0},
        {"a\rb\r\n", "a\r\nb\r\n.\r\n", 2, 0},
        {"a\n.\nb", "a\r\n..\r\nb\r\n.\r\n", 3, 1},
        {"a\r.\r\nMAIL", "a\r\n..\r\nMAIL\r\n.\r\n", 3, 1},
        {"a\r\r\nb", "a\r\n\r\nb\r\n.\r\n", 3, 0},
        {"a\n\r.b", "a\r\n\r\n..b\r\n.\r\n", 3, 1},
        {"\n", "\r\n.\r\n", 1, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t piece = 0; piece <= 4; piece++) {
            struct smtp_client_mail mail = mail_to(1);
            struct call c;
            char end[64];

            bring_to_data(&c, &mail);
            c.message = text_of(rows[i].message);
            c.piece = piece;
            call_hear(&c, "");
            CHECK_TEXT(call_wire(&c), rows[i].sent);
            cr_expect_eq(c.client.state, SMTP_CLIENT_MESSAGE);
            snprintf(end, sizeof end, "end %zu lines %d dots %d\n",
                     strlen(rows[i].sent) - 3 - (size_t)rows[i].dots, rows[i].lines, rows[i].dots);
            cr_expect(strstr(c.log.at, end) != NULL, "row %zu: want %s", i, end);
            call_end(&c);
        }
}

/* ---- timers and losses ------------------------------------------------------------------------------------- */

/* R081: 4.5.3.2.  What was heard, the limit then awaited in minutes, the fates after a time-out. */
static const struct {
    const char *hear;
    int minutes;
    const char *fates;
} waits[] = {
    {"", 5, "LL"},
    {"220\r\n", 5, "LL"},
    {"220\r\n250\r\n", 5, "LL"},
    {"220\r\n250\r\n250\r\n", 5, "LL"},
    {"220\r\n250\r\n250\r\n550\r\n", 5, "RL"},
    {"220\r\n250\r\n250\r\n250\r\n250\r\n", 2, "LL"},
    {"220\r\n250\r\n250\r\n550\r\n250\r\n354\r\n", 3, "RL"},
};

Test(smtp_client, waits_as_long_as_it_must) /* R027, R081 */
{
    for (size_t i = 0; i < COUNT(waits); i++)
        for (int lost = 0; lost <= 1; lost++) {
            struct smtp_client_mail mail = mail_to(2);
            struct call c;
            char fates[8];

            call_begin(&c, call_options(false, false));
            call_start(&c);
            cr_assert(call_mail(&c, &mail));
            c.hold = true;
            call_hear(&c, waits[i].hear);
            cr_expect_eq(c.limit_ns, waits[i].minutes * INT64_C(60000000000), "row %zu", i);
            (lost ? call_lost : call_timeout)(&c);
            put_fates(&c, 2, fates);
            cr_expect_str_eq(fates, waits[i].fates, "row %zu: %s", i, fates);
            cr_expect(c.done && !c.usable && c.closed && c.limit_ns == 0);
            call_end(&c);
        }
}

Test(smtp_client, lost_after_the_dot_is_in_doubt) /* R075 */
{
    struct smtp_client_mail mail = mail_to(2);
    char fates[8];

    for (int lost = 0; lost <= 1; lost++) {
        struct call c;

        call_begin(&c, call_options(false, false));
        call_start(&c);
        cr_assert(call_mail(&c, &mail));
        call_hear(&c, "220\r\n250\r\n250\r\n250\r\n550\r\n354\r\n");
        cr_expect_eq(c.limit_ns, INT64_C(600000000000), "10 minutes for the verdict");
        (lost ? call_lost : call_timeout)(&c);
        put_fates(&c, 2, fates);
        cr_expect_str_eq(fates, "?R");
        call_end(&c);
    }
}

/* A verdict before the message was sent is none, and then no data are wanted any more. */
Test(smtp_client, a_rude_server_replies_too_early)
{
    struct smtp_client_mail mail = mail_to(1);
    struct call c;

    call_begin(&c, call_options(false, false));
    call_start(&c);
    cr_assert(call_mail(&c, &mail));
    call_hear(&c, "220\r\n250\r\n250\r\n250\r\n354\r\n250 taken\r\n");
    cr_expect(c.done && !c.usable && c.closed && c.fates[0] == SMTP_FATE_DEFERRED);
    cr_expect(!c.wanted && strstr(c.wire.at, "Subject") == NULL);
    call_end(&c);
}

Test(smtp_client, a_ready_connection_can_be_lost)
{
    struct call c;

    call_begin(&c, call_options(false, false));
    call_start(&c);
    call_hear(&c, "220\r\n250\r\n");
    cr_expect_eq(c.limit_ns, 0, "nothing is awaited");
    cr_expect_eq(c.client.reader.octets.capacity + c.client.reader.lines.capacity, 0);
    call_hear(&c, "421 going down\r\n");
    cr_expect(c.closed && !c.done && !smtp_client_idle(&c.client));
    call_lost(&c);
    call_end(&c);
}

Test(smtp_client, freed_in_the_middle_it_gives_everything_back)
{
    struct smtp_client_mail mail = mail_to(3);
    struct call c;

    call_begin(&c, call_options(false, false));
    call_start(&c);
    cr_assert(call_mail(&c, &mail));
    call_hear(&c, "220 b\r\n250 b\r\n250\r\n250-part of a re");
    smtp_client_free(&c.client);
    smtp_acts_free(&c.acts);
    buffer_free(&c.wire);
    buffer_free(&c.log);
    cr_expect_eq(c.memory.used, 0);
    memory_end(&c.memory);
}

/* ---- the reader of replies ------------------------------------------------------------------------------------ */

Test(smtp_reply, status_at_the_front) /* R151 */
{
    static const struct {
        const char *text;
        unsigned code;
        size_t want;
    } rows[] = {
        {"5.1.1 no such user", 550, 5},
        {"5.1.1", 550, 5},
        {"4.2.2 full", 552, 0},
        {"2.0.0 ok", 250, 5},
        {"3.0.0 go", 354, 0},
        {"5.7.27 null", 550, 6},
        {"5.1234.1 x", 550, 0},
        {"5.1. x", 550, 0},
        {"5..1 x", 550, 0},
        {"5.1.1x", 550, 0},
        {"5.1.1.1 x", 550, 0},
        {"", 550, 0},
        {"5.123.999 x", 500, 9},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(smtp_reply_enhanced(text_of(rows[i].text), rows[i].code), rows[i].want, "%s",
                     rows[i].text);
}

/* R135: a report quotes the reply as it was on the wire, but for its line ends. */
static void expect_quoted(struct memory *m, const struct smtp_reply *reply, const char *octets)
{
    struct buffer quoted;
    char want[100];
    size_t size = 0;

    for (const char *at = octets; *at && size + 1 < sizeof want; at++)
        if (at[0] != '\r' || at[1] != '\n')
            want[size++] = *at;
    while (size > 0 && (want[size - 1] == '\n' || want[size - 1] == ' '))
        size--; /* "250", "250 " and "550 5.1.1" are read with and without a blank */
    want[size] = '\0';
    buffer_init(&quoted, m);
    smtp_reply_put_quoted(&quoted, reply);
    buffer_put_char(&quoted, ' ');
    while (quoted.size > 0 && quoted.at[quoted.size - 1] == ' ')
        quoted.size--;
    cr_expect(text_equal(buffer_text(&quoted), text_of(want)), "'%.*s' for '%s'",
              TEXT_ARG(buffer_text(&quoted)), want);
    buffer_free(&quoted);
}

Test(smtp_reply, reader)
{
    static const struct {
        const char *octets;
        enum smtp_reply_result want;
        const char *shown; /* code, status, lines */
    } rows[] = {
        {"250 ok\r\n", SMTP_REPLY_WHOLE, "250||ok"},
        {"250\r\n", SMTP_REPLY_WHOLE, "250||"},
        {"250 \r\n", SMTP_REPLY_WHOLE, "250||"},
        {"250-2.1.0 a\r\n250 2.1.0 b\r\n", SMTP_REPLY_WHOLE, "250|2.1.0|a|b"},
        {"250-\r\n250-b c\r\n250 d\r\n", SMTP_REPLY_WHOLE, "250|||b c|d"},
        {"550 5.1.1\r\n", SMTP_REPLY_WHOLE, "550|5.1.1|"},
        {"250-2.1.0 a\r\n250 2.1.5 b\r\n", SMTP_REPLY_WHOLE, "250|2.1.0|a|2.1.5 b"},
        {"250-a\r\n250 2.1.5 b\r\n", SMTP_REPLY_WHOLE, "250||a|2.1.5 b"},
        {"250 a\nb\rc\r\n", SMTP_REPLY_WHOLE, "250||a\nb\rc"},
        {"250-a\r\n", SMTP_REPLY_MORE, ""},
        {"250 a", SMTP_REPLY_MORE, ""},
        {"250 a\n", SMTP_REPLY_MORE, ""},
        {"25 a\r\n", SMTP_REPLY_BAD, ""},
        {"150 a\r\n", SMTP_REPLY_BAD, ""},
        {"2500 a\r\n", SMTP_REPLY_BAD, ""},
        {"250_a\r\n", SMTP_REPLY_BAD, ""},
        {"\r\n", SMTP_REPLY_BAD, ""},
        {"250-a\r\n550 b\r\n", SMTP_REPLY_BAD, ""},
        {"2x0 a\r\n", SMTP_REPLY_BAD, ""},
    };
    struct memory m;

    memory_init(&m, 0);
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t cut = 1; cut <= 40; cut++) {
            struct smtp_reply_reader r;
            struct text rest = text_of(rows[i].octets);
            enum smtp_reply_result got = SMTP_REPLY_MORE;

            smtp_reply_reader_init(&r, &m);
            while (rest.size > 0 && got == SMTP_REPLY_MORE) {
                struct text piece = text_from(rest.at, cut < rest.size ? cut : rest.size);

                rest = text_after(rest, piece.size);
                got = smtp_reply_read(&r, &piece);
                cr_expect_eq(piece.size, 0);
            }
            cr_expect_eq(got, rows[i].want, "'%s': %d", rows[i].octets, got);
            if (got == SMTP_REPLY_WHOLE) {
                char shown[200];
                int size = snprintf(shown, sizeof shown, "%d|%.*s", r.reply.code,
                                    TEXT_ARG(r.reply.enhanced));

                for (size_t l = 0; l < r.reply.line_count; l++)
                    size += snprintf(shown + size, sizeof shown - (size_t)size, "|%.*s",
                                     TEXT_ARG(r.reply.lines[l]));
                cr_expect_str_eq(shown, rows[i].shown);
                expect_quoted(&m, &r.reply, rows[i].octets);
            }
            smtp_reply_reader_free(&r);
        }
    memory_end(&m);
}

/* Replies without end are cut off; what we write we can read. */
Test(smtp_reply, limits_and_round_trip)
{
    struct text lines[] = {TEXT_INIT("one"), TEXT_INIT(""), TEXT_INIT("three 5.1.1")};
    struct smtp_reply reply = {550, SMTP_VERB_RCPT, TEXT_INIT("5.7.1"), lines, 3};
    struct smtp_reply_reader r;
    struct buffer wire;
    struct memory m;
    char flood[5000];

    memory_init(&m, 0);
    buffer_init(&wire, &m);
    smtp_reply_reader_init(&r, &m);
    smtp_reply_put(&wire, &reply);
    CHECK_TEXT(buffer_text(&wire), "550-5.7.1 one\r\n550-5.7.1 \r\n550 5.7.1 three 5.1.1\r\n");
    struct text rest = buffer_text(&wire);
    cr_assert_eq(smtp_reply_read(&r, &rest), SMTP_REPLY_WHOLE);
    cr_expect(r.reply.code == 550 && r.reply.line_count == 3 &&
              text_equal(r.reply.enhanced, reply.enhanced));
    for (size_t i = 0; i < 3; i++)
        cr_expect(text_equal(r.reply.lines[i], lines[i]));
    memset(flood, '2', sizeof flood);
    rest = text_from(flood, sizeof flood);
    cr_expect_eq(smtp_reply_read(&r, &rest), SMTP_REPLY_BAD);
    smtp_reply_reader_free(&r);
    for (int i = 0; i < SMTP_REPLY_LINES_MAX; i++) {
        rest = TEXT("250-x\r\n");
        cr_assert_eq(smtp_reply_read(&r, &rest), SMTP_REPLY_MORE);
    }
    rest = TEXT("250-x\r\n");
    cr_expect_eq(smtp_reply_read(&r, &rest), SMTP_REPLY_BAD);
    smtp_reply_reader_free(&r);
    memory_end(&m);
}
