#include "tests/sample_run.h"

#include <stdio.h>
#include <string.h>

#include "sim/kernel/clock.h"

#define MS CLOCK_MILLISECOND

enum { CLIENT, SERVER };

struct end {
    const char *host, *address;
    int port;
    uint32_t next_seq;
    int64_t handed, received;
};

struct conn {
    uint32_t number;
    struct end ends[2];
    int64_t latency_ns;
    bool esmtp;
};

/* ---- records ------------------------------------------------------------------------------ */

static struct trace_where at(const struct sample *s, const char *host)
{
    return (struct trace_where){.host = text_of(host),
                                .mail = text_of(s->mail),
                                .queue = text_of(s->queue),
                                .cause = s->cause};
}

static struct trace_where on(const struct sample *s, const struct conn *c, int side)
{
    struct trace_where w = at(s, c->ends[side].host);

    w.side = side == CLIENT ? TRACE_SIDE_CLIENT : TRACE_SIDE_SERVER;
    w.conn = c->number;
    return w;
}

#define EMIT(kind, where_, ...)                                                                    \
    do {                                                                                           \
        struct trace_where w_ = (where_);                                                          \
        s->cause = trace_emit_##kind(&s->trace, &w_, &(struct trace_##kind){__VA_ARGS__});         \
    } while (0)
#define T(string) text_of(string)
#define TEXTS(...)                                                                                 \
    {                                                                                              \
        (const struct text[]){__VA_ARGS__},                                                        \
            sizeof((const struct text[]){__VA_ARGS__}) / sizeof(struct text)                       \
    }

/* ---- TCP ---------------------------------------------------------------------------------- */

static void segment(struct sample *s, struct conn *c, int side, const char *flags, int64_t octets,
                    bool again)
{
    struct end *e = &c->ends[side], *peer = &c->ends[!side];
    bool syn = strchr(flags, 'S') != NULL, ack = strchr(flags, 'A') != NULL;

    EMIT(tcp_segment, on(s, c, side), .source = T(e->address), .source_port = e->port,
         .destination = T(peer->address), .destination_port = peer->port,
         .seq_no = again ? e->next_seq - (uint32_t)octets : e->next_seq,
         .ack_no = ack ? peer->next_seq : 0, .flags = T(flags), .window = 65535,
         .mss = syn ? 1460 : 0, .offset = e->handed - octets, .payload_octets = octets,
         .again = again, .arrives_ns = s->now_ns + c->latency_ns);
    if (!again)
        e->next_seq += (uint32_t)octets + syn + (strchr(flags, 'F') != NULL);
}

static void open_conn(struct sample *s, struct conn *c)
{
    int64_t began = s->now_ns;
    struct end *client = &c->ends[CLIENT], *server = &c->ends[SERVER];

    c->number = ++s->conns;
    client->next_seq = 1000000 * c->number;
    server->next_seq = UINT32_MAX - 100; /* sequence numbers wrap */
    segment(s, c, CLIENT, "S", 0, false);
    s->now_ns += c->latency_ns;
    segment(s, c, SERVER, "SA", 0, false);
    s->now_ns += c->latency_ns;
    segment(s, c, CLIENT, "A", 0, false);
    EMIT(tcp_opened, on(s, c, CLIENT), .local = T(client->address), .local_port = client->port,
         .remote = T(server->address), .remote_port = server->port, .remote_host = T(server->host),
         .waited_ns = s->now_ns - began);
    s->now_ns += c->latency_ns;
    EMIT(tcp_opened, on(s, c, SERVER), .local = T(server->address), .local_port = server->port,
         .remote = T(client->address), .remote_port = client->port, .remote_host = T(client->host));
}

