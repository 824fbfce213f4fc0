/*
 * read.h - a trace back from its file: header, records one by one, footer.
 *
 * Both forms are read: framed JSON (.json) and JSON lines (.jsonl).  Reading is strict: keys, their
 * order, their types and words are those of the table of kinds, seq and time grow, causes come
 * earlier, and the footer's counts, hash and open custodies are those of the lines.  Reading what we
 * wrote and writing it again gives the same octets.
 *
 *     replay_read_open(&reader, memory, octets, digest);
 *     while (replay_read_next(&reader, &record))
 *         ...
 *     if (reader.error.line) ... else if (!reader.has_footer) ... truncated
 *
 * Owner   `octets` (a mapped file, say) are borrowed and must outlive the reader.  A record and its
 *         texts are valid until the next call; load.h keeps all of them.
 * Errors  the first mistake stops the reading and stays in `error`.  A file that just ends, between
 *         two lines or in the middle of one, is no mistake but `truncated`: its whole lines are read.
 */
#ifndef SIM_REPLAY_READ_H
#define SIM_REPLAY_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/json/read.h"
#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/frame.h"
#include "sim/replay/holders.h"
#include "sim/trace/trace.h"

struct replay_error {
    size_t line, column; /* from 1; line 0: no error */
    char what[160];      /* "unknown kind \"smtp.replay\"" */
};

enum { REPLAY_LISTS_MAX = 4 }; /* list fields in one record */

struct replay_reader {
    struct memory *memory;
    struct text octets;
    struct replay_digest digest; /* without functions: hashes are not checked */
    struct replay_header header;
    struct replay_footer footer; /* valid if has_footer */
    bool framed, has_header, has_footer;
    bool truncated; /* no footer, or a last line that is not whole */
    struct replay_error error;

    /* ---- its own ---- */
    size_t at;                         /* start of the next line */
    size_t line;                       /* number of the line at hand */
    bool comma;                        /* the line before ended with one: another event follows */
    uint64_t seq, written;             /* last seq; records read */
    int64_t time_ns;                   /* of the last record */
    uint64_t counts[TRACE_KIND_COUNT]; /* of the records read */
    struct holders holders;
    struct json_reader json;
    struct buffer texts; /* decoded texts of the record at hand */
    void *data;          /* its struct */
    size_t data_size;
    struct {
        void *items;
        size_t size;
    } lists[REPLAY_LISTS_MAX]; /* its lists, one storage for each field */
};

/* Reads the first line.  False: not a trace, see `error`; `digest` may be NULL. */
bool replay_read_open(struct replay_reader *r, struct memory *m, struct text octets,
                      const struct replay_digest *digest);
/* The next record; false at the end, where the footer has been read and checked, or at an error. */
bool replay_read_next(struct replay_reader *r, struct trace_record *record);
/* The file has grown: the same octets, perhaps elsewhere, and more behind them.  Goes on where a line
 * was not whole. */
void replay_read_more(struct replay_reader *r, struct text octets);
void replay_read_close(struct replay_reader *r);

/* Reads to the end and calls each sink for the kinds that it wants, as the engine did.  False on an
 * error. */
bool replay_read_feed(struct replay_reader *r, const struct trace_sink *sinks, size_t sink_count);

#endif
