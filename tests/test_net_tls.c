/* TLS as it looks on the wire: two ends by turns, whatever the pieces; what is changed is noticed. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "sim/net/tls.h"
#include "tests/text_lab.h"

struct side {
    struct tls_end *tls;
    struct buffer out, plain;
    enum tls_progress last;
    int ups;
};

struct duo {
    struct memory memory;
    struct side client, server;
};

static void duo_init(struct duo *d, uint64_t seed, const char *name)
{
    struct random a, b;

    memory_init(&d->memory, 0);
    random_init(&a, seed, TEXT("a"), TEXT("tls"));
    random_init(&b, seed, TEXT("b"), TEXT("tls"));
    d->client = (struct side){.tls = tls_new(&d->memory, TLS_CLIENT, text_of(name), &a)};
    d->server = (struct side){.tls = tls_new(&d->memory, TLS_SERVER, TEXT("mx.b.example"), &b)};
    struct side *sides[] = {&d->client, &d->server};
    for (int i = 0; i < 2; i++) {
        buffer_init(&sides[i]->out, &d->memory);
        buffer_init(&sides[i]->plain, &d->memory);
    }
    tls_start(d->server.tls, &d->server.out);
    cr_assert_eq(d->server.out.size, 0, "a server waits");
    tls_start(d->client.tls, &d->client.out);
}

static void duo_end(struct duo *d)
{
    tls_free(d->client.tls);
    tls_free(d->server.tls);
    memory_end(&d->memory);
}

/* What one end has to say goes to the other in pieces of so many octets. */
static void carry(struct side *from, struct side *to, size_t piece)
{
    struct text all = buffer_text(&from->out);
    char copy[65536];

    cr_assert(all.size <= sizeof copy);
    if (all.size > 0)
        memcpy(copy, all.at, all.size);
    buffer_clear(&from->out);
    for (size_t at = 0; at < all.size; at += piece) {
        bool was_up = tls_is_up(to->tls);
        size_t size = all.size - at < piece ? all.size - at : piece;
        to->last = tls_receive(to->tls, text_from(copy + at, size), &to->out, &to->plain);
        to->ups += !was_up && tls_is_up(to->tls);
    }
}

static void shake_hands(struct duo *d, size_t piece)
{
    carry(&d->client, &d->server, piece);
    carry(&d->server, &d->client, piece);
    cr_assert(tls_is_up(d->client.tls));
    cr_assert(!tls_is_up(d->server.tls), "not before the client's Finished");
    carry(&d->client, &d->server, piece);
    cr_assert(tls_is_up(d->server.tls));
    cr_assert(d->client.ups == 1 && d->server.ups == 1);
    cr_assert(d->client.out.size == 0 && d->server.out.size == 0);
}

Test(net_tls, both_ends_read_what_the_other_wrote_in_whatever_pieces)
{
    static const size_t pieces[] = {1, 2, 7, 1460, 65536};

    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct duo d;
        struct buffer large;

        duo_init(&d, 1, "mx.b.example");
        shake_hands(&d, pieces[i]);
        cr_expect(text_equal(tls_hello_name(d.server.tls), TEXT("mx.b.example")));
        tls_seal(d.client.tls, TEXT("MAIL FROM:<alice@uni.example>\r\n"), &d.client.out);
        cr_expect(!text_count(buffer_text(&d.client.out), TEXT("alice")), "sealed");
        carry(&d.client, &d.server, pieces[i]);
        cr_expect(
            text_equal(buffer_text(&d.server.plain), TEXT("MAIL FROM:<alice@uni.example>\r\n")));
        buffer_init(&large, &d.memory);
        for (int k = 0; k < 40000; k++)
            buffer_put_char(&large, (char)(k % 251));
        tls_seal(d.server.tls, buffer_text(&large), &d.server.out);
        cr_expect_eq(d.server.out.size, 40000 + 3 * (5 + 1 + 16), "three records (RFC 8446 5.1)");
        carry(&d.server, &d.client, pieces[i]);
        cr_expect(text_equal(buffer_text(&d.client.plain), buffer_text(&large)));
        tls_close(d.client.tls, &d.client.out);
        tls_close(d.client.tls, &d.client.out);
        cr_expect_eq(d.client.out.size, 5 + 2 + 1 + 16, "close_notify, once");
        carry(&d.client, &d.server, pieces[i]);
        cr_expect_eq(d.server.last, TLS_ENDED);
        duo_end(&d);
    }
}

/* The framing alone, as somebody on the way sees it: type, version and length of each record. */
static void list_records(struct text octets, char *out, size_t room)
{
    size_t used = 0;

    out[0] = 0;
    while (octets.size >= 5) {
        size_t size = (size_t)(uint8_t)octets.at[3] << 8 | (uint8_t)octets.at[4];
        used += (size_t)snprintf(out + used, room - used, "%d/%d.%d:%zu ", octets.at[0],
                                 octets.at[1], octets.at[2], size);
        octets = text_after(octets, 5 + size);
    }
    cr_expect_eq(octets.size, 0);
}

