/*
 * input.c - whole files to read, and where the bundled scenarios are.
 *
 * A regular file is mapped, since a trace may be larger than one would like to copy; anything else
 * is read to its end.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include "sim/shell/input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/shell/options.h"
#include "sim/shell/memory.h"
#include "sim/shell/say.h"
#include "sim/json/read.h"
#include "sim/kernel/memory.h"

/* ---- reading ------------------------------------------------------------------------------- */

/* The rest of a file whose size is not known beforehand; errno on failure. */
static int read_all(int fd, struct input *in)
{
    size_t capacity = 65536, size = 0;
    char *octets = cli_take(capacity);
    ssize_t got;

    while ((got = read(fd, octets + size, capacity - size)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            int error = errno;

            free(octets);
            return error;
        }
        size += (size_t)got;
        if (size == capacity) {
            char *more = realloc(octets, capacity *= 2);

            if (!more)
                cli_exhausted(NULL);
            octets = more;
        }
    }
    in->octets = text_from(octets, size);
    return 0;
}

int input_open(struct input *in, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat s;
    int error = 0;

    *in = (struct input){.map = NULL};
    if (fd < 0 || fstat(fd, &s) < 0) {
        say_error("cannot read %s: %s", path, strerror(errno));
        return EXIT_NO_INPUT;
    }
    if (S_ISDIR(s.st_mode)) {
        say_error("cannot read %s: %s", path, strerror(EISDIR));
        close(fd);
        return EXIT_NO_INPUT;
    }
    if (S_ISREG(s.st_mode) && s.st_size > 0 && !standard) {
        void *map = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

        if (map != MAP_FAILED) {
            in->map = map;
            in->octets = text_from(map, (size_t)s.st_size);
        }
    }
    if (!in->map)
        error = read_all(fd, in);
    if (!standard)
        close(fd);
    if (error)
        say_error("cannot read %s: %s", path, strerror(error));
    return error ? EXIT_INPUT_OUTPUT : EXIT_FINE;
}

void input_close(struct input *in)
{
    if (in->map)
        munmap(in->map, in->octets.size);
    else
        free((void *)(uintptr_t)in->octets.at);
    *in = (struct input){.map = NULL};
}

/* ---- bundled scenarios --------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat s;

    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* What $NAME says, or the first of these places that is a folder: relative to the program. */
static char *find_folder(const char *name, const char *const *places, size_t count)
{
    const char *said = getenv(name);
    char program[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);

    if (said && *said)
        return is_folder(said) ? cli_copy(said) : NULL;
    if (size <= 0)
        return NULL;
    program[size] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < count; i++) {
        char *folder = cli_format("%s/%s", program, places[i]);
        char *resolved = is_folder(folder) ? realpath(folder, NULL) : NULL;

        free(folder);
        if (resolved)
            return resolved;
    }
    return NULL;
}

/* Installed in bin/, or built in build/ or build/VARIANT/. */
char *input_scenario_folder(void)
{
    static const char *const places[] = {"../share/smtplab/scenarios", "../scenarios",
                                         "../../scenarios", "../../../scenarios"};

    return find_folder("SMTPLAB_SCENARIOS", places, sizeof places / sizeof *places);
}

char *input_icon_folder(void)
{
    static const char *const places[] = {"../share/smtplab/icons", "../assets/icons",
                                         "../../assets/icons", "../../../assets/icons"};

    return find_folder("SMTPLAB_ICONS", places, sizeof places / sizeof *places);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "first-letter" of "first-letter.json"; NULL for schemas and whatever else lies there. */
static char *scenario_name(const char *file)
{
    const char *dot = strchr(file, '.');

    if (!dot || dot == file || strcmp(dot, ".json") != 0)
        return NULL;
    return cli_format("%.*s", (int)(dot - file), file);
}

char **input_scenario_names(const char *path)
{
    size_t count = 0, capacity = 64;
    char **names = cli_take(capacity * sizeof *names);
    DIR *folder = opendir(path);

    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char *name = scenario_name(entry->d_name);

        if (!name)
            continue;
        if (count + 1 == capacity) {
            char **more = realloc(names, (capacity *= 2) * sizeof *names);

            if (!more)
                cli_exhausted(NULL);
            names = more;
        }
        names[count++] = name;
    }
    if (folder)
        closedir(folder);
    if (count > 0)
        qsort(names, count, sizeof *names, by_name);
    names[count] = NULL;
    return names;
}