static void send_octets(struct sample *s, struct conn *c, int side, const char *octets)
{
    struct end *e = &c->ends[side];
    size_t size = strlen(octets);

    EMIT(tcp_bytes, on(s, c, side), .offset = e->handed, .octets = {octets, size});
    e->handed += (int64_t)size;
    c->ends[!side].received += (int64_t)size;
    segment(s, c, side, "AP", (int64_t)size, false);
    if ((s->options & SAMPLE_LOSS) && c->number == 2 && strncmp(octets, "MAIL", 4) == 0) {
        EMIT(net_dropped, at(s, e->host), .link = T("internet"), .protocol = T("tcp"),
             .source = T(e->address), .source_port = e->port,
             .destination = T(c->ends[!side].address), .destination_port = c->ends[!side].port,
             .packet_octets = (int64_t)size + 40, .reason = T("loss"));
        s->now_ns += CLOCK_SECOND;
        EMIT(tcp_timeout, on(s, c, side), .rto_ns = CLOCK_SECOND, .attempt = 1,
             .seq_no = e->next_seq - (uint32_t)size);
        segment(s, c, side, "AP", (int64_t)size, true);
    }
    s->now_ns += c->latency_ns;
    segment(s, c, !side, "A", 0, false);
}

static void close_conn(struct sample *s, struct conn *c)
{
    segment(s, c, SERVER, "AF", 0, false);
    s->now_ns += c->latency_ns;
    segment(s, c, CLIENT, "AF", 0, false);
    s->now_ns += c->latency_ns;
    segment(s, c, SERVER, "A", 0, false);
    for (int side = SERVER; side >= CLIENT; side--) {
        EMIT(tcp_closed, on(s, c, side), .reason = T("fin"), .sent_octets = c->ends[side].handed,
             .received_octets = c->ends[side].received);
        s->now_ns += c->latency_ns;
    }
}

/* ---- SMTP --------------------------------------------------------------------------------- */

static void enter(struct sample *s, struct conn *c, const char *from, const char *to,
                  const char *input)
{
    EMIT(smtp_state, on(s, c, SERVER), .from = T(from), .to = T(to), .input = T(input));
}

static void reply(struct sample *s, struct conn *c, const char *to, int code, const char *enhanced,
                  struct text first, struct text second)
{
    char wire[400];
    struct text lines[2] = {first, second};
    struct trace_texts texts = {lines, second.size > 0 ? 2 : 1};
    const char *gap = enhanced[0] ? " " : "";

    EMIT(smtp_reply, on(s, c, SERVER), .code = code, .enhanced = T(enhanced), .lines = texts,
         .to = T(to));
    if (second.size > 0)
        snprintf(wire, sizeof wire, "%d-%s%s%.*s\r\n%d %s%s%.*s\r\n", code, enhanced, gap,
                 TEXT_ARG(first), code, enhanced, gap, TEXT_ARG(second));
    else
        snprintf(wire, sizeof wire, "%d %s%s%.*s\r\n", code, enhanced, gap, TEXT_ARG(first));
    send_octets(s, c, SERVER, wire);
    EMIT(smtp_reply, on(s, c, CLIENT), .code = code, .enhanced = T(enhanced), .lines = texts,
         .to = T(to));
}

#define NONE TEXT("")

static void command(struct sample *s, struct conn *c, const char *verb, const char *line)
{
    char wire[300];

    snprintf(wire, sizeof wire, "%s\r\n", line);
    EMIT(smtp_command, on(s, c, CLIENT), .verb = T(verb), .line = T(line));
    send_octets(s, c, CLIENT, wire);
    EMIT(smtp_command, on(s, c, SERVER), .verb = T(verb), .line = T(line));
}

static void greet(struct sample *s, struct conn *c)
{
    char line[200];

    open_conn(s, c);
    enter(s, c, "", "connected", "connection fine");
    snprintf(line, sizeof line, "%s ESMTP smtplab", c->ends[SERVER].host);
    reply(s, c, "greeting", 220, "", T(line), NONE);
    enter(s, c, "connected", "greeted", "greeting");
    snprintf(line, sizeof line, "EHLO %s", c->ends[CLIENT].host);
    command(s, c, "EHLO", line);
    reply(s, c, "EHLO", 250, "", T(c->ends[SERVER].host), TEXT("PIPELINING"));
    enter(s, c, "greeted", "ready", "EHLO fine");
}

