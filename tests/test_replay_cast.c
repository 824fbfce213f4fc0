/*
 * Who is who in a trace's header.
 */
#include <criterion/criterion.h>

#include "tests/replay_lab.h"

static bool is(struct text t, const char *wanted)
{
    return text_equal(t, text_of(wanted));
}

/* "label@site" of every host, blank between. */
static struct text summary(const struct replay_lab *l)
{
    struct buffer b;

    buffer_init(&b, l->memory);
    for (uint32_t i = 0; i < l->cast.host_count; i++) {
        const struct cast_host *host = &l->cast.hosts[i];

        if (i > 0)
            buffer_put_char(&b, ' ');
        buffer_put_text(&b, host->label);
        buffer_put_char(&b, '@');
        buffer_put_text(&b, l->cast.sites[host->site].name);
    }
    return buffer_text(&b);
}

static void expect_summary(const char *name, const char *wanted)
{
    struct replay_lab l;

    replay_lab_run(&l, name, 1U << TRACE_LAYER_CORE);
    cr_expect(is(summary(&l), wanted), "%s: %.*s", name, TEXT_ARG(summary(&l)));
    replay_lab_free(&l);
}

Test(replay_cast, sites_and_labels)
{
    expect_summary("first-letter",
                   "alice-pc@uni.example submit.uni@uni.example mail.uni@uni.example "
                   "mx.shop@shop.example store.shop@shop.example bob-pc@shop.example ns@");
    expect_summary("three-hops", "alice-pc@uni.example mail.uni@uni.example out.isp@isp.example "
                                 "mx.shop@shop.example ns@");
    expect_summary("blamed", "alice-pc@uni.example mail.uni@uni.example mail.shop@shop.example "
                             "mail.bank@bank.example lists.bl@bl.example bulk@ ns@");
    expect_summary("signpost", "alice-pc@uni.example mail.uni@uni.example post.shop@shop.example "
                               "ns.shop@shop.example ns@");
    expect_summary("nobody-here-takes-mail",
                   "alice-pc@uni.example mail.uni@uni.example www.news@news.example ns@");
}

Test(replay_cast, hosts)
{
    struct replay_lab l;
    const struct cast_host *alice, *mail, *store;
    struct buffer roles;

    replay_lab_run(&l, "first-letter", 1U << TRACE_LAYER_CORE);
    alice = &l.cast.hosts[cast_host(&l.cast, TEXT("alice-pc"))];
    mail = &l.cast.hosts[cast_host(&l.cast, TEXT("MAIL.uni.example"))];
    store = &l.cast.hosts[cast_address(&l.cast, TEXT("198.51.100.11"))];
    cr_expect(is(l.cast.title, "The first letter: who is who"));
    cr_expect(is(l.cast.start, "2026-03-02T09:00:00Z"));
    cr_expect_eq(l.cast.lesson, 1);
    cr_expect_eq(l.cast.host_count, 7);
    cr_expect_eq(l.cast.site_count, 3);
    cr_expect_eq(l.cast.sites[alice->site].host_count, 3);
    cr_expect(is(alice->person, "Alice") && is(alice->mailbox, "alice@uni.example"));
    cr_expect_eq(alice->server, cast_host(&l.cast, TEXT("submit.uni.example")));
    cr_expect_eq(mail->server, CAST_NONE);
    cr_expect(mail->domains.count == 1 && is(mail->domains.items[0], "uni.example"));
    cr_expect(mail->relay.count == 2 && is(mail->relay.items[0], "allow from 192.0.2.20"));
    cr_expect(store->mailboxes.count == 1 && is(store->mailboxes.items[0], "bob"));
    cr_expect_not(mail->placed);
    cr_expect_eq(cast_host(&l.cast, TEXT("nobody")), CAST_NONE);
    cr_expect_eq(cast_host(&l.cast, TEXT("")), CAST_NONE);
    cr_expect_eq(cast_address(&l.cast, TEXT("alice-pc")), CAST_NONE);
    buffer_init(&roles, l.memory);
    cast_put_roles(&roles, mail->roles | CAST_STRANGER);
    cr_expect(is(buffer_text(&roles), "MTA MDA stranger"), "%.*s", TEXT_ARG(buffer_text(&roles)));
    replay_lab_free(&l);
}

