/*
 * ffmpeg.c - starting ffmpeg, feeding it, and seeing how it ended.
 */
#include "render/app/ffmpeg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/shell/memory.h"
#include "sim/shell/options.h"
#include "sim/shell/say.h"

enum { NOT_THERE = 127, ARGUMENTS_MAX = 48 };

/* What each form is made with.  Colours as HDTV has them (BT.709), said in the file; H.264 wants even
 * sizes.  A GIF gets a palette for each picture, since one for all would need all in memory. */
static const struct {
    const char *ending, *arguments;
} forms[] = {
    {".mp4", "-vf scale=out_color_matrix=bt709:out_range=tv,pad=ceil(iw/2)*2:ceil(ih/2)*2,"
             "format=yuv420p -c:v libx264 -preset veryfast -crf 18 -color_primaries bt709 "
             "-color_trc bt709 -colorspace bt709 -movflags +faststart -f mp4"},
    {".webm",
     "-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p -c:v libvpx-vp9 -crf 30 "
     "-b:v 0 -deadline good -cpu-used 4 -row-mt 1 -color_primaries bt709 -color_trc bt709 "
     "-colorspace bt709 -f webm"},
    {".gif", "-filter_complex [0:v]split[a][b];[a]palettegen=stats_mode=single[p];"
             "[b][p]paletteuse=new=1:dither=bayer:bayer_scale=5 -f gif"},
};

static const char *form_of(const char *path)
{
    size_t size = strlen(path);

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t ending = strlen(forms[i].ending);

        if (size > ending && strcmp(path + size - ending, forms[i].ending) == 0)
            return forms[i].arguments;
    }
    return NULL;
}

bool ffmpeg_knows(const char *path)
{
    return form_of(path) != NULL;
}

/* In the child: does not return.  Without -xerror a file whose end cannot be written counts as made. */
static void become(const struct ffmpeg *f, int fps, int in)
{
    char *words =
        cli_format("ffmpeg -hide_banner -loglevel error -xerror -y -f rawvideo -pixel_format bgra "
                   "-video_size %dx%d -framerate %d -i - -an %s",
                   f->width, f->height, fps, form_of(f->path));
    char *arguments[ARGUMENTS_MAX], *rest = NULL;
    int count = 0;
    sigset_t none;

    for (char *word = strtok_r(words, " ", &rest); word && count < ARGUMENTS_MAX - 2;
         word = strtok_r(NULL, " ", &rest))
        arguments[count++] = word;
    arguments[count++] = f->temporary;
    arguments[count] = NULL;
    /* The user's Ctrl-C is for us, who then tidies up. */
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    dup2(in, STDIN_FILENO);
    dup2(fileno(f->words), STDERR_FILENO);
    execvp("ffmpeg", arguments);
    _exit(NOT_THERE);
}

/* "dir/.name.part" beside `path`. */
static char *hidden(const char *path)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path + 1) : 0;

    return cli_format("%.*s.%s.part", folder, path, path + folder);
}

static void release(struct ffmpeg *f)
{
    if (f->words)
        fclose(f->words);
    free(f->path);
    free(f->temporary);
}

int ffmpeg_open(struct ffmpeg *f, const char *path, int width, int height, int fps)
{
    int ends[2];

    *f = (struct ffmpeg){.width = width, .height = height, .pipe = -1, .child = -1};
    f->path = cli_copy(path);
    f->temporary = hidden(path);
    int fd = open(f->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (fd < 0 || !(f->words = tmpfile()) || pipe(ends) != 0) {
        say_error("cannot create %s: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
            unlink(f->temporary);
        }
        release(f);
        return EXIT_CANT_CREATE;
    }
    close(fd);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    f->child = fork();
    if (f->child == 0)
        become(f, fps, ends[0]);
    close(ends[0]);
    f->pipe = ends[1];
    return EXIT_FINE;
}

bool ffmpeg_put(struct ffmpeg *f, const uint32_t *pixels, int stride)
{
    for (int y = 0; y < f->height; y++) {
        const char *row = (const char *)pixels + (size_t)y * (size_t)stride;
        size_t left = (size_t)f->width * sizeof *pixels;

        while (left > 0) {
            ssize_t put = write(f->pipe, row, left);

            if (put < 0 && errno != EINTR)
                return false;
            if (put > 0) {
                row += put;
                left -= (size_t)put;
            }
        }
    }
    return true;
}

/* The last of what it said, whole lines. */
static void tell_words(FILE *words)
{
    enum { LAST = 800 };
    char octets[LAST + 1];
    long size = fseek(words, 0, SEEK_END) == 0 ? ftell(words) : 0;

    if (size <= 0 || fseek(words, size > LAST ? size - LAST : 0, SEEK_SET) != 0)
        return;
    octets[fread(octets, 1, LAST, words)] = '\0';
    char *line = size > LAST && strchr(octets, '\n') ? strchr(octets, '\n') + 1 : octets,
         *rest = NULL;

    for (line = strtok_r(line, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest))
        fprintf(stderr, "ffmpeg: %s\n", line);
}

int ffmpeg_close(struct ffmpeg *f, bool keep)
{
    int ended = -1, status = EXIT_FINE;

    close(f->pipe);
    if (f->child > 0 && !keep)
        kill(f->child, SIGTERM);
    while (f->child > 0 && waitpid(f->child, &ended, 0) < 0 && errno == EINTR)
        ;
    if (keep && (f->child < 0 || (WIFEXITED(ended) && WEXITSTATUS(ended) == NOT_THERE))) {
        say_error("a video needs ffmpeg, and there is none in PATH (Debian: apt-get install "
                  "ffmpeg); --frames DIR writes pictures without it");
        status = EXIT_NO_INPUT;
    } else if (keep && !(WIFEXITED(ended) && WEXITSTATUS(ended) == 0)) {
        say_error("ffmpeg could not make %s", f->path);
        tell_words(f->words);
        status = EXIT_INPUT_OUTPUT;
    } else if (keep && rename(f->temporary, f->path) != 0) {
        say_error("cannot create %s: %s", f->path, strerror(errno));
        status = EXIT_CANT_CREATE;
    }
    if (!keep || status != EXIT_FINE)
        unlink(f->temporary);
    release(f);
    return status;
}
