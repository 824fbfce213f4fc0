/*
 * bench_view.c - the window on one core without a graphics card: pictures a second, seeking, starting.
 *
 *   bench_view frames HOSTS LETTERS GAP WIDTH HEIGHT CLOCK   plays where most is under way (steps, true)
 *   bench_view seek HOSTS LETTERS GAP                        goes to any record
 *   bench_view first HOSTS LETTERS GAP BEGAN_NS              from that moment (date +%s%N) to a picture
 *   bench_view scenario HOSTS LETTERS GAP                    only writes the world, to look at it
 *
 * The world: sites with a server and a user's machine each, and a name server.  A letter leaves every
 * GAP milliseconds (0: all at once), the users by turns; each way through the internet takes a second.
 * Layers core, smtp, dns, tcp.
 *
 * Units   milliseconds of processor time (first: of the clock on the wall).
 * Errors  what cannot be built is abort().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "render/app/film.h"
#include "render/app/viewer.h"
#include "tests/bench/sites.h"

enum { FRAMES = 240, WARM = 30, SEEKS = 400, LOOKS = 200 };

/* ---- the world ------------------------------------------------------------------------------- */

static void put(struct buffer *b, const char *format, unsigned a, unsigned c)
{
    char line[400];

    snprintf(line, sizeof line, format, a, c);
    buffer_put_string(b, line);
}

static void put_world(struct buffer *b, unsigned hosts, unsigned letters, unsigned gap)
{
    unsigned sites = (hosts - 1) / 2;

    put(b, "{\"smtplab\": 1, \"title\": \"%u hosts, %u letters\",\n", hosts, letters);
    buffer_put_string(b, " \"limits\": {\"events\": 1000000000, \"queue\": \"100GB\"},\n"
                         " \"internet\": {\"latency\": \"1s\", \"rate\": \"10Gbit/s\"},\n"
                         " \"hosts\": {\n  \"ns.example\": {\"dns\": {\"zones\": \"all\"}}");
    for (unsigned i = 0; i < sites; i++) {
        put(b,
            ",\n  \"mail.site%u.example\": {\"msa\": {}, \"mta\": {\"parallel\": 100000, "
            "\"parallel_per_host\": 100000, \"max_connections\": 100000, \"relay\": [\"allow "
            "anyone\"]}, "
            "\"mda\": {\"mailboxes\": [\"bob\"]}}",
            i, 0);
        put(b,
            ",\n  \"pc-site%u\": {\"mua\": {\"mailbox\": \"bob@site%u.example\", \"name\": "
            "\"Bob\"}}",
            i, i);
    }
    if (hosts % 2 == 0)
        buffer_put_string(b, ",\n  \"relay.site0.example\": {\"mta\": {\"domains\": []}}");
    buffer_put_string(b, "\n },\n \"timeline\": [");
    for (unsigned i = 0; i < letters; i++) {
        buffer_put_string(b, i ? ",\n" : "\n");
        put(b, "  {\"at\": \"%ums\", \"on\": \"pc-site%u\", ", i * gap, i % sites);
        put(b, "\"send\": {\"to\": \"bob@site%u.example\"}}", (i * 7 + 1 + i / sites) % sites, 0);
    }
    buffer_put_string(b, "\n ]}\n");
}