void input_free_names(char **names)
{
    for (char **name = names; *name; name++)
        free(*name);
    free(names);
}

/* Nothing of that name: say so, and what may have been meant. */
static void say_not_found(const char *typed, const char *folder)
{
    char **names = folder ? input_scenario_names(folder) : NULL;
    struct nearest n = nearest_to(typed);

    for (char **name = names; name && *name; name++)
        nearest_try(&n, *name);
    if (nearest_found(&n))
        say_error("no file and no bundled scenario '%s'; did you mean '%s'?", typed,
                  nearest_found(&n));
    else
        say_error("no file and no bundled scenario '%s'; `smtplab list` names them", typed);
    if (names)
        input_free_names(names);
}

/* The path of that bundled scenario, or NULL. */
static char *bundled(const char *folder, const char *name, size_t size)
{
    char *path = cli_format("%s/%.*s.json", folder, (int)size, name);

    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

/* A path that leads nowhere; "first-letter.json" is the name of a bundled one and a little more. */
static void say_unreadable(const char *typed)
{
    int error = errno;
    const char *name = strrchr(typed, '/') ? strrchr(typed, '/') + 1 : typed;
    const char *dot = strchr(name, '.');
    char *folder = dot && strcmp(dot, ".json") == 0 ? input_scenario_folder() : NULL;
    char *path = folder ? bundled(folder, name, (size_t)(dot - name)) : NULL;

    if (path)
        say_error("cannot read %s: %s; the bundled scenario is called '%.*s'", typed,
                  strerror(error), (int)(dot - name), name);
    else
        say_error("cannot read %s: %s", typed, strerror(error));
    free(path);
    free(folder);
}

/* The value of a key of the object at hand: true if it is the next token. */
static bool find_key(struct json_reader *r, const char *key)
{
    while (json_read(r) == JSON_KEY) {
        if (text_equal(r->string, text_of(key)))
            return true;
        if (!json_read_skip(r))
            break;
    }
    return false;
}

int64_t input_lesson(struct memory *m, struct text octets, struct text *title)
{
    struct json_reader r;
    int64_t number = 0;

    json_reader_init(&r, m, JSON_UTF8);
    json_reader_open(&r, octets);
    if (title && json_read(&r) == JSON_OBJECT_BEGIN && find_key(&r, "title") &&
        json_read(&r) == JSON_STRING)
        *title = text_copy(m, r.string);
    json_reader_open(&r, octets);
    if (json_read(&r) == JSON_OBJECT_BEGIN && find_key(&r, "lesson") &&
        json_read(&r) == JSON_OBJECT_BEGIN && find_key(&r, "number") &&
        json_read(&r) == JSON_NUMBER)
        number = r.number;
    json_reader_free(&r);
    return number;
}

/* The path of the lesson of that number, as `list` shows it, or NULL. */
static char *numbered(const char *folder, const char *typed)
{
    char **names = input_scenario_names(folder);
    size_t digits = strspn(typed, "0123456789");
    int64_t number = digits > 0 && digits < 5 && !typed[digits] ? strtol(typed, NULL, 10) : 0;
    struct memory memory;
    char *path = NULL;

    memory_init(&memory, 0);
    for (char **name = names; number > 0 && *name && !path; name++) {
        struct input in;

        path = cli_format("%s/%s.json", folder, *name);
        int64_t found = 0;

        if (input_open(&in, path) == EXIT_FINE) {
            found = input_lesson(&memory, in.octets, NULL);
            input_close(&in);
        }
        if (found != number) {
            free(path);
            path = NULL;
        }
    }
    memory_end(&memory);
    input_free_names(names);
    return path;
}

char *input_find_scenario(const char *typed)
{
    if (strcmp(typed, "-") == 0 || access(typed, F_OK) == 0)
        return cli_copy(typed);
    if (strchr(typed, '/') || strchr(typed, '.')) {
        say_unreadable(typed);
        return NULL;
    }
    char *folder = input_scenario_folder();
    char *path = folder ? bundled(folder, typed, strlen(typed)) : NULL;

    if (!path && folder)
        path = numbered(folder, typed);
    if (!path)
        say_not_found(typed, folder);
    free(folder);
    return path;
}
