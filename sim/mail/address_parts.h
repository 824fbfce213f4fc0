/*
 * address_parts.h - what the scanners of mailboxes and of domains share.  For sim/mail/ only.
 *
 * Owner   texts are borrowed.
 * Errors  a scanner that fails returns 0 octets and says why in `error`.
 */
#ifndef SIM_MAIL_ADDRESS_PARTS_H
#define SIM_MAIL_ADDRESS_PARTS_H

#include "sim/mail/address.h"

/* The octet at `i`, or NUL beyond the end: NUL belongs to no rule. */
static inline char address_octet(struct text t, size_t i)
{
    return i < t.size ? t.at[i] : '\0';
}

static inline size_t address_fail(enum mail_address_error *error, enum mail_address_error what)
{
    *error = what;
    return 0;
}

/* The same, but an octet that is not ASCII at `i` is the better explanation. */
static inline size_t address_fail_at(struct text t, size_t i, enum mail_address_error *error,
                                     enum mail_address_error what)
{
    bool ascii = (unsigned char)address_octet(t, i) < 0x80;

    return address_fail(error, ascii ? what : MAIL_ADDRESS_NOT_ASCII);
}

#endif
