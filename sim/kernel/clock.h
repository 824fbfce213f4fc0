/*
 * clock.h - units of simulated time, and the civil calendar for the dates in mail.
 *
 * Simulated time is int64_t nanoseconds since the scenario's start.  The start is a civil UTC second;
 * only dates that people read need it.  No wall clock anywhere, no time zone but +0000.
 *
 * Units   nanoseconds of simulated time; seconds of civil time.
 * Owner   texts are appended to the caller's buffer.
 * Errors  false: it is not a date.
 */
#ifndef SIM_KERNEL_CLOCK_H
#define SIM_KERNEL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

#define CLOCK_MICROSECOND INT64_C(1000)
#define CLOCK_MILLISECOND INT64_C(1000000)
#define CLOCK_SECOND      INT64_C(1000000000)
#define CLOCK_MINUTE      (60 * CLOCK_SECOND)
#define CLOCK_HOUR        (60 * CLOCK_MINUTE)
#define CLOCK_DAY         (24 * CLOCK_HOUR)

struct clock_civil {
    int year, month, day, hour, minute, second; /* month and day from 1 */
    int weekday;                                /* 0: Sunday */
};

/* Seconds since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds. */
struct clock_civil clock_civil(int64_t unix_seconds);
int64_t clock_unix(const struct clock_civil *civil);
/* "2026-03-02T09:00:00Z" exactly; false if it is not such a date. */
bool clock_parse_utc(struct text t, int64_t *unix_seconds);
/* "09:00:00" */
void clock_put_time_of_day(struct buffer *b, const struct clock_civil *c);
void clock_put_utc(struct buffer *b, int64_t unix_seconds);
/* RFC 5322 3.3: "Mon, 02 Mar 2026 09:00:00 +0000". */
void clock_put_rfc5322(struct buffer *b, int64_t unix_seconds);
/* For people: "25 ms", "1.5 s", "15 min", "2 h 30 min", "5 d"; exact in at most two units, else rounded. */
void clock_put_duration(struct buffer *b, int64_t ns);

#endif
