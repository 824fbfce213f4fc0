/*
 * view.c - `smtplab view`: starts the window, a program of its own, so that this one needs no display
 * and no library for one.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/command.h"
#include "sim/shell/memory.h"
#include "sim/shell/say.h"
#include "sim/shell/view_options.h"

/* The window's program beside this one, or NULL. */
static char *beside(void)
{
    char program[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);

    if (size <= 0)
        return NULL;
    program[size] = '\0';
    *strrchr(program, '/') = '\0';
    char *path = cli_format("%s/smtplab-view", program);

    if (access(path, X_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static int run(const struct cli_call *call)
{
    char *path = beside(), name[] = "smtplab-view";

    call->argv[0] = name;
    if (path)
        execv(path, call->argv);
    else
        execvp(name, call->argv);
    if (!path && errno == ENOENT)
        say_error(
            "there is no window here: smtplab-view is neither beside smtplab nor in PATH "
            "(`make` builds it where SDL2 and cairo are); `smtplab run` tells the same story");
    else
        say_error("cannot start %s: %s", path ? path : name, strerror(errno));
    free(path);
    return EXIT_NO_INPUT;
}

const struct cli_command cli_view = {VIEW_COMMAND, .run = run};
