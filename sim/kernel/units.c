/*
 * units.c - one table of units; the number before it is read as an integer and a power of ten.
 */
#include "sim/kernel/units.h"

#include "sim/kernel/clock.h"

struct unit {
    enum unit_kind kind;
    struct text name;
    int64_t size;
};

static const struct unit units[] = {
    {UNIT_DURATION, TEXT_INIT("ns"), 1},
    {UNIT_DURATION, TEXT_INIT("us"), CLOCK_MICROSECOND},
    {UNIT_DURATION, TEXT_INIT("ms"), CLOCK_MILLISECOND},
    {UNIT_DURATION, TEXT_INIT("s"), CLOCK_SECOND},
    {UNIT_DURATION, TEXT_INIT("m"), CLOCK_MINUTE},
    {UNIT_DURATION, TEXT_INIT("h"), CLOCK_HOUR},
    {UNIT_DURATION, TEXT_INIT("d"), CLOCK_DAY},
    {UNIT_RATE, TEXT_INIT("bit/s"), 1},
    {UNIT_RATE, TEXT_INIT("kbit/s"), 1000},
    {UNIT_RATE, TEXT_INIT("Mbit/s"), 1000000},
    {UNIT_RATE, TEXT_INIT("Gbit/s"), 1000000000},
    {UNIT_SIZE, TEXT_INIT("B"), 1},
    {UNIT_SIZE, TEXT_INIT("kB"), 1000},
    {UNIT_SIZE, TEXT_INIT("KB"), 1000},
    {UNIT_SIZE, TEXT_INIT("MB"), 1000000},
    {UNIT_SIZE, TEXT_INIT("GB"), 1000000000},
    {UNIT_SIZE, TEXT_INIT("KiB"), 1024},
    {UNIT_SIZE, TEXT_INIT("MiB"), 1024 * 1024},
    {UNIT_SIZE, TEXT_INIT("GiB"), 1024 * 1024 * 1024},
    {UNIT_SHARE, TEXT_INIT("%"), 10000},
    {UNIT_SHARE, TEXT_INIT("ppm"), 1},
};

/* What people write for it elsewhere, blanks taken out and in lower case. */
static const struct {
    enum unit_kind kind;
    struct text written, meant;
} habits[] = {
    {UNIT_DURATION, TEXT_INIT(""), TEXT_INIT("s")},
    {UNIT_DURATION, TEXT_INIT("sec"), TEXT_INIT("s")},
    {UNIT_DURATION, TEXT_INIT("secs"), TEXT_INIT("s")},
    {UNIT_DURATION, TEXT_INIT("second"), TEXT_INIT("s")},
    {UNIT_DURATION, TEXT_INIT("seconds"), TEXT_INIT("s")},
    {UNIT_DURATION, TEXT_INIT("min"), TEXT_INIT("m")},
    {UNIT_DURATION, TEXT_INIT("mins"), TEXT_INIT("m")},
    {UNIT_DURATION, TEXT_INIT("minute"), TEXT_INIT("m")},
    {UNIT_DURATION, TEXT_INIT("minutes"), TEXT_INIT("m")},
    {UNIT_DURATION, TEXT_INIT("hr"), TEXT_INIT("h")},
    {UNIT_DURATION, TEXT_INIT("hour"), TEXT_INIT("h")},
    {UNIT_DURATION, TEXT_INIT("hours"), TEXT_INIT("h")},
    {UNIT_DURATION, TEXT_INIT("day"), TEXT_INIT("d")},
    {UNIT_DURATION, TEXT_INIT("days"), TEXT_INIT("d")},
    {UNIT_DURATION, TEXT_INIT("msec"), TEXT_INIT("ms")},
    {UNIT_DURATION, TEXT_INIT("millisecond"), TEXT_INIT("ms")},
    {UNIT_DURATION, TEXT_INIT("milliseconds"), TEXT_INIT("ms")},
    {UNIT_DURATION, TEXT_INIT("usec"), TEXT_INIT("us")},
    {UNIT_DURATION, TEXT_INIT("\xc2\xb5s"), TEXT_INIT("us")},
    {UNIT_RATE, TEXT_INIT(""), TEXT_INIT("bit/s")},
    {UNIT_RATE, TEXT_INIT("bps"), TEXT_INIT("bit/s")},
    {UNIT_RATE, TEXT_INIT("bit"), TEXT_INIT("bit/s")},
    {UNIT_RATE, TEXT_INIT("k"), TEXT_INIT("kbit/s")},
    {UNIT_RATE, TEXT_INIT("kbps"), TEXT_INIT("kbit/s")},
    {UNIT_RATE, TEXT_INIT("kb/s"), TEXT_INIT("kbit/s")},
    {UNIT_RATE, TEXT_INIT("kbit"), TEXT_INIT("kbit/s")},
    {UNIT_RATE, TEXT_INIT("m"), TEXT_INIT("Mbit/s")},
    {UNIT_RATE, TEXT_INIT("mbps"), TEXT_INIT("Mbit/s")},
    {UNIT_RATE, TEXT_INIT("mb/s"), TEXT_INIT("Mbit/s")},
    {UNIT_RATE, TEXT_INIT("mbit"), TEXT_INIT("Mbit/s")},
    {UNIT_RATE, TEXT_INIT("g"), TEXT_INIT("Gbit/s")},
    {UNIT_RATE, TEXT_INIT("gbps"), TEXT_INIT("Gbit/s")},
    {UNIT_RATE, TEXT_INIT("gb/s"), TEXT_INIT("Gbit/s")},
    {UNIT_RATE, TEXT_INIT("gbit"), TEXT_INIT("Gbit/s")},
    {UNIT_SIZE, TEXT_INIT(""), TEXT_INIT("B")},
    {UNIT_SIZE, TEXT_INIT("bytes"), TEXT_INIT("B")},
    {UNIT_SIZE, TEXT_INIT("octets"), TEXT_INIT("B")},
    {UNIT_SIZE, TEXT_INIT("k"), TEXT_INIT("kB")},
    {UNIT_SIZE, TEXT_INIT("m"), TEXT_INIT("MB")},
    {UNIT_SIZE, TEXT_INIT("g"), TEXT_INIT("GB")},
    {UNIT_SHARE, TEXT_INIT(""), TEXT_INIT("%")},
    {UNIT_SHARE, TEXT_INIT("percent"), TEXT_INIT("%")},
};

