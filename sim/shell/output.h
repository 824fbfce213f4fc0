/*
 * output.h - files that appear whole or not at all.
 *
 * An output is written beside its final place under a hidden name and renamed at the end.  A set of
 * outputs is committed together: none appears unless all could be written.  "-" is standard output;
 * an existing device or pipe (/dev/full, a FIFO) is written directly, since it cannot be replaced.
 *
 * While a set is open, SIGINT, SIGTERM and SIGHUP wait: whoever writes for long asks
 * outputs_stopped() now and then, and gives up with outputs_discard(), after which the signal does
 * what it always does.
 *
 * Errors  the first error of a file is remembered, so `put` needs no answer; it is told on stderr
 *         once, by open or commit, whose result is an exit status (command.h).
 * Owner   a set owns its files; every set ends with commit or discard.
 */
#ifndef SIM_SHELL_OUTPUT_H
#define SIM_SHELL_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/export/output.h"
#include "sim/kernel/text.h"

struct output {
    char *path;      /* as the user wrote it */
    char *temporary; /* NULL: written directly */
    int fd;
    int error; /* errno of the first failure, or 0 */
    bool tree; /* a directory of files */
};

enum { OUTPUTS_MAX = 8 };

struct outputs {
    struct output files[OUTPUTS_MAX];
    size_t count;
    sigset_t before; /* the signals that were blocked before the set was opened */
};

void outputs_begin(struct outputs *set);
/* Adds a file (or "-"); NULL after saying why not (EXIT_CANT_CREATE). */
struct output *outputs_add(struct outputs *set, const char *path);
/* Adds a directory, which may exist; output_append() fills it. */
struct output *outputs_add_tree(struct outputs *set, const char *path);
/* Has the user asked to stop, or can something not be written? */
bool outputs_stopped(const struct outputs *set);
/* All of them, or none; the exit status. */
int outputs_commit(struct outputs *set);
/* None of them.  What could not be written is told.  Does not return if a signal is waiting. */
void outputs_discard(struct outputs *set);

/* For the exporters. */
struct export_output output_sink(struct output *o);
void output_put(struct output *o, struct text octets);
/* Appends to the file `relative` ("HOST/MAILBOX.mbox") of a tree. */
void output_append(struct output *o, const char *relative, struct text octets);

/* Ends standard output and gives the exit status: `status`, or EXIT_INPUT_OUTPUT if something could
 * not be written.  If its reader has gone, the program ends as SIGPIPE would have ended it. */
int output_close_stdout(int status);

#endif
