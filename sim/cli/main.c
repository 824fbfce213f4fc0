/*
 * main.c - the door of the smtplab command.  What can be typed is in command.c and beside it.
 */
#include <signal.h>

#include "sim/cli/command.h"
#include "sim/cli/output.h"

int main(int argc, char **argv)
{
    /* A reader that goes away is an error of the write; output.c tidies up before it gives in. */
    signal(SIGPIPE, SIG_IGN);
    return output_close_stdout(cli_main(argc, argv));
}
