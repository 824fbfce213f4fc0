/*
 * mime.h - as much of MIME as somebody who reads a letter needs: encoded words, a text body, the three
 * parts of a delivery report (RFC 2045 to 2047, RFC 6522, RFC 3464).
 *
 * Owner   everything lives in the memory given, or is borrowed from the texts given.
 * Errors  what is not well-formed is left as it stands; mime_report() is false if it is no report.
 */
#ifndef SIM_REPLAY_MIME_H
#define SIM_REPLAY_MIME_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"

/* A field's value on one line; its encoded words (UTF-8 and US-ASCII, B and Q) read. */
struct text mime_words(struct memory *m, struct text value);
/* A parameter of a field like Content-Type, without its quotes; empty if it is not there. */
struct text mime_parameter(struct memory *m, struct text value, struct text name);
/* A body as its readers see it: quoted-printable and base64 undone, if `encoding` says so. */
struct text mime_body(struct memory *m, struct text body, struct text encoding);

struct mime_field {
    struct text name, value; /* value on one line */
    uint32_t group;          /* 0: of the message; 1, 2, ...: of that recipient */
};

struct mime_report {
    struct text words; /* for people */
    struct mime_field *fields;
    uint32_t field_count, group_count;
    struct text returned; /* of the letter that it is about; empty: nothing */
    bool headers_only;
};

/* `type`: the Content-Type's value; `body`: all behind the report's header. */
bool mime_report(struct mime_report *report, struct memory *m, struct text type, struct text body);

#endif