Test(replay_cast, links_and_places)
{
    struct replay_lab l;

    replay_lab_run_text(
        &l,
        TEXT("{\"smtplab\":1,\"title\":\"t\",\"hosts\":{\"alice-pc\":{\"position\":[10,95],"
             "\"mua\":{\"mailbox\":\"alice@uni.example\"}},\"hub\":{\"mta\":{\"domains\":"
             "[\"uni.example\"]},\"mda\":{\"mailboxes\":[\"alice\"]}},"
             "\"hub.uni.example\":{\"router\":true}},\"links\":[{\"between\":[\"hub\",\"alice-pc\"]"
             "}]}"),
        1U << TRACE_LAYER_CORE);
    cr_expect(is(summary(&l), "alice-pc@uni.example hub@uni.example hub.uni@uni.example ns@"),
              "%.*s", TEXT_ARG(summary(&l)));
    cr_assert_eq(l.cast.link_count, 1);
    cr_expect(l.cast.links[0].a == 1 && l.cast.links[0].b == 0);
    cr_expect(l.cast.hosts[0].placed && l.cast.hosts[0].x == 10 && l.cast.hosts[0].y == 95);
    cr_expect_not(l.cast.hosts[1].placed);
    replay_lab_free(&l);
}

/* Labels are unique and never another host's name, however the names end. */
Test(replay_cast, labels_are_unique)
{
    struct replay_lab l;

    replay_lab_run_text(
        &l,
        TEXT("{\"smtplab\":1,\"title\":\"t\",\"hosts\":{\"mail.uni.example\":{\"mta\":{}},"
             "\"mail.uni.test\":{\"mta\":{}},\"mail.uni\":{\"mta\":{}},\"post.shop.example\":"
             "{\"mta\":{}}}}"),
        1U << TRACE_LAYER_CORE);
    cr_expect(is(summary(&l), "mail.uni.example@uni.example mail.uni.test@uni.test mail@ "
                              "post.shop@shop.example ns@"),
              "%.*s", TEXT_ARG(summary(&l)));
    replay_lab_free(&l);
}

/* What a foreign program may have left in a header is skipped or refused, never a crash. */
Test(replay_cast, foreign_headers)
{
    static const struct {
        const char *scenario;
        bool good;
        uint32_t hosts;
    } rows[] = {
        {"{}", true, 0},
        {"[]", false, 0},
        {"", false, 0},
        {"{\"hosts\":7,\"title\":[1],\"links\":{}}", true, 0},
        {"{\"hosts\":{\"a\":3,\"b\":{\"mua\":[],\"address\":{\"x\":1},\"position\":[1]}}}", true,
         2},
        {"{\"links\":[{\"between\":[\"a\"]},{\"between\":[\"a\",\"b\"]}]}", true, 0},
        {"{\"hosts\":{\"a\":{\"mta\":{\"domains\":\"one\",\"relay\":[1,\"x\",[2]]}}}}", true, 1},
        {"{\"hosts\":{\"a\":{\"mta\":", false, 0},
    };
    struct memory m;
    struct buffer what;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct replay_header header = {.scenario = text_of(rows[i].scenario)};
        struct cast c;
        bool good;

        memory_init(&m, 0);
        buffer_init(&what, &m);
        good = cast_read(&c, &m, &header, &what);
        cr_expect_eq(good, rows[i].good, "%s", rows[i].scenario);
        cr_expect(good ? c.host_count == rows[i].hosts : what.size > 0, "%s", rows[i].scenario);
        memory_end(&m);
    }
}
