/*
 * test_kernel.c - text, memory, random streams, the calendar and tables.
 */
#include <criterion/criterion.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/clock.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/random.h"
#include "sim/kernel/table.h"
#include "sim/kernel/text.h"
#include "tests/text_lab.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- text ----------------------------------------------------------------------------------- */

Test(text, case_is_ascii_only)
{
    static const struct {
        const char *a, *b;
        bool equal, nocase;
    } rows[] = {
        {"", "", true, true},
        {"Shop.Example", "shop.exAMPLE", false, true},
        {"shop", "shop.", false, false},
        {"[@`{", "{`@[", false, false},
        {"a@z", "A`Z", false, false}, /* '@' and '`' differ in the bit of case */
        {"M\xC3\x9CLLER", "m\xC3\xBCller", false, false}, /* U+00DC, U+00FC: no ASCII letters */
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text a = text_of(rows[i].a), b = text_of(rows[i].b);
        cr_expect_eq(text_equal(a, b), rows[i].equal, "%s, %s", rows[i].a, rows[i].b);
        cr_expect_eq(text_equal_nocase(a, b), rows[i].nocase, "%s, %s", rows[i].a, rows[i].b);
    }
    cr_expect(text_starts_nocase(TEXT("mail FROM:<>"), TEXT("MAIL ")));
    cr_expect_not(text_starts_nocase(TEXT("MAI"), TEXT("MAIL")));
    cr_expect(text_ends_nocase(TEXT("mx.Shop.Example"), TEXT(".shop.example")));
    cr_expect_not(text_ends_nocase(TEXT("example"), TEXT("shop.example")));
}

Test(text, order_is_by_octets_and_the_shorter_first)
{
    static const char *const sorted[] = {"", "A", "AB", "B", "a", "a\x7F", "a\x80", "\xFF"};

    for (size_t i = 0; i < COUNT(sorted); i++)
        for (size_t k = 0; k < COUNT(sorted); k++) {
            int got = text_compare(text_of(sorted[i]), text_of(sorted[k]));
            cr_expect_eq((got > 0) - (got < 0), (i > k) - (i < k), "%zu, %zu", i, k);
        }
    cr_expect_lt(text_compare(text_from("a\0a", 3), text_from("a\0b", 3)), 0);
}

Test(text, slices)
{
    CHECK_TEXT(text_trim(TEXT(" \t a b\t ")), "a b");
    CHECK_TEXT(text_trim(TEXT(" \t ")), "");
    CHECK_TEXT(text_trim(TEXT("\r\n")), "\r\n");
    CHECK_TEXT(text_after(TEXT("alice@uni"), 6), "uni");
    CHECK_TEXT(text_after(TEXT("alice"), 99), "");
    cr_expect_eq(text_find(TEXT("alice@uni"), '@'), 5);
    cr_expect_eq(text_find(TEXT("alice"), '@'), 5);
    cr_expect_eq(text_find(text_from(NULL, 0), '@'), 0);
    cr_expect(text_equal(text_from(NULL, 0), TEXT("")));
}

Test(text, numbers_are_digits_and_fit)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"99999999999999999999", false, 0},
        {"", false, 0},
        {"-1", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1a", false, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t value = -7;
        cr_expect_eq(text_to_int(text_of(rows[i].text), &value), rows[i].ok, "%s", rows[i].text);
        cr_expect_eq(value, rows[i].ok ? rows[i].value : -7, "%s", rows[i].text);
    }
}

/* Octet by octet in the plainest way: the hash folds eight at once and must agree with it. */
Test(text, folded_hash_agrees_with_folding_for_every_octet)
{
    for (int c = 0; c < 256; c++)
        for (size_t size = 1; size < 20; size++) {
            char mixed[20], lower[20];
            for (size_t i = 0; i < size; i++) {
                mixed[i] = (char)(i % 3 == 0 ? c : 'Q' + (int)i);
                lower[i] = ascii_lower(mixed[i]);
            }
            cr_assert_eq(text_hash_nocase(text_from(mixed, size)),
                         text_hash(text_from(lower, size)), "octet %d, size %zu", c, size);
        }
}

