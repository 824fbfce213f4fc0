/*
 * action.h - everything that a user can do, in one table: keys, help, buttons, scripts and log.
 *
 * A key, a button, a line of a script: each becomes an action, and an action is all that changes what is
 * shown.  --log writes each as "name argument"; a script is a file of such lines.
 *
 * Owner   constant data; the text of an action is borrowed and must live until the action is carried out.
 * Errors  none: what is not known is ACT_COUNT as a name, ACT_NONE as a key.
 */
#ifndef RENDER_WIDGETS_ACTION_H
#define RENDER_WIDGETS_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/text.h"

/* What an argument is. */
enum act_takes { TAKES_NOTHING, TAKES_NUMBER, TAKES_TEXT };

/* X(SUFFIX, "name", takes, "keys, blank between", "what it does") */
#define ACTS(X)                                                                                    \
    X(NONE, "none", NOTHING, "", "")                                                               \
    X(PLAY, "play", NOTHING, "Space K .", "play or pause")                                         \
    X(NEXT, "next", NOTHING, "Right N", "the next step")                                           \
    X(BACK, "back", NOTHING, "Left P", "the step before")                                          \
    X(NEXT_STOP, "next-stop", NOTHING, "PageDown", "on to what is new or changes hands")           \
    X(BACK_STOP, "back-stop", NOTHING, "PageUp", "back to what was new")                           \
    X(NEXT_REPLY, "next-reply", NOTHING, "R", "the next reply")                                    \
    X(BACK_REPLY, "back-reply", NOTHING, "Shift+R", "the reply before")                            \
    X(NEXT_HOP, "next-hop", NOTHING, "Down H", "the next hop: a hand-over")                        \
    X(BACK_HOP, "back-hop", NOTHING, "Up Shift+H", "the hop before")                               \
    X(NEXT_DECISION, "next-decision", NOTHING, "D", "the next decision of a rule")                 \
    X(BACK_DECISION, "back-decision", NOTHING, "Shift+D", "the decision before")                   \
    X(FIRST, "first", NOTHING, "Home", "the beginning")                                            \
    X(LAST, "last", NOTHING, "End", "the next question; the end")                                  \
    X(SEEK, "seek", NUMBER, "", "that many milliseconds of presentation time")                     \
    X(SHOW, "show", NUMBER, "", "the record with that number")                                     \
    X(FASTER, "faster", NOTHING, "+ =", "twice as fast")                                           \
    X(SLOWER, "slower", NOTHING, "-", "half as fast")                                              \
    X(CLOCK, "clock", NOTHING, "T", "steps or true time")                                          \
    X(CHAPTER, "chapter", NUMBER, "", "the beginning of that chapter")                             \
    X(NEXT_CHAPTER, "next-chapter", NOTHING, "Ctrl+Right", "the next chapter")                     \
    X(BACK_CHAPTER, "back-chapter", NOTHING, "Ctrl+Left", "the chapter before")                    \
    X(RESTART, "restart", NOTHING, "F5", "from the cards on")                                      \
    X(HOST, "host", NUMBER, "", "choose that host")                                                \
    X(CONN, "connection", NUMBER, "", "choose that connection")                                    \
    X(MAIL, "mail", NUMBER, "", "choose that message")                                             \
    X(SITE, "site", NUMBER, "", "fold or unfold that site")                                        \
    X(CHOOSE_NEXT, "choose-next", NOTHING, "Tab", "choose the next thing on the map")              \
    X(CHOOSE_BACK, "choose-back", NOTHING, "Shift+Tab", "choose the thing before")                 \
    X(NEXT_MAIL, "next-message", NOTHING, "E", "the next message")                                 \
    X(BACK_MAIL, "back-message", NOTHING, "Shift+E", "the message before")                         \
    X(NEXT_CONN, "next-connection", NOTHING, "J", "the next connection")                           \
    X(BACK_CONN, "back-connection", NOTHING, "Shift+J", "the connection before")                   \
    X(RELEASE, "release", NOTHING, "Escape", "close it; follow the story")                         \
    X(INSPECT_MAIL, "inspect-mail", NOTHING, "1", "the message in view")                           \
    X(INSPECT_HOST, "inspect-host", NOTHING, "2", "the host in view")                              \
    X(INSPECT_SESSION, "inspect-session", NOTHING, "3", "the session's state diagram")             \
    X(INSPECT_TAB, "inspect-tab", NUMBER, "", "that part of the inspector")                        \
    X(NEXT_TAB, "next-tab", NOTHING, "I", "the inspector's next part")                             \
    X(INSPECTOR_DOWN, "inspector-down", NOTHING, "Ctrl+PageDown", "scroll the inspector")          \
    X(INSPECTOR_UP, "inspector-up", NOTHING, "Ctrl+PageUp", "scroll the inspector")                \
    X(LADDER_ALL, "ladder-all", NOTHING, "A", "the ladder: one hop, or all hops")                  \
    X(LADDER_DOWN, "ladder-down", NOTHING, "Ctrl+Down", "scroll the ladder")                       \
    X(LADDER_UP, "ladder-up", NOTHING, "Ctrl+Up", "scroll the ladder")                             \
    X(ZOOM_IN, "zoom-in", NOTHING, "Ctrl++ Ctrl+=", "enlarge the map")                             \
    X(ZOOM_OUT, "zoom-out", NOTHING, "Ctrl+-", "shrink the map")                                   \
    X(ZOOM_FIT, "zoom-fit", NOTHING, "0", "the whole map")                                         \
    X(PAN_LEFT, "pan-left", NOTHING, "Shift+Left", "move the map")                                 \
    X(PAN_RIGHT, "pan-right", NOTHING, "Shift+Right", "move the map")                              \
    X(PAN_UP, "pan-up", NOTHING, "Shift+Up", "move the map")                                       \
    X(PAN_DOWN, "pan-down", NOTHING, "Shift+Down", "move the map")                                 \
    X(FOLD, "fold", NOTHING, "O", "fold or unfold the site in view")                               \
    X(SCROLL, "scroll", NUMBER, "", "scroll what is below the pointer")                            \
    X(ANSWER, "answer", NUMBER, "1-9", "choose that answer to the question")                       \
    X(REVEAL, "reveal", NOTHING, "Return", "go on: next card, the answer")                         \
    X(VOTE, "vote", NOTHING, "V", "ask again: a second vote")                                      \
    X(SKIP, "skip", NOTHING, "X", "skip cards and questions")                                      \
    X(PROMPTS, "prompts", NOTHING, "Q", "questions on or off")                                     \
    X(SEARCH, "search", TEXT, "/", "find a word in the records")                                   \
    X(SEARCH_NEXT, "search-next", NOTHING, "F3", "find it again")                                  \
    X(WHAT_IF, "what-if", NOTHING, "W", "change one thing here and run again")                     \
    X(DO, "do", TEXT, "", "carry out this change: a timeline entry as JSON")                       \
    X(COMPARE, "compare", NOTHING, "C", "both runs side by side")                                  \
    X(COMPARE_LINE, "compare-line", NUMBER, "", "that line of the comparison; again: go there")    \
    X(SAVE, "save", TEXT, "Ctrl+S", "save what was changed as a scenario")                         \
    X(THEME, "theme", NOTHING, "L", "light, dark, high contrast")                                  \
    X(TEXT_LARGER, "text-larger", NOTHING, "]", "larger text")                                     \
    X(TEXT_SMALLER, "text-smaller", NOTHING, "[", "smaller text")                                  \
    X(ROOM, "room", NOTHING, "B", "room mode: readable from the last row")                         \
    X(MOTION, "motion", NOTHING, "M", "moving pictures or jump cuts")                              \
    X(FULL, "full-screen", NOTHING, "F11 F", "full screen or window")                              \
    X(HELP, "help", NOTHING, "F1 ?", "this list")                                                  \
    X(GALLERY, "gallery", NOTHING, "G", "all lessons")                                             \
    X(OPEN, "open", NUMBER, "", "the lesson at that place of the gallery")                         \
    X(PICTURE, "picture", TEXT, "F12", "write a picture of this moment")                           \
    X(QUIT, "quit", NOTHING, "Ctrl+Q", "end")

enum act {
#define X(suffix, name, takes, keys, doc) ACT_##suffix,
    ACTS(X)
#undef X
        ACT_COUNT
};

struct act_info {
    const char *name;
    enum act_takes takes;
    const char *keys, *doc;
};

const struct act_info *act_info(enum act act);
/* The act of that name, or ACT_COUNT; the act of that key ("Shift+R"), or ACT_NONE. */
enum act act_find(struct text name);
enum act act_key(struct text key);

struct action {
    enum act act;
    int64_t number;
    struct text text;
};

#endif
