/*
 * letter.h - a message as it lies at one place at one moment: its octets, field by field.
 *
 * A letter is written once and then only grows in front: every host that takes it puts its Received
 * field before what came, final delivery a Return-Path.  So a letter is a list of parts, the newest
 * first, each with the record that brought it; its way back is followed through the custodies.  What a
 * mailbox holds is, octet by octet, what `smtplab export --to mbox` writes.
 *
 * Units   octets.
 * Owner   everything lives in the memory given; nothing of it is given back alone.
 * Errors  false: no copy of it lies there, or the records lack its content.
 */
#ifndef SIM_REPLAY_LETTER_H
#define SIM_REPLAY_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/recording.h"

enum letter_by {
    LETTER_WRITTEN,   /* what its author's host handed over */
    LETTER_PREPENDED, /* lines of a host that took it */
    LETTER_RECEIVED,  /* all of it, as one host got it: what came was not what was sent */
    LETTER_FINAL,     /* lines of final delivery */
    LETTER_STORED     /* all of it, as final delivery stored it */
};

struct letter_part {
    struct text octets;
    uint32_t record; /* mail.content */
    uint32_t host;   /* who put it there, or RECORDING_NONE */
    enum letter_by by;
};

struct letter_field {
    struct text name;
    struct text value;  /* on one line, encoded words in UTF-8 */
    struct text octets; /* as it stands, folds and the last CRLF included */
    uint32_t part;
};

struct letter {
    struct letter_part *parts; /* the newest first: as they stand, one below the other */
    uint32_t part_count;
    struct letter_field *fields;
    uint32_t field_count;
    struct text octets; /* all of it */
    struct text body;   /* behind the empty line */
};

/* As it lies at `host` after the record `index`: in its queue, in a mailbox or, an MUA's, collected.  Of
 * several copies the one that came last. */
bool letter_at(struct letter *l, struct memory *m, const struct recording *r, uint32_t mail,
               uint32_t host, uint32_t index);
/* Where the mail's newest copy lies after the record `index`: a host, or RECORDING_NONE. */
uint32_t letter_place(const struct recording *r, uint32_t mail, uint32_t index);
/* The first field of that name, in any case of letters, or NULL. */
const struct letter_field *letter_field(const struct letter *l, struct text name);

#endif
