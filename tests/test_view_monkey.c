/*
 * test_view_monkey.c - a monkey at the keyboard, and broken traces.
 *
 * It presses keys and buttons, drags, turns the wheel, types, resizes the window, changes theme and text,
 * opens other lessons, lets time pass, all at random from a seed.  Nothing may crash, no picture may take
 * for ever, and the film it plays with stays the same: what is watched changes no record.  Then saved
 * traces with octets changed, cut out and doubled, whole or growing: each is shown or refused in words.
 *
 * A few seconds in `make test`; VIEW_MONKEY_SECONDS=1800 with the sanitizers in `make check-long`, with
 * VIEW_MONKEY_SEED for another monkey.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "render/app/viewer.h"
#include "sim/kernel/random.h"

enum { FILMS_MAX = 64, DEEDS_BETWEEN = 400 };

struct monkey {
    struct random random;
    struct memory memory;
    struct viewer viewer;
    struct text scenarios[FILMS_MAX];
    const char *paths[FILMS_MAX];
    uint32_t count;
    uint64_t deeds;
    double until;
};

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t draw(struct monkey *k, uint64_t bound)
{
    return random_below(&k->random, bound);
}

static struct text read_whole(struct memory *m, const char *path)
{
    FILE *f = fopen(path, "rb");
    struct buffer b;
    int c;

    cr_assert(f, "%s", path);
    buffer_init(&b, m);
    while ((c = getc(f)) != EOF)
        buffer_put_char(&b, (char)c);
    fclose(f);
    return buffer_text(&b);
}

static struct film *open_film(struct monkey *k, uint32_t i)
{
    struct buffer told;
    struct film *film;

    buffer_init(&told, &k->memory);
    film = film_run(k->scenarios[i], text_of(k->paths[i]), &(struct scenario_options){0}, &told);
    cr_assert(film, "%.*s", TEXT_ARG(buffer_text(&told)));
    buffer_free(&told);
    return film;
}

/* The octets of all records, folded: the same before and after. */
static uint64_t film_hash(const struct film *film)
{
    uint64_t h = film->recording.count;

    for (uint32_t i = 0; i < film->recording.count; i++) {
        const struct trace_record *r = film->recording.lines[i].record;
        h = (h ^ r->seq ^ (uint64_t)r->time_ns ^ (uint64_t)r->kind << 56) * 1099511628211U;
        h ^= text_hash(r->where.host) ^ text_hash(r->where.mail);
    }
    return h;
}

/* ---- what a monkey does ---------------------------------------------------------------------- */

static void any_key(struct monkey *k)
{
    static const char *const more[] = {
        "Escape", "Return", "Backspace", "1",   "2",      "3",        "8",  "Tab", "Up",   "Down",
        "Left",   "Right",  "Home",      "End", "PageUp", "PageDown", "F1", "F3",  "Space"};
    const char *keys = act_info((enum act)draw(k, ACT_COUNT))->keys;
    struct text rest = text_of(keys), word;
    char name[40];

    if (draw(k, 3) == 0) {
        viewer_key(&k->viewer, text_of(more[draw(k, sizeof more / sizeof *more)]));
        return;
    }
    size_t size = strcspn(keys, " ");
    word = text_from(rest.at, size);
    snprintf(name, sizeof name, "%.*s", TEXT_ARG(word));
    if (strcmp(name, "Ctrl+Q") != 0 && name[0])
        viewer_key(&k->viewer, text_of(name));
}

/* Any action at all, with a number that may be wild. */
static void any_action(struct monkey *k)
{
    static const char *const texts[] = {"",
                                        "250",
                                        "no such words",
                                        "\xff\xfe\n",
                                        "{\"stop\": true}",
                                        "{",
                                        "RCPT",
                                        "{\"send\": {\"to\": \"bob@shop.example\"}}"};
    struct action a = {.act = (enum act)draw(k, ACT_COUNT)};

    switch (draw(k, 4)) {
    case 0: a.number = (int64_t)draw(k, 10); break;
    case 1: a.number = (int64_t)draw(k, 100000); break;
    case 2: a.number = -(int64_t)draw(k, 100); break;
    default: a.number = (int64_t)random_next(&k->random); break;
    }
    a.text = text_of(texts[draw(k, sizeof texts / sizeof *texts)]);
    if (a.act != ACT_QUIT)
        viewer_do(&k->viewer, &a);
}

