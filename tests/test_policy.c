/*
 * test_policy.c - the judge and the rules' pure parts: SPF, names of blocklists, complaints, what is recalled.
 *
 * The published suite for RFC 7208 (203 cases) was run against spf.c; the cases here are our own.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/agents/host/host.h"
#include "sim/agents/policy/judge.h"
#include "sim/agents/policy/recall.h"
#include "sim/agents/spf/spf.h"
#include "sim/agents/world.h"
#include "sim/dns/blocklist_name.h"
#include "sim/kernel/clock.h"
#include "sim/mail/feedback.h"

static bool same(struct buffer *b, const char *want)
{
    return text_equal(buffer_text(b), text_of(want));
}

/* ---- names of blocklists ----------------------------------------------------------------------------- */

static const struct {
    const char *address, *want;
} listed_names[] = {
    {"192.0.2.99", "99.2.0.192.bl.example"},
    {"127.0.0.2", "2.0.0.127.bl.example"},
    {"2001:db8::567:89ab",
     "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example"},
};

Test(policy, addresses_turned_round) /* RFC 5782 2.1, 2.4 */
{
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    for (size_t i = 0; i < sizeof listed_names / sizeof *listed_names; i++) {
        struct address a;
        cr_assert(address_parse(text_of(listed_names[i].address), &a));
        buffer_clear(&b);
        blocklist_put_name(&b, &a, TEXT("bl.example"));
        cr_expect(same(&b, listed_names[i].want), "%.*s", TEXT_ARG(buffer_text(&b)));
    }
    memory_end(&m);
}

/* ---- Received lines ----------------------------------------------------------------------------------- */

static const struct {
    const char *value, *address, *by; /* address NULL: not to be read */
} received[] = {
    {"from a.example ([192.0.2.1]) by mx.b.example with ESMTP id 1; date", "192.0.2.1",
     "mx.b.example"},
    {"from [203.0.113.9] ([192.0.2.1]) by mx.b.example with SMTP", "192.0.2.1", "mx.b.example"},
    {"from x (liar.example [IPv6:2001:db8::1]) by mx.b.example", "2001:db8::1", "mx.b.example"},
    {"from [192.0.2.77] by mx.b.example", NULL, NULL},
    {"by mx.b.example with LMTP", NULL, NULL},
    {"from a.example (nobody) by mx.b.example", NULL, NULL},
    {"", NULL, NULL},
};

Test(policy, whom_a_received_line_names)
{
    for (size_t i = 0; i < sizeof received / sizeof *received; i++) {
        struct text address, by;
        bool good = mail_received_parse(text_of(received[i].value), &address, &by);
        cr_expect_eq(good, received[i].address != NULL, "%s", received[i].value);
        if (!good || !received[i].address)
            continue;
        cr_expect(text_equal(address, text_of(received[i].address)), "%s", received[i].value);
        cr_expect(text_equal(by, text_of(received[i].by)), "%s", received[i].value);
    }
}

static bool source_of(struct memory *m, const char *letter, struct buffer *out)
{
    struct message *about = message_new(m, text_of(letter));
    struct message *c =
        mail_feedback_build(m, &(struct mail_feedback){.from = TEXT("v@shop.example"),
                                                       .to = TEXT("c@bl.example"),
                                                       .message_id = TEXT("1@x"),
                                                       .id = TEXT("1"),
                                                       .sender = TEXT("s@b.example"),
                                                       .about = about});
    bool found = mail_feedback_source(c, TEXT("shop.example"), out);

    message_release(about);
    message_release(c);
    return found;
}

Test(policy, trust_ends_where_the_own_domain_ends)
{
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    cr_expect(source_of(&m,
                        "Return-Path: <s@b.example>\r\n"
                        "Received: from mx.shop.example ([198.51.100.1]) by store.shop.example\r\n"
                        " with LMTP; date\r\n"
                        "Received: from relay ([192.0.2.25]) by mx.shop.example; date\r\n"
                        "Received: from forged ([203.0.113.1]) by innocent.example; date\r\n"
                        "Received: from forged ([203.0.113.2]) by mx.shop.example; date\r\n"
                        "Subject: x\r\n\r\nbody\r\n",
                        &b));
    cr_expect(same(&b, "192.0.2.25"), "%.*s", TEXT_ARG(buffer_text(&b)));
    cr_expect(!source_of(
        &m, "Subject: no trace\r\n\r\nReceived: from a ([192.0.2.1]) by shop.example\r\n", &b));
    cr_expect(!source_of(&m, "Received: from a ([192.0.2.1]) by notshop.example\r\n\r\n", &b));
    memory_end(&m);
}