static void envelope(struct sample *s, struct conn *c, const char *from, const char *to)
{
    char line[200];

    snprintf(line, sizeof line, "MAIL FROM:<%s>", from);
    command(s, c, "MAIL", line);
    reply(s, c, "MAIL", 250, "2.1.0", TEXT("sender ok"), NONE);
    enter(s, c, "ready", "mail", "MAIL fine");
    snprintf(line, sizeof line, "RCPT TO:<%s>", to);
    command(s, c, "RCPT", line);
    EMIT(policy_relay, on(s, c, SERVER), .allowed = true,
         .reason = c->ends[SERVER].port == 587 ? TEXT("network") : TEXT("local"),
         .rule = c->ends[SERVER].port == 587 ? TEXT("allow from 192.0.2.0/24")
                                             : TEXT("allow to local domains"),
         .client = T(c->ends[CLIENT].address), .recipient = T(to),
         .reference = TEXT("RFC 5321 3.6.2"));
    reply(s, c, "RCPT", 250, "2.1.5", TEXT("recipient ok"), NONE);
    enter(s, c, "mail", "rcpt", "RCPT fine");
}

static void data(struct sample *s, struct conn *c, const char *content)
{
    char wire[4000];
    size_t lines = 0;

    command(s, c, "DATA", "DATA");
    reply(s, c, "DATA", 354, "", TEXT("end with a line that holds a dot"), NONE);
    enter(s, c, "rcpt", "data", "DATA fine");
    for (const char *p = content; *p; p++)
        lines += *p == '\n';
    EMIT(smtp_data, on(s, c, CLIENT), .octets = (int64_t)strlen(content), .lines = (int64_t)lines);
    snprintf(wire, sizeof wire, "%s.\r\n", content);
    send_octets(s, c, CLIENT, wire);
    EMIT(smtp_data, on(s, c, SERVER), .octets = (int64_t)strlen(content), .lines = (int64_t)lines);
}

static void quit(struct sample *s, struct conn *c)
{
    s->mail = s->queue = "";
    command(s, c, "QUIT", "QUIT");
    reply(s, c, "QUIT", 221, "2.0.0", TEXT("bye"), NONE);
    enter(s, c, "ready", "closed", "QUIT fine");
    close_conn(s, c);
}

/* ---- DNS ---------------------------------------------------------------------------------- */

static size_t put_name(unsigned char *to, const char *name)
{
    size_t size = 0;

    while (*name) {
        size_t label = strcspn(name, ".");

        to[size++] = (unsigned char)label;
        memcpy(to + size, name, label);
        size += label;
        name += label + (name[label] == '.');
    }
    to[size++] = 0;
    return size;
}

static void put_16(unsigned char *to, int value)
{
    to[0] = (unsigned char)(value >> 8);
    to[1] = (unsigned char)value;
}

/* A query (no rdata) or its answer with one record. */
static size_t dns_message(unsigned char *to, int id, const char *name, int type,
                          const unsigned char *rdata, size_t rdata_size)
{
    size_t size = 12;

    memset(to, 0, size);
    put_16(to, id);
    put_16(to + 2, rdata_size ? 0x8400 : 0);
    to[5] = 1;
    to[7] = rdata_size > 0;
    size += put_name(to + size, name);
    put_16(to + size, type);
    put_16(to + size + 2, 1);
    size += 4;
    if (rdata_size > 0) {
        put_16(to + size, 0xc00c);
        put_16(to + size + 2, type);
        put_16(to + size + 4, 1);
        put_16(to + size + 6, 0);
        put_16(to + size + 8, 3600);
        put_16(to + size + 10, (int)rdata_size);
        memcpy(to + size + 12, rdata, rdata_size);
        size += 12 + rdata_size;
    }
    return size;
}

