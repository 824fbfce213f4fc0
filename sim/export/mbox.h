/*
 * mbox.h - what was delivered, as mailboxes that mail programs open.
 *
 * One file for each mailbox, HOST/MAILBOX.mbox, in the order of delivery, in the "mboxrd" format: a
 * "From " line with reverse-path and date (RFC 4155), the message with LF line ends, every line of
 * "From " behind any number of ">" quoted by one more ">", and an empty line.  The message is the
 * content as composed with the lines that each hop prepended, from mail.content; its way is followed
 * through the custodies.
 *
 * Owner   the caller.  Content is kept while some host is responsible for the mail, no longer.
 * Errors  a delivery without content in the records is counted in mbox_end()'s result and not
 *         written.
 */
#ifndef SIM_EXPORT_MBOX_H
#define SIM_EXPORT_MBOX_H

#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/trace/trace.h"

#define MBOX_LAYERS (1U << TRACE_LAYER_CORE)

/* Called once for each delivered message; append `octets` to the file of that mailbox. */
struct mbox_output {
    void (*append)(void *context, struct text host, struct text mailbox, struct text octets);
    void *context;
};

struct mbox;

struct mbox *mbox_begin(struct memory *m, struct mbox_output output);
struct trace_sink mbox_sink(struct mbox *box);
/* Releases `box`; returns how many deliveries lacked content (0 is right). */
uint64_t mbox_end(struct mbox *box);

/* "HOST/MAILBOX.mbox", safe as a relative path: what could leave the folder is written as %XX. */
void mbox_put_path(struct buffer *b, struct text host, struct text mailbox);

#endif