/* A place where something happens when it is clicked, or any place. */
static void any_click(struct monkey *k)
{
    struct canvas *c = k->viewer.canvas;
    int width, height, stride;
    size_t count, tries = 20;
    const struct mark *marks = canvas_marks(c, &count);

    canvas_pixels(c, &width, &height, &stride);
    double x = (double)draw(k, (uint64_t)width + 40) - 20,
           y = (double)draw(k, (uint64_t)height + 40) - 20;
    double pixels = width / canvas_area(c).w;

    while (count > 0 && tries-- > 0) {
        const struct mark *m = &marks[draw(k, count)];
        if (m->kind == MARK_HIT) {
            x = (m->r.x + m->r.w / 2) * pixels;
            y = (m->r.y + m->r.h / 2) * pixels;
            break;
        }
    }
    viewer_move(&k->viewer, x, y);
    viewer_press(&k->viewer, x, y);
    if (draw(k, 4) == 0)
        viewer_move(&k->viewer, x + (double)draw(k, 300) - 150, y + (double)draw(k, 200) - 100);
    viewer_release(&k->viewer, x, y);
}

static void resize(struct monkey *k)
{
    static const int sizes[][2] = {{1280, 720}, {1920, 1080}, {1024, 768}, {640, 480},
                                   {300, 200},  {1, 1},       {2560, 700}, {500, 1200}};
    const int *size = sizes[draw(k, sizeof sizes / sizeof *sizes)];

    canvas_resize(k->viewer.canvas, size[0], size[1]);
    viewer_fit(&k->viewer);
}

static void deed(struct monkey *k)
{
    struct viewer *v = &k->viewer;

    switch (draw(k, 12)) {
    case 0:
    case 1:
    case 2: any_key(k); break;
    case 3:
    case 4: any_click(k); break;
    case 5: any_action(k); break;
    case 6: viewer_wheel(v, (double)draw(k, 7) - 3, draw(k, 2)); break;
    case 7: viewer_type(v, text_of(draw(k, 2) ? "a\xc3\xa4?/[" : "550")); break;
    case 8:
        if (draw(k, 10) == 0)
            resize(k);
        break;
    case 9: viewer_leave(v); break;
    default: viewer_tick(v, (double)draw(k, 900)); break;
    }
    viewer_frame(v);
    k->deeds++;
}

/* ---- set-up ---------------------------------------------------------------------------------- */