static void datagram(struct sample *s, const char *host, const char *from, int from_port,
                     const char *to, int to_port, const unsigned char *octets, size_t size)
{
    EMIT(udp_datagram, at(s, host), .source = T(from), .source_port = from_port,
         .destination = T(to), .destination_port = to_port, .octets = {(const char *)octets, size},
         .arrives_ns = s->now_ns + 25 * MS);
}

static void look_up(struct sample *s, int id, const char *name, const char *type, int number,
                    const char *answer, const unsigned char *rdata, size_t rdata_size)
{
    static const char asker[] = "192.0.2.25", server[] = "192.0.2.53", host[] = "mail.uni.example";
    unsigned char octets[300];
    struct text answers[] = {T(answer)};

    EMIT(dns_query, at(s, host), .id = id, .name = T(name), .type = T(type), .peer = T(server),
         .attempt = 1);
    datagram(s, host, asker, 40000 + id, server, 53, octets,
             dns_message(octets, id, name, number, NULL, 0));
    s->now_ns += 25 * MS;
    EMIT(dns_query, at(s, "ns.example"), .id = id, .name = T(name), .type = T(type),
         .peer = T(asker));
    EMIT(dns_answer, at(s, "ns.example"), .id = id, .name = T(name), .type = T(type),
         .peer = T(asker), .rcode = TEXT("NOERROR"), .answers = {answers, 1},
         .authoritative = true);
    datagram(s, "ns.example", server, 53, asker, 40000 + id, octets,
             dns_message(octets, id, name, number, rdata, rdata_size));
    s->now_ns += 25 * MS;
    EMIT(dns_answer, at(s, host), .id = id, .name = T(name), .type = T(type), .peer = T(server),
         .rcode = TEXT("NOERROR"), .answers = {answers, 1}, .authoritative = true,
         .waited_ns = 50 * MS);
}

/* ---- the letter --------------------------------------------------------------------------- */

static const char letter[] = "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
                             "From: alice@uni.example\r\n"
                             "To: bob@shop.example\r\n"
                             "Subject: Hi\r\n"
                             "Message-ID: <1@alice-pc>\r\n"
                             "\r\n"
                             "From here to there,\r\n"
                             ">From the top.\r\n"
                             "Caf\303\251 \"quoted\" \\ back\r\n";
static const char received_1[] =
    "Received: from alice-pc ([192.0.2.10])\r\n"
    "\tby mail.uni.example with ESMTP id A1;\r\n\tMon, 02 Mar 2026 09:00:01 +0000\r\n";
static const char received_2[] =
    "Received: from mail.uni.example ([192.0.2.25])\r\n"
    "\tby mail.shop.example with ESMTP id B1;\r\n\tMon, 02 Mar 2026 09:00:02 +0000\r\n";

static void open_custody(struct sample *s, struct trace_where where, const char *id,
                         const char *parent, const char *recipient, const char *how)
{
    EMIT(custody_opened, where, .custody = T(id), .parent = T(parent), .recipient = T(recipient),
         .how = T(how));
}

static void close_custody(struct sample *s, struct trace_where where, const char *id,
                          const char *recipient, const char *how, const char *to)
{
    EMIT(custody_closed, where, .custody = T(id), .recipient = T(recipient), .how = T(how),
         .to = T(to));
}

static void host_up(struct sample *s, const char *name, const char *address, const char *role,
                    const char *listens)
{
    struct text texts[] = {T(address), T(role), T(listens)};

    EMIT(host_started, at(s, name), .addresses = {&texts[0], 1}, .roles = {&texts[1], 1},
         .listens = {&texts[2], texts[2].size > 0});
}