static const char *const patterns[UNIT_KIND_COUNT] = {
    [UNIT_DURATION] = "[0-9]{1,9}(\\.[0-9]{1,9})?(ns|us|ms|s|m|h|d)",
    [UNIT_RATE] = "[0-9]{1,9}(\\.[0-9]{1,9})?(bit|kbit|Mbit|Gbit)/s",
    [UNIT_SIZE] = "[0-9]{1,12}(\\.[0-9]{1,9})?(B|kB|KB|MB|GB|KiB|MiB|GiB)",
    [UNIT_SHARE] = "[0-9]{1,9}((\\.[0-9]{1,9})?%|ppm)",
};

const char *unit_pattern(enum unit_kind kind)
{
    return patterns[kind];
}

/* Digits, perhaps with a point among them: value = digits / 10^places.  Returns its size or 0. */
static size_t scan_amount(struct text t, int64_t *digits, int *places)
{
    size_t i = 0, whole;

    *digits = 0;
    *places = 0;
    for (; i < t.size && t.at[i] >= '0' && t.at[i] <= '9'; i++)
        if (*digits < INT64_MAX / 100)
            *digits = *digits * 10 + (t.at[i] - '0');
    whole = i;
    if (whole == 0 || i >= t.size || t.at[i] != '.')
        return whole;
    for (i++; i < t.size && t.at[i] >= '0' && t.at[i] <= '9' && *places < 9; i++, ++*places)
        if (*digits < INT64_MAX / 100)
            *digits = *digits * 10 + (t.at[i] - '0');
    return *places > 0 ? i : whole;
}

/* digits * size / 10^places, exactly, with the power of ten taken out of both first. */
static enum unit_error scale(int64_t digits, int places, int64_t size, int64_t *amount)
{
    for (; places > 0 && digits % 10 == 0; places--)
        digits /= 10;
    for (; places > 0 && size % 10 == 0; places--)
        size /= 10;
    if (digits > INT64_MAX / 2 / size)
        return UNIT_TOO_LARGE;
    digits *= size;
    for (; places > 0 && digits % 10 == 0; places--)
        digits /= 10;
    if (places > 0)
        return UNIT_TOO_FINE;
    *amount = digits;
    return UNIT_FINE;
}

/* Sums of a few durations must stay within QUEUE_TIME_MAX, 53375 days. */
static const int64_t duration_max = 10000 * CLOCK_DAY;

enum unit_error unit_parse(struct text t, enum unit_kind kind, int64_t *amount)
{
    int64_t digits, exact = 0;
    int places;
    size_t used = scan_amount(t, &digits, &places);
    struct text name = text_after(t, used);

    if (used == 0)
        return UNIT_NOT_ONE;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].kind == kind && text_equal(units[i].name, name)) {
            enum unit_error error = scale(digits, places, units[i].size, &exact);

            if (error == UNIT_FINE && kind == UNIT_DURATION && exact > duration_max)
                error = UNIT_TOO_LARGE;
            if (error == UNIT_FINE)
                *amount = exact;
            return error;
        }
    return UNIT_NOT_ONE;
}

/* Without blanks, commas as points, in lower case; false if it does not fit. */
static bool squeeze(struct text t, char *out, size_t *size, size_t room)
{
    *size = 0;
    for (size_t i = 0; i < t.size; i++) {
        if (t.at[i] == ' ')
            continue;
        if (*size == room)
            return false;
        out[(*size)++] = t.at[i] == ',' ? '.' : ascii_lower(t.at[i]);
    }
    return true;
}

bool unit_guess(struct text t, enum unit_kind kind, struct buffer *out)
{
    char squeezed[64];
    size_t size, used;
    int64_t digits;
    int places;
    struct text name, meant = {NULL, 0};

    if (!squeeze(t, squeezed, &size, sizeof squeezed))
        return false;
    used = scan_amount(text_from(squeezed, size), &digits, &places);
    if (used == 0)
        return false;
    name = text_after(text_from(squeezed, size), used);
    for (size_t i = 0; i < sizeof habits / sizeof *habits && meant.size == 0; i++)
        if (habits[i].kind == kind && text_equal(habits[i].written, name))
            meant = habits[i].meant;
    for (size_t i = 0; i < sizeof units / sizeof *units && meant.size == 0; i++)
        if (units[i].kind == kind && text_equal_nocase(units[i].name, name))
            meant = units[i].name;
    if (meant.size == 0)
        return false;
    buffer_put(out, squeezed, used);
    buffer_put_text(out, meant);
    return true;
}