static void begin(struct monkey *k, double share)
{
    const char *length = getenv("VIEW_MONKEY_SECONDS"), *seed = getenv("VIEW_MONKEY_SEED");
    char why[200] = "";
    glob_t found;

    memset(k, 0, sizeof *k);
    memory_init(&k->memory, 0);
    random_init(&k->random, seed ? strtoull(seed, NULL, 10) : 1, TEXT("monkey"), TEXT("deeds"));
    k->until = seconds() + (length ? strtod(length, NULL) : 6) * share;
    cr_assert(glob("scenarios/[a-z]*.json", 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc && k->count < FILMS_MAX; i++) {
        if (strstr(found.gl_pathv[i], "schema"))
            continue;
        struct text path = text_of(found.gl_pathv[i]);
        char *copy = memory_take(&k->memory, path.size + 1);
        memcpy(copy, path.at, path.size + 1);
        k->paths[k->count] = copy;
        k->scenarios[k->count++] = read_whole(&k->memory, copy);
    }
    globfree(&found);
    struct canvas *c = canvas_open(1280, 720, "assets/icons", why, sizeof why);
    cr_assert(c, "%s", why);
    viewer_init(&k->viewer, c, &(struct viewer_outside){0});
    viewer_fit(&k->viewer);
}

static void end(struct monkey *k)
{
    struct canvas *c = k->viewer.canvas;

    viewer_end(&k->viewer);
    canvas_close(c);
    memory_end(&k->memory);
}

Test(view_monkey, keys_clicks_and_sizes, .timeout = 7200)
{
    struct monkey k;
    uint32_t at = 0;

    begin(&k, 0.7);
    do {
        viewer_show(&k.viewer, open_film(&k, at++ % k.count));
        struct film *film = k.viewer.film;
        uint64_t hash = film_hash(film);

        for (unsigned i = 0; i < DEEDS_BETWEEN && seconds() < k.until; i++)
            deed(&k);
        if (k.viewer.film == film) /* else a change was tried: the film before it is compared */
            cr_expect_eq(film_hash(film), hash, "%s: watching changed the records",
                         k.paths[(at - 1) % k.count]);
        else if (k.viewer.film && k.viewer.film->before == film)
            cr_expect_eq(film_hash(film), hash);
    } while (seconds() < k.until);
    cr_expect_gt(k.deeds, 10U);
    fprintf(stderr, "%llu deeds\n", (unsigned long long)k.deeds);
    end(&k);
}

/* ---- broken traces --------------------------------------------------------------------------- */

static void spoil(struct monkey *k, struct buffer *b)
{
    for (uint64_t n = 1 + draw(k, 3); n > 0 && b->size > 10; n--) {
        size_t at = draw(k, b->size), size = draw(k, 200);

        if (draw(k, 3) == 0)
            at = draw(k, b->size < 4000 ? b->size : 4000); /* the header is small */
        if (size > b->size - at)
            size = b->size - at;
        switch (draw(k, 4)) {
        case 0: b->at[at] = (char)draw(k, 256); break;
        case 1: b->at[at] = "0123456789\"{}[],:-\\"[draw(k, 19)]; break;
        case 2:
            memmove(b->at + at, b->at + at + size, b->size - at - size);
            b->size -= size;
            break;
        default: b->size = at; break;
        }
    }
}

/* A trace of that scenario, as `smtplab run --trace` writes it. */
static struct text trace_of(struct monkey *k, const char *path)
{
    char command[400];
    struct buffer b;
    FILE *p;
    int c;

    snprintf(command, sizeof command, "%s/smtplab run %s --quiet --trace - 2>/dev/null",
             getenv("BUILD") ? getenv("BUILD") : "build", path);
    p = popen(command, "r");
    cr_assert(p);
    buffer_init(&b, &k->memory);
    while ((c = getc(p)) != EOF)
        buffer_put_char(&b, (char)c);
    pclose(p);
    cr_assert_gt(b.size, 1000U, "%s", command);
    return buffer_text(&b);
}

Test(view_monkey, broken_traces, .timeout = 7200)
{
    struct monkey k;
    uint64_t shown = 0, refused = 0;

    begin(&k, 0.3);
    struct text whole = trace_of(&k, "scenarios/my-first-letter.json");
    do {
        struct buffer b, told;

        buffer_init(&b, &k.memory);
        buffer_init(&told, &k.memory);
        buffer_put_text(&b, whole);
        spoil(&k, &b);
        struct text octets = buffer_text(&b);
        size_t part = draw(&k, 2) ? octets.size : draw(&k, octets.size + 1);
        struct film *film = film_read(text_from(octets.at, part), TEXT("broken.json"), &told);

        if (!film) {
            refused++;
            cr_expect_gt(told.size, 0U, "refused without a word");
        } else {
            shown++;
            viewer_show(&k.viewer, film);
            for (unsigned i = 0; i < 6; i++)
                deed(&k);
            if (k.viewer.film == film && film->reading) {
                film_grow(film, octets, &told);
                viewer_grew(&k.viewer);
            }
            for (unsigned i = 0; i < 6; i++)
                deed(&k);
            viewer_show(&k.viewer, NULL);
        }
        buffer_free(&b);
        buffer_free(&told);
    } while (seconds() < k.until);
    fprintf(stderr, "%llu broken traces shown as far as they go, %llu refused\n",
            (unsigned long long)shown, (unsigned long long)refused);
    cr_expect(shown > 0 && refused > 0);
    end(&k);
}