static void start_world(struct sample *s)
{
    EMIT(sim_started, ((struct trace_where){0}), .start = TEXT("2026-03-02T09:00:00Z"), .hosts = 4);
    s->cause = 0;
    host_up(s, "alice-pc", "192.0.2.10", "mua", "");
    host_up(s, "mail.uni.example", "192.0.2.25", "mta", "tcp/25 smtp");
    host_up(s, "mail.shop.example", "198.51.100.25", "mta", "tcp/25 smtp");
    host_up(s, "ns.example", "192.0.2.53", "dns", "udp/53 dns");
    s->cause = 0;
    EMIT(sim_input, at(s, "alice-pc"), .source = TEXT("timeline"), .verb = TEXT("send"),
         .detail = TEXT("{\"to\":\"bob@shop.example\",\"subject\":\"Hi\"}"));
}

static void submit(struct sample *s)
{
    struct conn c = {.ends = {{"alice-pc", "192.0.2.10", 49152, 0, 0, 0},
                              {"mail.uni.example", "192.0.2.25", 587, 0, 0, 0}},
                     .latency_ns = 2 * MS};
    bool bounce = (s->options & SAMPLE_BOUNCE) != 0;
    struct text to[] = {TEXT("bob@shop.example"), TEXT("nobody@shop.example")};
    struct trace_texts all = {to, bounce ? 2 : 1};

    s->mail = "alice-pc.1";
    EMIT(mail_composed, at(s, "alice-pc"), .from = TEXT("alice@uni.example"), .to = all,
         .subject = TEXT("Hi"), .message_id = TEXT("1@alice-pc"), .octets = sizeof letter - 1);
    EMIT(mail_content, at(s, "alice-pc"), .part = TEXT("whole"),
         .octets = {letter, sizeof letter - 1});
    open_custody(s, at(s, "alice-pc"), "alice-pc/1", "", "bob@shop.example", "written");
    if (bounce)
        open_custody(s, at(s, "alice-pc"), "alice-pc/2", "", "nobody@shop.example", "written");
    greet(s, &c);
    envelope(s, &c, "alice@uni.example", "bob@shop.example");
    if (bounce) {
        command(s, &c, "RCPT", "RCPT TO:<nobody@shop.example>");
        EMIT(policy_relay, on(s, &c, SERVER), .allowed = true, .reason = TEXT("network"),
             .rule = TEXT("allow from 192.0.2.0/24"), .client = TEXT("192.0.2.10"),
             .recipient = TEXT("nobody@shop.example"), .reference = TEXT("RFC 5321 3.6.2"));
        reply(s, &c, "RCPT", 250, "2.1.5", TEXT("recipient ok"), NONE);
    }
    data(s, &c, letter);
    s->queue = "A1";
    EMIT(mail_content, on(s, &c, SERVER), .part = TEXT("prepended"),
         .octets = {received_1, sizeof received_1 - 1});
    EMIT(mail_accepted, on(s, &c, SERVER), .sender = TEXT("alice@uni.example"), .recipients = all,
         .octets = sizeof letter - 1, .protocol = TEXT("ESMTP"), .client = TEXT("alice-pc"),
         .address = TEXT("192.0.2.10"));
    EMIT(queue_entered, at(s, "mail.uni.example"), .sender = TEXT("alice@uni.example"),
         .recipients = all, .octets = sizeof letter + sizeof received_1 - 2);
    open_custody(s, on(s, &c, SERVER), "mail.uni.example/1", "alice-pc/1", "bob@shop.example",
                 "accepted");
    EMIT(custody_overlap, on(s, &c, SERVER), .custody = TEXT("alice-pc/1"),
         .next = TEXT("mail.uni.example/1"));
    if (bounce)
        open_custody(s, on(s, &c, SERVER), "mail.uni.example/2", "alice-pc/2",
                     "nobody@shop.example", "accepted");
    s->queue = "";
    reply(s, &c, "message", 250, "2.0.0", TEXT("queued as A1"), NONE);
    enter(s, &c, "data", "ready", "end of data");
    for (uint32_t i = 0; i < all.count; i++) {
        EMIT(mail_relayed, on(s, &c, CLIENT), .recipient = to[i],
             .next_hop = TEXT("mail.uni.example"), .code = 250, .reply = TEXT("queued as A1"));
        close_custody(s, on(s, &c, CLIENT), i ? "alice-pc/2" : "alice-pc/1", to[i].at, "passed_on",
                      "mail.uni.example");
    }
    quit(s, &c);
}