Test(text, hash_spreads_names_that_differ_little)
{
    enum { NAMES = 4096 };
    static unsigned buckets[NAMES];
    unsigned full = 0;

    for (int i = 0; i < NAMES; i++) {
        char name[32];
        snprintf(name, sizeof name, "host-%d.example", i);
        full += buckets[text_hash(text_of(name)) % NAMES]++ == 0;
    }
    /* 1 - 1/e of them, if the hash were random. */
    cr_expect_gt(full, NAMES * 60 / 100);
    cr_expect_neq(text_hash(text_from("\0", 1)), text_hash(text_from("\0\0", 2)));
}

Test(text, buffers_build_octets)
{
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    buffer_put(&b, NULL, 0);
    buffer_put_string(&b, "250 ");
    buffer_put_int(&b, 0);
    buffer_put_char(&b, ' ');
    buffer_put_int(&b, INT64_MIN);
    buffer_put_char(&b, ' ');
    buffer_put_int(&b, INT64_MAX);
    buffer_put_char(&b, ' ');
    buffer_put_padded(&b, 7, 3);
    buffer_put_padded(&b, -7, 3);
    buffer_put_padded(&b, 12345, 3);
    buffer_put_text(&b, text_from("\0x", 2));
    struct text want = TEXT("250 0 -9223372036854775808 9223372036854775807 007-00712345\0x");
    cr_expect(text_equal(buffer_text(&b), want), "%.*s", TEXT_ARG(buffer_text(&b)));

    struct text copy = text_copy(&m, buffer_text(&b));
    buffer_drop(&b, 4);
    cr_expect(text_equal(buffer_text(&b), text_after(want, 4)));
    buffer_drop(&b, b.size);
    cr_expect_eq(b.size, 0);
    cr_expect(text_equal(copy, want));
    cr_expect_eq(copy.at[copy.size], '\0');
    for (int i = 0; i < 300000; i++)
        buffer_put_char(&b, (char)(i % 251));
    for (int i = 0; i < 300000; i++)
        cr_assert_eq(b.at[i], (char)(i % 251));
    buffer_free(&b);
    memory_give(&m, (char *)(uintptr_t)copy.at, copy.size + 1);
    cr_expect_eq(m.used, 0);
    memory_end(&m);
}

/* Every number of digits, its bounds, with every padding, against the C library. */
Test(text, numbers_as_the_c_library_writes_them)
{
    struct memory m;
    struct buffer b;
    int64_t power = 1;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    for (int digits = 0; digits < 19; digits++) {
        for (int i = 0; i < 8; i++)
            for (int pad = 0; pad <= 20; pad++) {
                int64_t value = (i < 4 ? power : -power) + i % 4 - 2;
                char want[40];
                snprintf(want, sizeof want, "%0*lld", pad + (value < 0), (long long)value);
                buffer_clear(&b);
                buffer_put_padded(&b, value, pad);
                if (pad > 0)
                    CHECK_TEXT(buffer_text(&b), want);
                snprintf(want, sizeof want, "%lld", (long long)value);
                buffer_clear(&b);
                buffer_put_int(&b, value);
                CHECK_TEXT(buffer_text(&b), want);
            }
        power *= digits < 18 ? 10 : 1;
    }
    memory_end(&m);
}

/* ---- memory --------------------------------------------------------------------------------- */