Test(net_tls, what_goes_over_the_wire_is_framed_as_tls_1_3_is)
{
    struct duo d;
    char records[300];

    duo_init(&d, 1, "mx.b.example");
    cr_expect(text_count(buffer_text(&d.client.out), TEXT("\0\0\0\x11\0\x0f\0\0\x0cmx.b.example")),
              "the name in the hello can be read by everybody (RFC 6066 3)");
    list_records(buffer_text(&d.client.out), records, sizeof records);
    cr_expect_str_eq(records, "22/3.1:179 ", "%s", records);
    carry(&d.client, &d.server, 65536);
    list_records(buffer_text(&d.server.out), records, sizeof records);
    cr_expect_str_eq(records, "22/3.3:122 20/3.3:1 23/3.3:23 23/3.3:773 23/3.3:96 23/3.3:53 ", "%s",
                     records);
    carry(&d.server, &d.client, 65536);
    list_records(buffer_text(&d.client.out), records, sizeof records);
    cr_expect_str_eq(records, "20/3.3:1 23/3.3:53 ", "%s", records);
    duo_end(&d);
}

Test(net_tls, an_address_literal_is_not_said_as_a_name)
{
    struct duo d;

    duo_init(&d, 1, "[192.0.2.1]");
    shake_hands(&d, 65536);
    cr_expect_eq(tls_hello_name(d.server.tls).size, 0);
    cr_expect_eq(tls_hello_name(d.client.tls).size, 0);
    duo_end(&d);
}

Test(net_tls, the_same_seed_gives_the_same_octets_and_another_others)
{
    struct duo a, b, c;

    duo_init(&a, 1, "x");
    duo_init(&b, 1, "x");
    duo_init(&c, 2, "x");
    cr_expect(text_equal(buffer_text(&a.client.out), buffer_text(&b.client.out)));
    cr_expect(!text_equal(buffer_text(&a.client.out), buffer_text(&c.client.out)));
    duo_end(&a);
    duo_end(&b);
    duo_end(&c);
}

/* Every single octet of the handshake and of a sealed line, changed by one bit: either nothing comes of
 * it (octets that mean nothing), or an end notices; never does another plaintext come out. */
Test(net_tls, no_changed_octet_brings_another_plaintext)
{
    int noticed = 0, harmless = 0;

    for (size_t flip = 0;; flip++) {
        struct duo d;
        size_t at = 0;
        bool hit = false;

        duo_init(&d, 3, "mx.b.example");
        for (int turn = 0; turn < 4; turn++) {
            struct side *from = turn % 2 ? &d.server : &d.client;
            struct side *to = turn % 2 ? &d.client : &d.server;
            if (turn == 3 && tls_is_up(d.server.tls))
                tls_seal(d.server.tls, TEXT("250 fine\r\n"), &d.server.out);
            if (!hit && flip < at + from->out.size) {
                from->out.at[flip - at] ^= 1;
                hit = true;
            }
            at += from->out.size;
            carry(from, to, 65536);
        }
        struct text came = buffer_text(&d.client.plain);
        bool whole = text_equal(came, TEXT("250 fine\r\n"));
        cr_assert(whole || came.size == 0, "octet %zu", flip);
        noticed += hit && !whole;
        harmless += hit && whole;
        duo_end(&d);
        if (!hit)
            break;
    }
    cr_expect(noticed > 1350 && harmless < 20, "%d noticed, %d not", noticed, harmless);
}

static const struct {
    const char *name, *octets;
    size_t size;
} strange[] = {
    {"a greeting", "220 mail.uni.example ESMTP\r\n", 28},
    {"a command", "EHLO a.example\r\n", 16},
    {"too long a record", "\x17\x03\x03\x7f\xff", 5},
    {"data before the handshake", "\x17\x03\x03\0\x14zzzzzzzzzzzzzzzzzzzz", 25},
    {"a hello that ends too early", "\x16\x03\x01\0\x04\x01\0\0\x20", 9},
    {"an empty handshake record", "\x16\x03\x01\0\0", 5},
};

Test(net_tls, what_is_no_tls_ends_with_an_alert)
{
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        for (int role = 0; role < 2; role++) {
            struct duo d;
            duo_init(&d, 1, "x");
            struct side *s = role ? &d.server : &d.client;
            buffer_clear(&s->out);
            s->last = tls_receive(s->tls, text_from(strange[i].octets, strange[i].size), &s->out,
                                  &s->plain);
            cr_expect_eq(s->last, TLS_BROKEN, "%s", strange[i].name);
            cr_expect(s->out.size == 7 && s->out.at[0] == 21, "%s: an alert", strange[i].name);
            cr_expect_eq(tls_receive(s->tls, TEXT("x"), &s->out, &s->plain), TLS_BROKEN);
            cr_expect_eq(s->plain.size, 0);
            duo_end(&d);
        }
}