/* ---- what is recalled ----------------------------------------------------------------------------------- */

Test(policy, remembered_for_a_while)
{
    struct memory m;
    struct recall r;
    char key[16];

    memory_init(&m, 0);
    recall_init(&r, &m);
    recall_make(&r, TEXT("a"), 0, 10)->count = 7;
    cr_expect_eq(recall_make(&r, TEXT("a"), 9, 10)->count, 7);
    cr_expect_null(recall_find(&r, TEXT("a"), 10));
    cr_expect_eq(recall_make(&r, TEXT("a"), 10, 10)->count, 0);
    for (int i = 0; i < 1000; i++) { /* each is too old when the next ten have come */
        snprintf(key, sizeof key, "%d", i);
        recall_make(&r, text_of(key), 100 + i, 10);
    }
    cr_expect(r.count <= 32, "%u are kept", r.count);
    cr_expect_not_null(recall_find(&r, TEXT("999"), 1100));
    cr_expect_not_null(recall_find(&r, TEXT("995"), 1100));
    recall_clear(&r);
    memory_end(&m);
}

/* ---- SPF --------------------------------------------------------------------------------------------- */

/* A small world of names: "name TYPE value". */
static const char *const names[] = {
    "pass.example TXT v=spf1 ip4:192.0.2.0/24 -all",
    "mx.example TXT v=spf1 mx -all",
    "mx.example MX mail.mx.example",
    "mail.mx.example A 192.0.2.25",
    "soft.example TXT v=spf1 a:mail.mx.example/32 ~all",
    "inc.example TXT v=spf1 include:mx.example ?all",
    "lost.example TXT v=spf1 include:nowhere.example -all",
    "redir.example TXT v=spf1 redirect=mx.example",
    "twice.example TXT v=spf1 -all",
    "twice.example TXT v=spf1 +all",
    "typo.example TXT v=spf1 ipv4:192.0.2.1 -all",
    "late.example TXT v=spf1 ip4:192.0.2.0/24 al",
    "macro.example TXT v=spf1 exists:%{ir}.%{l1r-}.%{d2} -all",
    "25.2.0.192.bob.macro.example A 127.0.0.1",
    "loop.example TXT v=spf1 include:loop.example -all",
    "void.example TXT v=spf1 a:one.example a:two.example a:three.example -all",
    "ptr.example TXT v=spf1 ptr -all",
    "25.2.0.192.in-addr.arpa PTR host.ptr.example",
    "host.ptr.example A 192.0.2.25",
    "down.example TXT v=spf1 a:slow.example -all",
    "slow.example A ?",
    "six.example TXT v=spf1 ip6:2001:db8::/32 -all",
    "v10.example TXT v=spf10 -all",
    "why.example TXT v=spf1 exp=ex.why.example -all",
    "ex.why.example TXT %{c} may not speak for %{o}",
};

struct zone {
    struct dns_record records[8];
    struct dns_result result;
    struct buffer strings[8];
};

static struct memory *zone_memory;

static const struct dns_result *look(void *context, struct text name, uint16_t type)
{
    struct zone *z = MEMORY_NEW(zone_memory, struct zone);
    char scratch[12];
    struct text word = dns_type_name(type, scratch);

    (void)context;
    z->result = (struct dns_result){.outcome = DNS_NO_NAME, .records = z->records};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text rest = text_of(names[i]);
        struct text owner = text_from(rest.at, text_find(rest, ' '));
        rest = text_after(rest, owner.size + 1);
        struct text of = text_from(rest.at, text_find(rest, ' '));
        rest = text_after(rest, of.size + 1);
        if (!text_equal_nocase(owner, name) || !text_equal(of, word))
            continue;
        uint32_t n = z->result.count++;
        z->records[n] = (struct dns_record){.name = owner, .type = type, .target = rest};
        z->result.outcome = DNS_OK;
        if (type == DNS_TXT) {
            buffer_init(&z->strings[n], zone_memory);
            dns_txt_put(&z->strings[n], rest);
            z->records[n].strings = buffer_text(&z->strings[n]);
        } else if (type == DNS_A && !address_parse(rest, &z->records[n].address)) {
            z->result = (struct dns_result){.outcome = DNS_TIMED_OUT};
        }
    }
    return &z->result;
}