static double wall(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double used_ms(void)
{
    return cpu_seconds() * 1e3;
}

struct bench {
    struct memory memory;
    struct canvas *canvas;
    struct viewer viewer;
    struct film *film;
};

static void open_film(struct bench *b, unsigned hosts, unsigned letters, unsigned gap)
{
    struct buffer text, told;

    memory_init(&b->memory, 0);
    buffer_init(&text, &b->memory);
    buffer_init(&told, &b->memory);
    put_world(&text, hosts, letters, gap);
    b->film = film_run(buffer_text(&text), TEXT("bench"), NULL, &told);
    if (!b->film) {
        fprintf(stderr, "bench_view: %.*s\n", TEXT_ARG(buffer_text(&told)));
        abort();
    }
}

static void open_window(struct bench *b, int width, int height)
{
    char why[200];
    struct viewer_outside outside = {.context = NULL};

    b->canvas = canvas_open(width, height, "assets/icons", why, sizeof why);
    if (!b->canvas) {
        fprintf(stderr, "bench_view: %s\n", why);
        abort();
    }
    viewer_init(&b->viewer, b->canvas, &outside);
    viewer_show(&b->viewer, b->film);
}

static void close_all(struct bench *b)
{
    viewer_end(&b->viewer); /* closes the film */
    canvas_close(b->canvas);
    memory_end(&b->memory);
}

static void act(struct bench *b, enum act act, int64_t number)
{
    viewer_do(&b->viewer, &(struct action){act, number, TEXT("")});
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* The record at which most is under way. */
static uint32_t busiest(struct bench *b, uint32_t *flights)
{
    uint32_t count = b->film->recording.count, best = 0;

    *flights = 0;
    for (uint32_t i = 0; i < LOOKS; i++) {
        uint32_t at = (uint32_t)((uint64_t)count * i / LOOKS);
        const struct scene *s = scenes_seek(&b->film->scenes, at);
        if (s->flight_count > *flights) {
            *flights = s->flight_count;
            best = at;
        }
    }
    return best;
}

static void frames(struct bench *b, const char *clock)
{
    static double ms[FRAMES];
    uint32_t flights, at = busiest(b, &flights), least = UINT32_MAX, most = 0;

    if (strcmp(clock, "true") == 0)
        act(b, ACT_CLOCK, 0);
    viewer_at_record(&b->viewer, at);
    act(b, ACT_PROMPTS, 0);
    act(b, ACT_PLAY, 0);
    for (int i = -WARM; i < FRAMES; i++) {
        double begin = used_ms();
        viewer_tick(&b->viewer, 1000.0 / 60);
        viewer_frame(&b->viewer);
        double end = used_ms();
        struct moment m = viewer_moment(&b->viewer);
        if (m.scene->flight_count < least)
            least = m.scene->flight_count;
        if (m.scene->flight_count > most)
            most = m.scene->flight_count;
        if (i >= 0)
            ms[i] = end - begin;
    }
    double middle = median(ms, FRAMES); /* sorts */
    printf("%.2f %.2f %.2f %.0f %u %u %u\n", middle, ms[FRAMES * 99 / 100], ms[FRAMES - 1],
           1000 / middle, least, most, b->film->recording.count);
}

/* ---- seeking --------------------------------------------------------------------------------- */

static void seek(struct bench *b)
{
    static double ms[SEEKS], drawn[SEEKS];
    uint32_t count = b->film->recording.count;
    uint64_t state = 1;

    for (int i = 0; i < SEEKS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t to = (uint32_t)((state >> 33) % count);
        double begin = used_ms();
        scenes_seek(&b->film->scenes, to);
        double end = used_ms();
        ms[i] = end - begin;
        viewer_at_record(&b->viewer, to);
        begin = used_ms();
        viewer_frame(&b->viewer);
        drawn[i] = used_ms() - begin;
    }
    double middle = median(ms, SEEKS), picture = median(drawn, SEEKS);
    printf("%.3f %.3f %.3f %.2f %.2f %u %.1f\n", middle, ms[SEEKS * 99 / 100], ms[SEEKS - 1],
           picture, drawn[SEEKS * 99 / 100], count, (double)scenes_used(&b->film->scenes) / 1e6);
}

int main(int argc, char **argv)
{
    static struct bench b;
    const char *what = argc > 4 ? argv[1] : "";
    unsigned hosts = argc > 4 ? (unsigned)atoi(argv[2]) : 0,
             letters = argc > 4 ? (unsigned)atoi(argv[3]) : 0,
             gap = argc > 4 ? (unsigned)atoi(argv[4]) : 0;

    if (hosts < 3 || (strcmp(what, "frames") == 0 && argc < 8)) {
        fprintf(stderr, "usage: bench_view frames|seek|first|scenario HOSTS LETTERS GAP ...\n");
        return 64;
    }
    if (strcmp(what, "scenario") == 0) {
        struct buffer text;
        memory_init(&b.memory, 0);
        buffer_init(&text, &b.memory);
        put_world(&text, hosts, letters, gap);
        printf("%.*s", TEXT_ARG(buffer_text(&text)));
        memory_end(&b.memory);
        return 0;
    }
    open_film(&b, hosts, letters, gap);
    bool framed = strcmp(what, "frames") == 0;
    open_window(&b, framed ? atoi(argv[5]) : 1920, framed ? atoi(argv[6]) : 1080);
    if (framed)
        frames(&b, argv[7]);
    else if (strcmp(what, "seek") == 0)
        seek(&b);
    else {
        viewer_frame(&b.viewer);
        printf("%.0f\n", wall(CLOCK_REALTIME) - (argc > 5 ? atof(argv[5]) / 1e6 : 0));
    }
    close_all(&b);
    return 0;
}
