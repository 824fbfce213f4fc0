/*
 * view_options.c - the window's options.
 */
#include "sim/shell/view_options.h"

#include "sim/shell/load.h"

const struct cli_option view_options[VIEW_OPTION_COUNT] = {
    {.name = "at", .value = "TIME", .help = "begin there: presentation time, 2.5s"},
    {.name = "record", .value = "N", .help = "begin at the record with that seq"},
    {.name = "png", .value = "FILE", .help = "write a picture of that moment; no window"},
    {.name = "frames", .value = "DIR", .help = "write numbered pictures of the film from there on"},
    {.name = "video", .value = "FILE", .help = "write a film: FILE.mp4, .webm or .gif (ffmpeg)"},
    {.name = "for", .value = "TIME", .help = "so long a film; to the end if it is not given"},
    {.name = "fps", .value = "N", .help = "pictures a second (30; a gif 15)"},
    {.name = "ladder", .value = "FILE", .help = "write a message's ladder: FILE.svg or .png"},
    {.name = "message", .value = "ID", .help = "whose ladder: alice-pc.1 (the message in view)"},
    {.name = "size", .value = "WxH", .help = "pixels of the window or picture (1600x900)"},
    {.name = "theme", .value = "NAME", .help = "light, dark or contrast"},
    {.name = "text", .value = "FACTOR", .help = "size of the text: 1, 1.25 or 1.5"},
    {.name = "speed", .value = "FACTOR", .help = "how fast it plays: 0.5, 1, 2"},
    {.name = "true-time", .help = "true time instead of about the same time for each step"},
    {.name = "room", .help = "room mode: readable from the last row"},
    {.name = "still", .help = "jump cuts instead of moving pictures"},
    {.name = "script", .value = "FILE", .help = "carry out the actions in that file"},
    {.name = "answers", .value = "FILE", .help = "write what was answered to the questions"},
    {.name = "no-prompts", .help = "neither cards nor questions"},
    {.name = "log", .value = "FILE", .help = "write a line for every action"},
    LOAD_OPTIONS,
};