static const struct {
    const char *client, *sender, *want, *term;
} spf_cases[] = {
    {"192.0.2.25", "a@pass.example", "pass", "ip4:192.0.2.0/24"},
    {"198.51.100.1", "a@pass.example", "fail", "-all"},
    {"192.0.2.25", "a@mx.example", "pass", "mx"},
    {"198.51.100.1", "a@soft.example", "softfail", "~all"},
    {"192.0.2.25", "a@inc.example", "pass", "include:mx.example"},
    {"198.51.100.1", "a@inc.example", "neutral", "?all"},
    {"192.0.2.25", "a@lost.example", "permerror", ""},
    {"192.0.2.25", "a@redir.example", "pass", "mx"},
    {"192.0.2.25", "a@twice.example", "permerror", ""},
    {"192.0.2.1", "a@typo.example", "permerror", ""},
    {"192.0.2.25", "a@late.example", "permerror", ""},
    {"192.0.2.25", "bob-x@macro.example", "pass", "exists:%{ir}.%{l1r-}.%{d2}"},
    {"192.0.2.25", "x-bob@macro.example", "fail", "-all"},
    {"192.0.2.25", "a@loop.example", "permerror", ""},
    {"192.0.2.25", "a@void.example", "permerror", ""},
    {"192.0.2.25", "a@ptr.example", "pass", "ptr"},
    {"192.0.2.26", "a@ptr.example", "fail", "-all"},
    {"192.0.2.25", "a@down.example", "temperror", ""},
    {"2001:db8::25", "a@six.example", "pass", "ip6:2001:db8::/32"},
    {"::ffff:192.0.2.25", "a@pass.example", "pass", "ip4:192.0.2.0/24"},
    {"192.0.2.25", "a@nothing.example", "none", ""},
    {"192.0.2.25", "a@v10.example", "none", ""},
    {"192.0.2.25", "a@nodots", "none", ""},
};

static enum spf_result check(struct spf_check *c, struct memory *m, const char *client,
                             const char *sender)
{
    struct text s = text_of(sender);
    size_t at = text_find(s, '@');
    struct spf_identity who = {.local = text_from(s.at, at),
                               .domain = text_after(s, at + 1),
                               .helo = TEXT("helo.example"),
                               .receiver = TEXT("mx.shop.example")};

    cr_assert(address_parse(text_of(client), &who.client), "%s", client);
    spf_init(c, m, &who);
    c->look = look;
    return spf_check(c);
}

Test(policy, spf)
{
    struct memory m;
    struct spf_check c;

    memory_init(&m, 0);
    zone_memory = &m;
    for (size_t i = 0; i < sizeof spf_cases / sizeof *spf_cases; i++) {
        struct text got = spf_result_word(check(&c, &m, spf_cases[i].client, spf_cases[i].sender));
        cr_expect(text_equal(got, text_of(spf_cases[i].want)), "%s from %s: %.*s",
                  spf_cases[i].sender, spf_cases[i].client, TEXT_ARG(got));
        cr_expect(same(&c.term, spf_cases[i].term), "%s: %.*s", spf_cases[i].sender,
                  TEXT_ARG(buffer_text(&c.term)));
        spf_free(&c);
    }
    cr_expect_eq(check(&c, &m, "192.0.2.25", "a@why.example"), SPF_FAIL);
    cr_expect(same(&c.words, "192.0.2.25 may not speak for why.example"), "%.*s",
              TEXT_ARG(buffer_text(&c.words)));
    spf_free(&c);
    memory_end(&m);
}

static const struct dns_result *know_nothing(void *context, struct text name, uint16_t type)
{
    (void)context;
    (void)name;
    (void)type;
    return NULL;
}

Test(policy, spf_says_what_it_wants_to_know)
{
    struct memory m;
    struct spf_check c;
    struct spf_identity who = {.domain = TEXT("mx.example"), .client = {.family = ADDRESS_IPV4}};

    memory_init(&m, 0);
    spf_init(&c, &m, &who);
    c.look = know_nothing;
    cr_expect_eq(spf_check(&c), SPF_WAITS);
    cr_expect_eq(c.type, DNS_TXT);
    cr_expect(same(&c.name, "mx.example"));
    spf_free(&c);
    memory_end(&m);
}

/* ---- the judge ------------------------------------------------------------------------------------------- */

struct waiter {
    struct event event;
    struct judgement *judgement;
};

static int asked, ended, told;
static struct policy_answer last;
static enum judge_step after_waiting;

static enum judge_step rule_pass(struct judgement *j)
{
    (void)j;
    asked++;
    return JUDGE_PASS;
}

static enum judge_step rule_refuse(struct judgement *j)
{
    asked++;
    judge_refuse(j, 550, TEXT("5.7.1"), TEXT("no"));
    judge_record(j, TEXT("test"), j->q->subject, TEXT(""));
    return JUDGE_DECIDED;
}

static void waiter_end(struct judgement *held)
{
    struct waiter *w = held->state;

    ended++;
    queue_clear(&held->q->host->world->queue, &w->event);
    memory_give(&held->q->host->world->memory, w, sizeof *w);
}

