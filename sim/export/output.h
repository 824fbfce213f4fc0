/*
 * output.h - where exporters put their octets.
 *
 * The command line owns files; an exporter only calls `put`, with large pieces.
 *
 * Errors  `put` cannot fail towards the exporter: whoever owns the file remembers its first error
 *         and looks at the end.  Owner  the octets are borrowed for the call.
 */
#ifndef SIM_EXPORT_OUTPUT_H
#define SIM_EXPORT_OUTPUT_H

#include "sim/kernel/text.h"

struct export_output {
    void (*put)(void *context, struct text octets);
    void *context;
};

#endif
