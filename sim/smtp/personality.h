/*
 * personality.h - how a server departs from the table of the RFC: overlays of cells, by name.
 *
 * "rfc" departs in nothing.  LMTP (RFC 2033) is itself an overlay, so a personality has one for
 * each protocol.  Another server's habits are another row here, and no code.
 *
 * Owner   constant data.  Errors  NULL for a name that nobody bears.
 */
#ifndef SIM_SMTP_PERSONALITY_H
#define SIM_SMTP_PERSONALITY_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/text.h"
#include "sim/smtp/table.h"

struct smtp_personality {
    const char *name, *doc;
    const struct smtp_overlay *smtp, *lmtp; /* NULL: none */
};

size_t smtp_personality_count(void);
const struct smtp_personality *smtp_personality_at(size_t index);
const struct smtp_personality *smtp_personality_find(struct text name);

/* What a session lays over the RFC's table; NULL for nothing.  A NULL personality is "rfc". */
const struct smtp_overlay *smtp_server_overlay(const struct smtp_personality *p, bool lmtp);
const struct smtp_overlay *smtp_client_overlay(bool lmtp);

#endif
