/*
 * units.h - amounts with their units, as people write them: "1.5s", "10Mbit/s", "64kB", "0.5%".
 *
 * Everything is exact: "1.5s" is 1500000000 ns, and what does not come out even ("0.0000000001s") is
 * refused rather than rounded.  No floating point.
 *
 * Units   duration: nanoseconds; rate: bits a second; size: octets; share: parts per million.
 * Owner   nothing is kept.
 * Errors  enum unit_error.
 */
#ifndef SIM_KERNEL_UNITS_H
#define SIM_KERNEL_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

enum unit_kind { UNIT_DURATION, UNIT_RATE, UNIT_SIZE, UNIT_SHARE, UNIT_KIND_COUNT };

enum unit_error {
    UNIT_FINE,
    UNIT_NOT_ONE,  /* not a number and a unit of this kind */
    UNIT_TOO_FINE, /* less than a nanosecond, an octet, ... is left over */
    UNIT_TOO_LARGE /* beyond what the simulation can hold */
};

/* *amount is set only if UNIT_FINE. */
enum unit_error unit_parse(struct text t, enum unit_kind kind, int64_t *amount);

/* What such texts look like, as a regular expression (sim/scenario/pattern.h reads it). */
const char *unit_pattern(enum unit_kind kind);
/* The right form of something like it: "5 min" gives "5m", "10Mbps" gives "10Mbit/s", "5" gives
 * "5s".  False if it is not clear what was meant. */
bool unit_guess(struct text t, enum unit_kind kind, struct buffer *out);

#endif
