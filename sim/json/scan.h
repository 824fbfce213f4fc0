/*
 * scan.h - the lexical half of strict JSON: strings and numbers (RFC 8259 sections 6 and 7).
 *
 * Shared by the token reader and the document, so that both mean the same by "strict".  A string
 * with a mistake can be scanned on behind it, because a document reports all of them.
 *
 * Owner   everything is borrowed.  Errors are sentences, NULL is "none".
 */
#ifndef SIM_JSON_SCAN_H
#define SIM_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/json/read.h"
#include "sim/kernel/text.h"

/* Scans from *at, behind the opening quote, to behind the closing one.  On a mistake *at is the
 * offending octet and *resume the offset from which to scan on, or 0 if the string cannot go on (the
 * line or the text ends).  *plain becomes false if the string holds an escape or is not ASCII. */
const char *json_scan_string(struct text input, size_t *at, size_t *resume, bool *plain);

/* Octets of the UTF-8 character at `at`, 0 if it is none (RFC 3629: shortest form, no surrogates). */
size_t json_scan_utf8(struct text input, size_t at);

/* Decodes what stood between the quotes of a string that json_scan_string() passed, appending.  False
 * if JSON_OCTETS finds a code point above U+00FF.  With `lenient` mistakes become U+FFFD. */
bool json_scan_decode(struct text raw, enum json_strings strings, bool lenient, struct buffer *out);

struct json_scanned_number {
    size_t end;        /* behind the last character that looks like a number's */
    int64_t value;     /* exact if `whole` */
    bool whole;        /* no fraction left and within int64 */
    bool plain;        /* digits only, perhaps a minus */
    bool out_of_range; /* whole, but beyond int64 */
    bool other;        /* no number but a date, an address or the like */
};

const char *json_scan_number(struct text input, size_t at, struct json_scanned_number *n);

#endif