static uint64_t next_number(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Blocks of every class and beyond, in random order: none overlaps another, all are aligned, and
 * what was given back is used again. */
Test(memory, blocks_are_apart_aligned_and_reused)
{
    enum { BLOCKS = 400, STEPS = 100000 };
    struct memory m;
    uint64_t state = 88172645463325252;
    struct {
        unsigned char *at;
        size_t size;
        unsigned char mark;
    } blocks[BLOCKS] = {{NULL, 0, 0}};

    memory_init(&m, 0);
    for (int step = 0; step < STEPS; step++) {
        size_t i = next_number(&state) % BLOCKS;
        if (blocks[i].at && step % 3 == 0) {
            size_t more = blocks[i].size + next_number(&state) % (2 * blocks[i].size);
            if (more > 200000)
                more = 200000;
            blocks[i].at = memory_grow(&m, blocks[i].at, blocks[i].size, more);
            cr_assert_eq(blocks[i].at[0], blocks[i].mark);
            cr_assert_eq(blocks[i].at[blocks[i].size - 1], blocks[i].mark);
            blocks[i].size = more;
            memset(blocks[i].at, blocks[i].mark, blocks[i].size);
            continue;
        }
        if (blocks[i].at) {
            for (size_t k = 0; k < blocks[i].size; k++)
                cr_assert_eq(blocks[i].at[k], blocks[i].mark, "another block wrote here");
            memory_give(&m, blocks[i].at, blocks[i].size);
            blocks[i].at = NULL;
            continue;
        }
        blocks[i].size = 1 + next_number(&state) % (step % 50 == 0 ? 100000 : 700);
        blocks[i].at = memory_take(&m, blocks[i].size);
        blocks[i].mark = (unsigned char)step;
        cr_assert_eq((uintptr_t)blocks[i].at % _Alignof(max_align_t), 0);
        memset(blocks[i].at, blocks[i].mark, blocks[i].size);
    }
    for (size_t i = 0; i < BLOCKS; i++)
        memory_give(&m, blocks[i].at, blocks[i].size);
    cr_expect_eq(m.used, 0);
    size_t peak = m.peak;
    for (int i = 0; i < 100000; i++)
        memory_give(&m, memory_take(&m, 500), 500);
    cr_expect_eq(m.peak, peak, "what passes through is reused");
    memory_end(&m);
}

Test(memory, classes_are_powers_of_two_and_halfway_between)
{
    static const size_t sizes[][2] = {
        {0, 16},        {1, 16},        {16, 16},       {17, 32},          {32, 32},
        {33, 48},       {48, 48},       {49, 64},       {64, 64},          {65, 96},
        {96, 96},       {97, 128},      {736, 768},     {769, 1024},       {32769, 49152},
        {49153, 65536}, {65536, 65536}, {65537, 65537}, {1000000, 1000000}};
    struct memory m;

    /* Each size gets the smallest class that holds it. */
    for (size_t size = 1; size <= 65536; size++) {
        unsigned c = memory_class(size);
        cr_assert(memory_class_size(c) >= size && memory_class_size(c) % 16 == 0, "%zu", size);
        cr_assert(c == 0 || memory_class_size(c - 1) < size, "%zu", size);
    }
    memory_init(&m, 0);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        void *block = memory_take_clear(&m, sizes[i][0]);
        cr_expect_eq(m.used, sizes[i][1], "%zu: %zu", sizes[i][0], m.used);
        memory_give(&m, block, sizes[i][0]);
        cr_expect_eq(m.used, 0);
    }
    memory_give(&m, NULL, 5);
    cr_expect_eq(m.used, 0);
    memory_end(&m);
}

static jmp_buf out;
static void leave(void *context)
{
    ++*(int *)context;
    longjmp(out, 1);
}

static void take_until_the_limit(size_t size)
{
    static struct memory m;
    static volatile size_t taken;
    static int calls;

    memory_init(&m, 1000000);
    m.exhausted = leave;
    m.context = &calls;
    taken = 0;
    calls = 0;
    if (setjmp(out) == 0)
        for (;;) {
            memory_take(&m, size);
            taken++;
        }
    cr_expect_eq(calls, 1);
    cr_expect_eq(taken, 1000000 / (size == 1000 ? 1024 : size), "%zu blocks of %zu", taken, size);
    memory_end(&m);
}

/* At the limit the hook is called, once, and the world can still be taken down. */
Test(memory, limit_calls_the_hook)
{
    take_until_the_limit(16);
    take_until_the_limit(1000);
    take_until_the_limit(65536);
    take_until_the_limit(70000);
}

Test(memory, limit_without_a_hook_aborts, .signal = SIGABRT)
{
    struct memory m;

    memory_init(&m, 1000);
    memory_take(&m, 2000);
}

