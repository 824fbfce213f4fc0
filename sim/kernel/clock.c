/*
 * clock.c - the proleptic Gregorian calendar, and times as people read them.
 *
 * Years are counted from 1 March here, so that the leap day is the last day of a year and needs no
 * special case; 400 such years always have 146097 days.
 */
#include "sim/kernel/clock.h"

#include <assert.h>

enum { DAY_S = 86400, ERA_DAYS = 146097, EPOCH_DAYS = 719468 }; /* 0000-03-01 to 1970-01-01 */

/* The greatest multiple's factor: floor(a / b) for b > 0. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days from 1 March to the first of a month, March being 0. */
static int64_t month_start(int64_t month)
{
    return (153 * month + 2) / 5;
}

struct clock_civil clock_civil(int64_t unix_seconds)
{
    int64_t days = floor_div(unix_seconds, DAY_S);
    int64_t second = unix_seconds - days * DAY_S;
    int64_t era = floor_div(days + EPOCH_DAYS, ERA_DAYS);
    int64_t day_of_era = days + EPOCH_DAYS - era * ERA_DAYS;
    int64_t year =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    return (struct clock_civil){
        .year = (int)(era * 400 + year + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - month_start(month) + 1),
        .hour = (int)(second / 3600),
        .minute = (int)(second / 60 % 60),
        .second = (int)(second % 60),
        .weekday = (int)(days + 4 - 7 * floor_div(days + 4, 7)), /* 1970-01-01 was a Thursday */
    };
}

int64_t clock_unix(const struct clock_civil *civil)
{
    assert(civil->month >= 1 && civil->month <= 12);
    int64_t month = civil->month > 2 ? civil->month - 3 : civil->month + 9;
    int64_t year = (int64_t)civil->year - (civil->month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t days = era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
                   month_start(month) + civil->day - 1 - EPOCH_DAYS;

    return days * DAY_S + civil->hour * 3600 + civil->minute * 60 + civil->second;
}

static bool take_number(struct text t, size_t at, size_t digits, int *value)
{
    int64_t number;

    if (!text_to_int(text_from(t.at + at, digits), &number))
        return false;
    *value = (int)number;
    return true;
}

bool clock_parse_utc(struct text t, int64_t *unix_seconds)
{
    struct clock_civil c = {.year = 0};

    if (t.size != 20 || t.at[4] != '-' || t.at[7] != '-' || t.at[10] != 'T' || t.at[13] != ':' ||
        t.at[16] != ':' || t.at[19] != 'Z')
        return false;
    if (!take_number(t, 0, 4, &c.year) || !take_number(t, 5, 2, &c.month) ||
        !take_number(t, 8, 2, &c.day) || !take_number(t, 11, 2, &c.hour) ||
        !take_number(t, 14, 2, &c.minute) || !take_number(t, 17, 2, &c.second))
        return false;
    if (c.month < 1 || c.month > 12 || c.hour > 23 || c.minute > 59 || c.second > 59)
        return false;
    /* A day that its month does not have comes back as another date. */
    int64_t seconds = clock_unix(&c);
    struct clock_civil back = clock_civil(seconds);
    if (back.month != c.month || back.day != c.day)
        return false;
    *unix_seconds = seconds;
    return true;
}

void clock_put_time_of_day(struct buffer *b, const struct clock_civil *c)
{
    buffer_put_padded(b, c->hour, 2);
    buffer_put_char(b, ':');
    buffer_put_padded(b, c->minute, 2);
    buffer_put_char(b, ':');
    buffer_put_padded(b, c->second, 2);
}

void clock_put_utc(struct buffer *b, int64_t unix_seconds)
{
    struct clock_civil c = clock_civil(unix_seconds);

    buffer_put_padded(b, c.year, 4);
    buffer_put_char(b, '-');
    buffer_put_padded(b, c.month, 2);
    buffer_put_char(b, '-');
    buffer_put_padded(b, c.day, 2);
    buffer_put_char(b, 'T');
    clock_put_time_of_day(b, &c);
    buffer_put_char(b, 'Z');
}

void clock_put_rfc5322(struct buffer *b, int64_t unix_seconds)
{
    static const char weekdays[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct clock_civil c = clock_civil(unix_seconds);

    buffer_put_string(b, weekdays[c.weekday]);
    buffer_put_string(b, ", ");
    buffer_put_padded(b, c.day, 2);
    buffer_put_char(b, ' ');
    buffer_put_string(b, months[c.month - 1]);
    buffer_put_char(b, ' ');
    buffer_put_padded(b, c.year, 4);
    buffer_put_char(b, ' ');
    clock_put_time_of_day(b, &c);
    buffer_put_string(b, " +0000");
}

/* ---- durations ------------------------------------------------------------------------------ */

struct unit {
    int64_t ns;
    const char *name;
};

static void put_amount(struct buffer *b, int64_t amount, const char *unit)
{
    buffer_put_int(b, amount);
    buffer_put_char(b, ' ');
    buffer_put_string(b, unit);
}

/* Below a minute: one unit with up to three decimals, "1.5 s". */
static void put_decimal(struct buffer *b, int64_t thousandths, const char *unit)
{
    int64_t rest = thousandths % 1000;
    int digits = 3;

    buffer_put_int(b, thousandths / 1000);
    if (rest > 0) {
        for (; rest % 10 == 0; rest /= 10)
            digits--;
        buffer_put_char(b, '.');
        buffer_put_padded(b, rest, digits);
    }
    buffer_put_char(b, ' ');
    buffer_put_string(b, unit);
}

static int64_t round_to(int64_t ns, int64_t step)
{
    int64_t rest = ns % step;

    return rest * 2 < step ? ns - rest : ns - rest + step;
}

void clock_put_duration(struct buffer *b, int64_t ns)
{
    static const struct unit small[] = {
        {CLOCK_MICROSECOND, "µs"}, {CLOCK_MILLISECOND, "ms"}, {CLOCK_SECOND, "s"}};
    static const struct unit large[] = {
        {CLOCK_SECOND, "s"}, {CLOCK_MINUTE, "min"}, {CLOCK_HOUR, "h"}, {CLOCK_DAY, "d"}};

    assert(ns > INT64_MIN / 2 && ns < INT64_MAX / 2);
    if (ns < 0) {
        buffer_put_char(b, '-');
        ns = -ns;
    }
    if (ns < CLOCK_MICROSECOND) {
        if (ns == 0)
            buffer_put_string(b, "0 s");
        else
            put_amount(b, ns, "ns");
        return;
    }
    /* Rounding may reach the next unit (59.9996 s is a minute): round, then see whether it fits. */
    for (int i = 0; i < 3; i++) {
        int64_t rounded = round_to(ns, small[i].ns / 1000);
        int64_t end = i < 2 ? small[i + 1].ns : CLOCK_MINUTE;
        if (rounded < end) {
            put_decimal(b, rounded / (small[i].ns / 1000), small[i].name);
            return;
        }
    }
    for (int i = 1; i < 4; i++) {
        int64_t rounded = round_to(ns, large[i - 1].ns);
        if (i < 3 && rounded >= large[i + 1].ns)
            continue;
        put_amount(b, rounded / large[i].ns, large[i].name);
        if (rounded % large[i].ns > 0) {
            buffer_put_char(b, ' ');
            put_amount(b, rounded % large[i].ns / large[i - 1].ns, large[i - 1].name);
        }
        return;
    }
}
