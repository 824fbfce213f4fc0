/*
 * tell_parts.h - pieces of sentences; what tell.h is made of.
 *
 * Owner, errors   as in tell.h.
 */
#ifndef SIM_EXPORT_TELL_PARTS_H
#define SIM_EXPORT_TELL_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"
#include "sim/replay/view.h"
#include "sim/trace/trace.h"

void tell_string(struct buffer *b, const char *string);
void tell_text(struct buffer *b, struct text t);
void tell_quoted(struct buffer *b, struct text t);
/* "mail.shop.example answered 550 5.1.1 ...", or the host's own words about it. */
void tell_failure(struct buffer *b, struct text remote, int64_t code, struct text status,
                  struct text reason);
void tell_octets(struct buffer *b, int64_t octets);
/* 550 5.1.1 "no such user here" */
void tell_reply(struct buffer *b, int64_t code, struct text enhanced, struct text words);
/* " (192.0.2.25, port 25)", as far as it is known. */
void tell_place(struct buffer *b, struct text address, int64_t port);
/* Which rule decided, and its section; nothing for NULL.  `policy` is a policy.* record. */
void tell_reference(struct buffer *b, const struct trace_record *policy);
/* Sentence of dns.mx_chosen: what the look-up said and who is tried. */
void tell_route(struct buffer *b, const struct view_mail *mail, size_t index);
/* The recipient that a record is about, of kinds that have one record for each; else empty. */
struct text tell_recipient_of(const struct trace_record *r);
/* Has an earlier step told this one too? */
bool tell_is_told(const struct view_mail *mail, size_t index);
/* All whom this step is told of. */
void tell_recipients(struct buffer *b, const struct view_mail *mail, size_t index);
/* Sentence of tls.* and auth.result; false, and nothing appended, for other kinds. */
bool tell_door(struct buffer *b, const struct trace_record *r);

#endif
