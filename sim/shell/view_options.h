/*
 * view_options.h - what can be typed behind `smtplab view` and behind smtplab-view: the same.
 *
 * Owner   constant data.
 * Errors  none.
 */
#ifndef SIM_SHELL_VIEW_OPTIONS_H
#define SIM_SHELL_VIEW_OPTIONS_H

#include "sim/shell/options.h"

enum { VIEW_OPTION_COUNT = 22 };
extern const struct cli_option view_options[VIEW_OPTION_COUNT];

/* The fields of a row. */
#define VIEW_COMMAND                                                                               \
    .name = "view", .operands = "[SCENARIO|TRACE]", .least = 0, .most = 1,                         \
    .summary = "watch it in a window, or write pictures of it",                                    \
    .about = "Without a scenario: the gallery of the bundled ones.", .options = view_options,      \
    .option_count = VIEW_OPTION_COUNT

#endif