static void waiter_due(void *world, struct event *e)
{
    struct judgement *j = EVENT_OWNER(e, struct waiter, event)->judgement;

    (void)world;
    judge_wake(j);
    if (after_waiting == JUDGE_DECIDED)
        judge_refuse(j, 451, TEXT("4.7.1"), TEXT("later"));
    judge_go_on(j, after_waiting);
}

static enum judge_step rule_wait(struct judgement *j)
{
    struct world *world = j->q->host->world;
    struct waiter *w = MEMORY_NEW(&world->memory, struct waiter);

    asked++;
    w->judgement = judge_hold(j);
    w->event.fire = waiter_due;
    judge_wait(w->judgement, w, waiter_end);
    queue_set(&world->queue, &w->event, world->queue.now_ns + CLOCK_SECOND);
    return JUDGE_WAITS;
}

static void decided(void *context, const struct policy_answer *answer)
{
    cr_expect(context == &told);
    last = *answer;
    told++;
}

struct bench {
    struct world *world;
    struct judge_question q;
};

static struct bench bench(judge_rule *const *rules)
{
    struct bench b = {.world = world_open(&(struct world_options){.until_ns = -1})};

    world_add_host(b.world, TEXT("mx.shop.example"), NULL, 0, true, false);
    b.q = (struct judge_question){.host = world_host(b.world, 0),
                                  .rules = rules,
                                  .at = SMTP_ASK_HELLO,
                                  .subject = TEXT("subject")};
    asked = ended = told = 0;
    after_waiting = JUDGE_PASS;
    return b;
}

static void run_all(struct bench *b)
{
    struct queue *q = &b->world->queue;

    for (struct event *e = queue_pop(q); e; e = queue_pop(q))
        e->fire(b->world, e);
}

Test(policy, judged_at_once)
{
    judge_rule *const rules[] = {rule_pass, rule_refuse, rule_pass, NULL};
    struct bench b = bench(rules);
    struct policy_answer answer;
    size_t used = b.world->memory.used;

    cr_expect_null(judge(&b.q, &answer, decided, &told));
    cr_expect_eq(answer.verdict, POLICY_REFUSE);
    cr_expect_eq(answer.code, 550);
    cr_expect_eq(asked, 2);
    cr_expect_eq(told, 0);
    cr_expect_eq(b.world->memory.used, used, "no memory is taken where no rule waits");
    cr_expect_eq(b.world->trace.counts[TRACE_POLICY_DECISION], 1);
    world_close(b.world);
}

Test(policy, judged_later)
{
    judge_rule *const rules[] = {rule_wait, rule_pass, rule_wait, rule_refuse, NULL};
    struct bench b = bench(rules);
    struct policy_answer answer;
    size_t used = b.world->memory.used;

    cr_expect_not_null(judge(&b.q, &answer, decided, &told));
    run_all(&b);
    cr_expect_eq(told, 1);
    cr_expect_eq(asked, 4);
    cr_expect_eq(ended, 2);
    cr_expect_eq(last.code, 550);
    cr_expect_eq(b.world->queue.now_ns, 2 * CLOCK_SECOND);
    cr_expect_eq(b.world->memory.used, used, "everything is given back");
    world_close(b.world);
}

Test(policy, a_rule_decides_after_waiting)
{
    judge_rule *const rules[] = {rule_wait, rule_refuse, NULL};
    struct bench b = bench(rules);
    struct policy_answer answer;

    after_waiting = JUDGE_DECIDED;
    judge(&b.q, &answer, decided, &told);
    run_all(&b);
    cr_expect_eq(last.verdict, POLICY_DEFER);
    cr_expect_eq(last.code, 451);
    cr_expect_eq(asked, 1);
    world_close(b.world);
}

Test(policy, nobody_decides)
{
    judge_rule *const rules[] = {rule_pass, rule_wait, NULL};
    struct bench b = bench(rules);
    struct policy_answer answer;

    judge(&b.q, &answer, decided, &told);
    run_all(&b);
    cr_expect_eq(told, 1);
    cr_expect_eq(last.verdict, POLICY_ACCEPT);
    world_close(b.world);
}

Test(policy, cancelled)
{
    judge_rule *const rules[] = {rule_wait, rule_refuse, NULL};
    struct bench b = bench(rules);
    struct policy_answer answer;
    size_t used = b.world->memory.used;

    judge_cancel(judge(&b.q, &answer, decided, &told));
    judge_cancel(NULL);
    run_all(&b);
    cr_expect_eq(told, 0);
    cr_expect_eq(ended, 1);
    cr_expect_eq(b.world->memory.used, used);
    world_close(b.world);
}