#if MEMORY_POISONS
#include <sanitizer/asan_interface.h>
Test(memory, blocks_given_back_are_poisoned)
{
    struct memory m;

    memory_init(&m, 0);
    for (int round = 0; round < 2; round++) {
        char *block = memory_take(&m, 100);
        for (int i = 0; i < 128; i++)
            cr_expect_eq(__asan_address_is_poisoned(block + i), i >= 100, "octet %d", i);
        memory_give(&m, block, 100);
        for (int i = 0; i < 128; i++)
            cr_expect(__asan_address_is_poisoned(block + i), "octet %d", i);
    }
    memory_end(&m);
}
#endif

/* ---- random --------------------------------------------------------------------------------- */

/* First numbers of some streams, computed by a program of its own in another language. */
Test(random, golden_numbers)
{
    static const struct {
        uint64_t seed;
        const char *name, *purpose;
        uint64_t want[3];
    } rows[] = {
        {1,
         "alice-pc > mail.uni.example",
         "loss",
         {0x67aeb8eca383057d, 0x7eb078471f92b20a, 0xf2f13fee52f16a56}},
        {1,
         "alice-pc > mail.uni.example",
         "jitter",
         {0x62a095155384091a, 0x01ec9579e4e95445, 0x91e78c608c95962d}},
        {2,
         "alice-pc > mail.uni.example",
         "loss",
         {0x73b371f63810a356, 0x0063abf6ce94701a, 0x37c05300919a36a6}},
        {1, "ab", "c", {0xb17f0c37c56153ec, 0x61d81ec407018d44, 0x406e951ce6c0425d}},
        {1, "a", "bc", {0xf586ab9289458f66, 0xafa20ce59e6699da, 0x04f26c5e37b316c6}},
        {UINT64_MAX, "", "", {0x0d386f2982e68774, 0x0d33ce01ebdeb287, 0x37c2f16b44cfeaa3}},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct random r;
        random_init(&r, rows[i].seed, text_of(rows[i].name), text_of(rows[i].purpose));
        for (int k = 0; k < 3; k++) {
            uint64_t got = random_next(&r);
            cr_expect_eq(got, rows[i].want[k], "row %zu: %016llx", i, (unsigned long long)got);
        }
    }
}

/* xoshiro256++ from the state 1, 2, 3, 4: the reference numbers that its implementations share. */
Test(random, reference_numbers_of_the_generator)
{
    static const uint64_t want[] = {41943041,
                                    58720359,
                                    3588806011781223,
                                    3591011842654386,
                                    9228616714210784205U,
                                    9973669472204895162U,
                                    14011001112246962877U,
                                    12406186145184390807U};
    struct random r = {{1, 2, 3, 4}};

    for (size_t i = 0; i < COUNT(want); i++)
        cr_expect_eq(random_next(&r), want[i], "number %zu", i);
}

/* Streams of one seed look independent: neither equal numbers nor correlated bits. */
Test(random, streams_are_independent)
{
    enum { STREAMS = 64, NUMBERS = 2000 };
    static uint64_t numbers[STREAMS][NUMBERS];

    for (int s = 0; s < STREAMS; s++) {
        struct random r;
        char name[16];
        snprintf(name, sizeof name, "host%d", s);
        random_init(&r, 42, text_of(name), TEXT("loss"));
        for (int i = 0; i < NUMBERS; i++)
            numbers[s][i] = random_next(&r);
    }
    for (int a = 0; a < STREAMS; a++)
        for (int b = 0; b < a; b++) {
            int differing = 0;
            for (int i = 0; i < NUMBERS; i++)
                differing += __builtin_popcountll(numbers[a][i] ^ numbers[b][i]);
            /* 64000 of 128000 expected, standard deviation 179; the numbers never change. */
            cr_expect(abs(differing - 64000) < 5 * 179, "%d and %d: %d", a, b, differing);
        }
}