static void route(struct sample *s)
{
    static const unsigned char mx[] = "\0\012\4mail\300\014";
    static const unsigned char a[] = {198, 51, 100, 25};
    static const unsigned char aaaa[16] = {0x20, 1, 0xd, 0xb8, [15] = 0x25};
    bool ipv6 = (s->options & SAMPLE_IPV6) != 0;
    struct trace_candidate candidates[] = {{.preference = 10,
                                            .host = TEXT("mail.shop.example"),
                                            .verdict = TEXT("chosen"),
                                            .why = TEXT("lowest preference")}};
    struct text to[] = {TEXT("bob@shop.example"), TEXT("nobody@shop.example")};

    s->mail = "alice-pc.1";
    s->queue = "A1";
    EMIT(queue_attempt, at(s, "mail.uni.example"), .attempt = 1, .route = TEXT("mx"),
         .domain = TEXT("shop.example"), .recipients = {to, (s->options & SAMPLE_BOUNCE) ? 2 : 1});
    look_up(s, 7, "shop.example", "MX", 15, "shop.example 3600 MX 10 mail.shop.example", mx,
            sizeof mx - 1);
    if (ipv6)
        look_up(s, 8, "mail.shop.example", "AAAA", 28, "mail.shop.example 3600 AAAA 2001:db8::25",
                aaaa, sizeof aaaa);
    else
        look_up(s, 8, "mail.shop.example", "A", 1, "mail.shop.example 3600 A 198.51.100.25", a,
                sizeof a);
    EMIT(dns_mx_chosen, at(s, "mail.uni.example"), .domain = TEXT("shop.example"),
         .candidates = {candidates, 1}, .chosen = TEXT("mail.shop.example"),
         .address = ipv6 ? TEXT("2001:db8::25") : TEXT("198.51.100.25"), .reason = TEXT("mx"));
}

/* The second RCPT of the relay, which gets 550. */
static void refuse_nobody(struct sample *s, struct conn *c)
{
    command(s, c, "RCPT", "RCPT TO:<nobody@shop.example>");
    EMIT(policy_decision, on(s, c, SERVER), .at = TEXT("recipient"), .verdict = TEXT("refuse"),
         .code = 550, .enhanced = TEXT("5.1.1"), .rule = TEXT("mailbox"),
         .subject = TEXT("nobody@shop.example"), .reference = TEXT("RFC 5321 3.3"));
    reply(s, c, "RCPT", 550, "5.1.1", TEXT("no such user here"), NONE);
    EMIT(queue_bounced, on(s, c, CLIENT), .recipient = TEXT("nobody@shop.example"), .code = 550,
         .status = TEXT("5.1.1"), .reason = TEXT("no such user here"),
         .remote = TEXT("mail.shop.example"), .enhanced = TEXT("5.1.1"));
}

