/*
 * header.h - the header of a trace that is about to be written.
 *
 * Owner   all of it lives in the memory given.  Errors  none.
 */
#ifndef SIM_EXPORT_HEADER_H
#define SIM_EXPORT_HEADER_H

#include <stdint.h>

#include "sim/kernel/memory.h"
#include "sim/kernel/text.h"
#include "sim/replay/frame.h"

/* `scenario`: normalised and compact (lab_scenario_print()); `changed`: what was typed to change it
 * (lab_scenario_put_options()), or empty. */
struct replay_header header_make(struct memory *m, struct text scenario, uint64_t seed,
                                 uint32_t layers, struct text changed);

#endif