Test(random, below_is_uniform_and_chance_keeps_its_share)
{
    struct random r;
    int counts[6] = {0}, hits = 0, low = 0;

    random_init(&r, 7, TEXT("dice"), TEXT("test"));
    for (int i = 0; i < 600000; i++)
        counts[random_below(&r, 6)]++;
    for (int face = 0; face < 6; face++)
        cr_expect(abs(counts[face] - 100000) < 5 * 289, "%d: %d", face, counts[face]);
    for (int i = 0; i < 1000000; i++)
        hits += random_chance(&r, 50000);
    cr_expect(abs(hits - 50000) < 5 * 218, "%d", hits);
    for (int i = 0; i < 1000; i++) {
        cr_expect_eq(random_below(&r, 1), 0);
        cr_expect(random_below(&r, (UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
        cr_expect(random_chance(&r, 1000000));
    }
    /* A plain remainder would draw the lower third of these twice as often. */
    for (int i = 0; i < 30000; i++)
        low += random_below(&r, UINT64_C(3) << 62) < UINT64_C(1) << 62;
    cr_expect(abs(low - 10000) < 5 * 82, "%d", low);
    struct random before = r;
    cr_expect_not(random_chance(&r, 0));
    cr_expect(memcmp(&before, &r, sizeof r) == 0, "nothing is drawn for 0");
}

/* ---- the calendar --------------------------------------------------------------------------- */

/* Every day of 1600 to 2400, counted on by hand, there and back. */
Test(clock, every_day_of_eight_centuries)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int weekday = 6; /* 1600-01-01 was a Saturday */
    int64_t seconds = -INT64_C(11676096000) + 86399;

    for (int year = 1600; year <= 2400; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            for (int day = 1; day <= lengths[month - 1] + (month == 2 && leap); day++) {
                struct clock_civil c = clock_civil(seconds);
                cr_assert(c.year == year && c.month == month && c.day == day && c.hour == 23 &&
                              c.minute == 59 && c.second == 59 && c.weekday == weekday,
                          "%d-%d-%d: %d-%d-%d", year, month, day, c.year, c.month, c.day);
                cr_assert_eq(clock_unix(&c), seconds);
                seconds += 86400;
                weekday = (weekday + 1) % 7;
            }
        }
}

Test(clock, dates_as_text)
{
    static const struct {
        const char *utc, *mail;
        int64_t seconds;
    } rows[] = {
        {"1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000", 0},
        {"2026-03-02T09:00:00Z", "Mon, 02 Mar 2026 09:00:00 +0000", 1772442000},
        {"2000-02-29T23:59:59Z", "Tue, 29 Feb 2000 23:59:59 +0000", 951868799},
        {"1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 +0000", -1},
        {"2038-01-19T03:14:08Z", "Tue, 19 Jan 2038 03:14:08 +0000", 2147483648},
        {"9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 +0000", 253402300799},
    };
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t seconds = 0;
        cr_expect(clock_parse_utc(text_of(rows[i].utc), &seconds), "%s", rows[i].utc);
        cr_expect_eq(seconds, rows[i].seconds, "%s: %lld", rows[i].utc, (long long)seconds);
        buffer_clear(&b);
        clock_put_utc(&b, seconds);
        CHECK_TEXT(buffer_text(&b), rows[i].utc);
        buffer_clear(&b);
        clock_put_rfc5322(&b, seconds);
        CHECK_TEXT(buffer_text(&b), rows[i].mail);
    }
    memory_end(&m);
}

Test(clock, what_is_no_date)
{
    static const char *const rows[] = {
        "",
        "2026-03-02",
        "2026-03-02T09:00:00",
        "2026-03-02T09:00:00z",
        "2026-03-02 09:00:00Z",
        "2026-03-02T09:00:00+00:00",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:0 Z",
        "-026-01-01T00:00:00Z",
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t seconds = 5;
        cr_expect_not(clock_parse_utc(text_of(rows[i]), &seconds), "%s", rows[i]);
        cr_expect_eq(seconds, 5);
    }
}

Test(clock, durations_for_people)
{
    static const struct {
        int64_t ns;
        const char *want;
    } rows[] = {
        {0, "0 s"},
        {999, "999 ns"},
        {1000, "1 µs"},
        {1050, "1.05 µs"},
        {25 * CLOCK_MILLISECOND, "25 ms"},
        {999999, "999.999 µs"},
        {999999600, "1 s"},
        {1500 * CLOCK_MILLISECOND, "1.5 s"},
        {1234567890, "1.235 s"},
        {59999499999, "59.999 s"},
        {59999500000, "1 min"},
        {90 * CLOCK_SECOND, "1 min 30 s"},
        {15 * CLOCK_MINUTE, "15 min"},
        {CLOCK_HOUR - 1, "1 h"},
        {150 * CLOCK_MINUTE, "2 h 30 min"},
        {CLOCK_HOUR + 29 * CLOCK_SECOND, "1 h"},
        {CLOCK_DAY - 1, "1 d"},
        {5 * CLOCK_DAY, "5 d"},
        {5 * CLOCK_DAY + 90 * CLOCK_MINUTE, "5 d 2 h"},
        {400 * CLOCK_DAY + 23 * CLOCK_HOUR + 59 * CLOCK_MINUTE, "401 d"},
        {-90 * CLOCK_SECOND, "-1 min 30 s"},
    };
    struct memory m;
    struct buffer b;

    memory_init(&m, 0);
    buffer_init(&b, &m);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buffer_clear(&b);
        clock_put_duration(&b, rows[i].ns);
        CHECK_TEXT(buffer_text(&b), rows[i].want);
    }
    memory_end(&m);
}