static void deliver_to_bob(struct sample *s, struct conn *c)
{
    static const char return_path[] = "Return-Path: <alice@uni.example>\r\n";
    struct text to[] = {TEXT("bob@shop.example")};

    s->queue = "B1";
    EMIT(mail_content, on(s, c, SERVER), .part = TEXT("prepended"),
         .octets = {received_2, sizeof received_2 - 1});
    EMIT(mail_accepted, on(s, c, SERVER), .sender = TEXT("alice@uni.example"),
         .recipients = {to, 1}, .octets = sizeof letter + sizeof received_1 - 2,
         .protocol = TEXT("ESMTP"), .client = TEXT("mail.uni.example"),
         .address = T(c->ends[CLIENT].address));
    EMIT(queue_entered, at(s, "mail.shop.example"), .sender = TEXT("alice@uni.example"),
         .recipients = {to, 1}, .octets = 500);
    open_custody(s, on(s, c, SERVER), "mail.shop.example/1", "mail.uni.example/1",
                 "bob@shop.example", "accepted");
    EMIT(custody_overlap, on(s, c, SERVER), .custody = TEXT("mail.uni.example/1"),
         .next = TEXT("mail.shop.example/1"));
    EMIT(queue_attempt, at(s, "mail.shop.example"), .attempt = 1, .route = TEXT("local"),
         .domain = TEXT("shop.example"), .recipients = {to, 1});
    EMIT(mail_content, at(s, "mail.shop.example"), .part = TEXT("final"),
         .octets = {return_path, sizeof return_path - 1});
    EMIT(mail_delivered, at(s, "mail.shop.example"), .recipient = to[0], .mailbox = TEXT("bob"),
         .octets = 534, .hops = 2, .age_ns = s->now_ns);
    close_custody(s, at(s, "mail.shop.example"), "mail.shop.example/1", "bob@shop.example",
                  "delivered", "bob");
    EMIT(mail_ended, at(s, "mail.shop.example"), .recipient = to[0], .verdict = TEXT("delivered"),
         .at = TEXT("mail.shop.example"), .why = TEXT("in the mailbox of bob"));
    EMIT(queue_removed, at(s, "mail.shop.example"), .age_ns = 0);
}

static void relay(struct sample *s)
{
    bool ipv6 = (s->options & SAMPLE_IPV6) != 0;
    struct conn c = {
        .ends = {{"mail.uni.example", ipv6 ? "2001:db8:1::25" : "192.0.2.25", 49153, 0, 0, 0},
                 {"mail.shop.example", ipv6 ? "2001:db8::25" : "198.51.100.25", 25, 0, 0, 0}},
        .latency_ns = 25 * MS};
    char content[2000];

    snprintf(content, sizeof content, "%s%s", received_1, letter);
    greet(s, &c);
    envelope(s, &c, "alice@uni.example", "bob@shop.example");
    if (s->options & SAMPLE_BOUNCE)
        refuse_nobody(s, &c);
    data(s, &c, content);
    deliver_to_bob(s, &c);
    s->queue = "";
    reply(s, &c, "message", 250, "2.0.0", TEXT("queued as B1"), NONE);
    enter(s, &c, "data", "ready", "end of data");
    s->queue = "A1";
    EMIT(mail_relayed, on(s, &c, CLIENT), .recipient = TEXT("bob@shop.example"),
         .next_hop = TEXT("mail.shop.example"), .code = 250, .reply = TEXT("queued as B1"));
    close_custody(s, on(s, &c, CLIENT), "mail.uni.example/1", "bob@shop.example", "passed_on",
                  "mail.shop.example");
    quit(s, &c);
}

