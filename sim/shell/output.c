/*
 * output.c - files that appear whole or not at all, and the end of standard output.
 *
 * Directories are told apart from files only here: a tree is made as a hidden directory beside its
 * place.  If there is nothing at its place (or an empty directory) one rename puts it there; else
 * its files move in one by one, each of them whole.
 */
#define _XOPEN_SOURCE 700 /* nftw */

#include "sim/shell/output.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/shell/options.h"
#include "sim/shell/memory.h"
#include "sim/shell/say.h"

/* ---- signals ------------------------------------------------------------------------------- */

static void fill_stop_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

void outputs_begin(struct outputs *set)
{
    sigset_t stop;

    *set = (struct outputs){.count = 0};
    fill_stop_signals(&stop);
    sigprocmask(SIG_BLOCK, &stop, &set->before);
}

static bool reader_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) > 0 && out.revents & POLLERR;
}

bool outputs_stopped(const struct outputs *set)
{
    sigset_t pending;

    sigpending(&pending);
    if (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
        sigismember(&pending, SIGHUP))
        return true;
    for (size_t i = 0; i < set->count; i++)
        if (set->files[i].error)
            return true;
    return false;
}

/* ---- opening ------------------------------------------------------------------------------- */

/* The user's file mode: mkstemp's own is private. */
static mode_t plain_mode(mode_t mode)
{
    mode_t mask = umask(0);

    umask(mask);
    return mode & ~mask;
}

/* "dir/.name.XXXXXX" beside `path`, trailing slashes left out. */
static char *hidden_name(const char *path)
{
    size_t size = strlen(path);

    while (size > 1 && path[size - 1] == '/')
        size--;
    size_t name = size;

    while (name > 0 && path[name - 1] != '/')
        name--;
    char *hidden = cli_take(size + sizeof "..XXXXXX");

    snprintf(hidden, size + sizeof "..XXXXXX", "%.*s.%.*s.XXXXXX", (int)name, path,
             (int)(size - name), path + name);
    return hidden;
}

static struct output *refuse(struct output *o, const char *path)
{
    say_error("cannot create %s: %s", path, strerror(errno));
    free(o->temporary);
    o->temporary = NULL;
    return NULL;
}

/* Something that a rename would replace wrongly: a device, a pipe, a socket. */
static bool is_special(const char *path)
{
    struct stat s;

    return stat(path, &s) == 0 && !S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode);
}