/* ---- tables --------------------------------------------------------------------------------- */

/* Random adding, replacing and removing against a plain array, in a table that folds case. */
Test(table, agrees_with_an_array)
{
    enum { NAMES = 3000, STEPS = 400000 };
    static char names[NAMES][24], other[NAMES][24];
    static uint32_t want[NAMES];
    struct memory m;
    struct table t;
    uint64_t state = 5489;
    uint32_t used = 0;

    memory_init(&m, 0);
    table_init(&t, &m, true);
    for (int i = 0; i < NAMES; i++) {
        snprintf(names[i], sizeof names[i], "Host%d.Example", i);
        snprintf(other[i], sizeof other[i], "hOST%d.eXAMPLE", i);
        want[i] = TABLE_NONE;
    }
    for (uint32_t step = 0; step < STEPS; step++) {
        /* Waves: the table fills up, empties, and fills again. */
        size_t i = next_number(&state) % NAMES;
        if (next_number(&state) % 100 < (step / 50000 % 2 ? 30 : 70)) {
            used += want[i] == TABLE_NONE;
            table_set(&t, text_of(names[i]), want[i] = step);
        } else {
            used -= want[i] != TABLE_NONE;
            table_remove(&t, text_of(other[i]));
            want[i] = TABLE_NONE;
        }
        size_t k = next_number(&state) % NAMES;
        cr_assert_eq(table_get(&t, text_of(other[k])), want[k], "step %u, %s", step, other[k]);
        cr_assert_eq(t.used, used);
    }
    for (size_t i = 0; i < NAMES; i++)
        cr_assert_eq(table_get(&t, text_of(names[i])), want[i]);
    cr_expect_leq(t.capacity, 8192, "removed entries leave nothing behind: %u", t.capacity);
    table_free(&t);
    cr_expect_eq(m.used, 0);
    memory_end(&m);
}

Test(table, edges)
{
    struct memory m;
    struct table t;

    memory_init(&m, 0);
    table_init(&t, &m, false);
    cr_expect_eq(table_get(&t, TEXT("a")), TABLE_NONE);
    table_remove(&t, TEXT("a"));
    table_set(&t, TEXT(""), 1);
    table_set(&t, text_from("a\0b", 3), 2);
    table_set(&t, text_from("a\0c", 3), 3);
    table_set(&t, TEXT("A"), 4);
    cr_expect_eq(table_get(&t, text_from(NULL, 0)), 1);
    cr_expect_eq(table_get(&t, text_from("a\0b", 3)), 2);
    cr_expect_eq(table_get(&t, text_from("a\0c", 3)), 3);
    cr_expect_eq(table_get(&t, TEXT("a")), TABLE_NONE, "case counts here");
    table_set(&t, TEXT("A"), 5);
    cr_expect_eq(table_get(&t, TEXT("A")), 5);
    cr_expect_eq(t.used, 4);
    memory_end(&m);
}