static void report(struct sample *s)
{
    static const char text[] = "From: MAILER-DAEMON@mail.uni.example\r\n"
                               "To: alice@uni.example\r\n"
                               "Subject: Undelivered mail\r\n\r\n"
                               "nobody@shop.example: 550 5.1.1 no such user here\r\n";
    static const char return_path[] = "Return-Path: <>\r\n";
    struct text to[] = {TEXT("alice@uni.example")}, about[] = {TEXT("nobody@shop.example")};
    struct text status[] = {TEXT("5.1.1")};
    const char *host = "mail.uni.example";

    s->mail = "mail.uni.example.1";
    s->queue = "A2";
    EMIT(mail_composed, at(s, host), .from = NONE, .to = {to, 1},
         .subject = TEXT("Undelivered mail"), .message_id = TEXT("A2@mail.uni.example"),
         .octets = sizeof text - 1);
    EMIT(mail_ndr, at(s, host), .about = TEXT("alice-pc.1"), .to = to[0], .action = TEXT("failed"),
         .recipients = {about, 1}, .statuses = {status, 1});
    EMIT(mail_content, at(s, host), .part = TEXT("whole"), .octets = {text, sizeof text - 1});
    open_custody(s, at(s, host), "mail.uni.example/3", "mail.uni.example/2", "alice@uni.example",
                 "written");
    s->mail = "alice-pc.1";
    s->queue = "A1";
    close_custody(s, at(s, host), "mail.uni.example/2", "nobody@shop.example", "bounced",
                  "mail.uni.example.1");
    EMIT(mail_ended, at(s, host), .recipient = about[0], .verdict = TEXT("bounced"), .at = T(host),
         .why = TEXT("550 5.1.1 no such user here"));
    s->mail = "mail.uni.example.1";
    s->queue = "A2";
    EMIT(queue_entered, at(s, host), .sender = NONE, .recipients = {to, 1}, .octets = 140);
    EMIT(queue_attempt, at(s, host), .attempt = 1, .route = TEXT("local"),
         .domain = TEXT("uni.example"), .recipients = {to, 1});
    EMIT(mail_content, at(s, host), .part = TEXT("final"),
         .octets = {return_path, sizeof return_path - 1});
    EMIT(mail_delivered, at(s, host), .recipient = to[0], .mailbox = TEXT("alice"), .octets = 157,
         .hops = 0, .age_ns = 0);
    close_custody(s, at(s, host), "mail.uni.example/3", "alice@uni.example", "delivered", "alice");
    EMIT(mail_ended, at(s, host), .recipient = to[0], .verdict = TEXT("delivered"), .at = T(host),
         .why = TEXT("in the mailbox of alice"));
    EMIT(queue_removed, at(s, host), .age_ns = 0);
}

void sample_begin(struct sample *s, uint32_t layers, unsigned options)
{
    *s = (struct sample){.options = options, .mail = "", .queue = ""};
    trace_init(&s->trace, &s->now_ns, layers);
}

void sample_run(struct sample *s)
{
    start_world(s);
    submit(s);
    route(s);
    if ((s->options & SAMPLE_OPEN) == 0) {
        relay(s);
        if (s->options & SAMPLE_BOUNCE)
            report(s);
    }
    s->mail = s->queue = "";
    EMIT(sim_ended, ((struct trace_where){0}),
         .reason = (s->options & SAMPLE_OPEN) ? TEXT("until") : TEXT("quiet"), .events = 321);
}

struct replay_header sample_header(uint32_t layers)
{
    return (struct replay_header){
        .version = TEXT("0.1.0"),
        .seed = TEXT("18446744073709551615"),
        .layers = layers,
        .scenario = TEXT("{\"smtplab\":1,\"title\":\"My first letter \\u2014 Caf\\u00e9\"}"),
        .scenario_sha256 = TEXT("a6cc9fff2b37fce25bbbd5e4f3accbdbe2ea4565ef883dfd7dc12eef7f5341dd"),
        .changed = TEXT("--seed 18446744073709551615"),
    };
}

static void append(void *context, struct text octets)
{
    buffer_put_text(context, octets);
}

struct export_output sample_output(struct buffer *b)
{
    return (struct export_output){.put = append, .context = b};
}

struct text sample_trace(struct memory *m, enum trace_json_form form, uint32_t layers,
                         unsigned options)
{
    struct replay_header header = sample_header(layers);
    struct trace_json *w;
    struct sample s;
    struct buffer out;

    buffer_init(&out, m);
    w = trace_json_begin(m, sample_output(&out), form, &header);
    sample_begin(&s, layers, options);
    trace_add_sink(&s.trace, trace_json_sink(w));
    sample_run(&s);
    trace_json_end(w, (options & SAMPLE_OPEN) ? REPLAY_LIMIT : REPLAY_COMPLETE, s.now_ns,
                   s.trace.counts);
    return buffer_text(&out);
}