static bool is_directory(const char *path)
{
    struct stat s;

    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

struct output *outputs_add(struct outputs *set, const char *path)
{
    assert(set->count < OUTPUTS_MAX);
    struct output *o = &set->files[set->count];

    *o = (struct output){.fd = -1};
    if (strcmp(path, "-") == 0) {
        fflush(stdout);
        o->fd = STDOUT_FILENO;
    } else if (is_special(path)) {
        o->fd = open(path, O_WRONLY | O_CLOEXEC);
    } else if (is_directory(path)) {
        errno = EISDIR;
    } else {
        o->temporary = hidden_name(path);
        o->fd = mkstemp(o->temporary);
    }
    if (o->fd < 0)
        return refuse(o, path);
    if (o->temporary)
        fchmod(o->fd, plain_mode(0666));
    o->path = cli_copy(path);
    set->count++;
    return o;
}

struct output *outputs_add_tree(struct outputs *set, const char *path)
{
    assert(set->count < OUTPUTS_MAX);
    struct output *o = &set->files[set->count];

    *o = (struct output){.fd = -1, .tree = true};
    o->temporary = hidden_name(path);
    if (access(path, F_OK) == 0 && !is_directory(path)) {
        errno = ENOTDIR;
        return refuse(o, path);
    }
    if (!mkdtemp(o->temporary))
        return refuse(o, path);
    chmod(o->temporary, plain_mode(0777));
    o->path = cli_copy(path);
    set->count++;
    return o;
}

/* ---- writing ------------------------------------------------------------------------------- */

static int write_all(int fd, struct text octets)
{
    while (octets.size > 0) {
        ssize_t written = write(fd, octets.at, octets.size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        octets = text_after(octets, (size_t)written);
    }
    return 0;
}

void output_put(struct output *o, struct text octets)
{
    if (!o->error)
        o->error = write_all(o->fd, octets);
}

static void put(void *context, struct text octets)
{
    output_put(context, octets);
}

struct export_output output_sink(struct output *o)
{
    return (struct export_output){.put = put, .context = o};
}

void output_append(struct output *o, const char *relative, struct text octets)
{
    const char *slash = strrchr(relative, '/');
    char *path = cli_format("%s/%s", o->temporary, relative);

    assert(o->tree);
    if (slash && !o->error) {
        char *folder = cli_format("%s/%.*s", o->temporary, (int)(slash - relative), relative);

        if (mkdir(folder, 0777) < 0 && errno != EEXIST)
            o->error = errno;
        free(folder);
    }
    int fd = o->error ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

    if (fd < 0) {
        o->error = o->error ? o->error : errno;
    } else {
        int error = write_all(fd, octets);

        if (close(fd) < 0 && !error)
            error = errno;
        o->error = o->error ? o->error : error;
    }
    free(path);
}

/* ---- the end ------------------------------------------------------------------------------- */

static int remove_entry(const char *path, const struct stat *s, int type, struct FTW *walk)
{
    (void)s;
    (void)type;
    (void)walk;
    return remove(path);
}

static void end(struct output *o)
{
    if (o->temporary && o->tree)
        nftw(o->temporary, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    else if (o->temporary)
        unlink(o->temporary);
    free(o->temporary);
    free(o->path);
    *o = (struct output){.fd = -1};
}

static void close_file(struct output *o)
{
    if (o->fd >= 0 && o->fd != STDOUT_FILENO && close(o->fd) < 0 && !o->error)
        o->error = errno;
    o->fd = -1;
}

/* Moves every file of one folder of the tree into the folder of that name at its place. */
static int move_folder(const char *from, const char *to)
{
    DIR *folder = opendir(from);
    int error = 0;

    if (!folder)
        return errno;
    if (mkdir(to, 0777) < 0 && errno != EEXIST)
        error = errno;
    for (struct dirent *entry; !error && (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *source = cli_format("%s/%s", from, entry->d_name);
        char *target = cli_format("%s/%s", to, entry->d_name);

        if (is_directory(source))
            error = move_folder(source, target);
        else if (rename(source, target) < 0)
            error = errno;
        free(source);
        free(target);
    }
    closedir(folder);
    return error;
}

/* Puts a finished output in its place. */
static int place(struct output *o)
{
    if (!o->temporary)
        return 0;
    if (rename(o->temporary, o->path) < 0) {
        if (!o->tree || (errno != ENOTEMPTY && errno != EEXIST))
            return errno;
        return move_folder(o->temporary, o->path);
    }
    free(o->temporary);
    o->temporary = NULL;
    return 0;
}

static void end_all(struct outputs *set)
{
    for (size_t i = 0; i < set->count; i++)
        end(&set->files[i]);
    set->count = 0;
    sigprocmask(SIG_SETMASK, &set->before, NULL);
}

/* Closes everything and tells what could not be written; the exit status. */
static int close_all(struct outputs *set)
{
    int status = EXIT_FINE;

    for (size_t i = 0; i < set->count; i++) {
        struct output *o = &set->files[i];
        bool standard = o->fd == STDOUT_FILENO;

        close_file(o);
        if (!o->error)
            continue;
        /* A reader that has left is no news to anybody. */
        if (!(standard && o->error == EPIPE))
            say_error("cannot write %s: %s", standard ? "standard output" : o->path,
                      strerror(o->error));
        status = EXIT_INPUT_OUTPUT;
    }
    return status;
}

int outputs_commit(struct outputs *set)
{
    int status = close_all(set);

    for (size_t i = 0; i < set->count && status == EXIT_FINE; i++) {
        int error = place(&set->files[i]);

        if (error) {
            say_error("cannot create %s: %s", set->files[i].path, strerror(error));
            status = EXIT_CANT_CREATE;
        }
    }
    end_all(set);
    return status;
}

void outputs_discard(struct outputs *set)
{
    close_all(set);
    end_all(set);
}

int output_close_stdout(int status)
{
    bool failed = fflush(stdout) != 0;
    int error = errno;

    failed |= ferror(stdout) != 0;
    if (reader_gone() && (failed || status == EXIT_INPUT_OUTPUT)) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    if (!failed && close(STDOUT_FILENO) < 0 && errno != EBADF) {
        failed = true;
        error = errno;
    }
    if (failed)
        say_error("cannot write standard output: %s", strerror(error));
    return failed ? EXIT_INPUT_OUTPUT : status;
}
