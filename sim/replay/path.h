/*
 * path.h - the address in a command: "RCPT TO:<bob@shop.example> NOTIFY=NEVER" names bob@shop.example.
 *
 * For readers of a trace; the engine's grammar is in sim/smtp.
 *
 * Owner   the result is a part of `line` and lives as long.
 * Errors  none: where there is no path the result is empty.
 */
#ifndef SIM_REPLAY_PATH_H
#define SIM_REPLAY_PATH_H

#include "sim/kernel/text.h"

/* What stands between < and > (a quoted local part may hold a >); empty for <> and where there is none. */
static inline struct text path_of_command(struct text line)
{
    struct text path = text_after(line, text_find(line, '<') + 1);
    bool quoted = false;

    for (size_t i = 0; i < path.size; i++) {
        if (path.at[i] == '\\')
            i++;
        else if (path.at[i] == '"')
            quoted = !quoted;
        else if (path.at[i] == '>' && !quoted)
            return text_from(path.at, i);
    }
    return text_from(path.at, 0);
}

#endif
