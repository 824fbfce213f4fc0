/*
 * main.c - the door of the smtplab command.  What can be typed is in command.c and beside it.
 */
#include <signal.h>
#include <unistd.h>

#include "sim/cli/command.h"
#include "sim/shell/output.h"

/* An assertion failed, and has said which: that is a bug of ours, with a status of its own. */
static void our_bug(int number)
{
    static const char message[] =
        "smtplab: this is a bug of ours; please report it with what led to it\n";
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);

    (void)number;
    (void)written;
    _exit(EXIT_OUR_BUG);
}

int main(int argc, char **argv)
{
    signal(SIGABRT, our_bug);
    /* A reader that goes away is an error of the write; output.c tidies up before it gives in. */
    signal(SIGPIPE, SIG_IGN);
    return output_close_stdout(cli_main(argc, argv));
}
