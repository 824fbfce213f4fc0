/* Fonts: which file serves which style and character, and opened at which size. */
#include "render/canvas/canvas_parts.h"

#include <fontconfig/fontconfig.h>
#include <stdio.h>

enum { NOT_OPEN = -1 };

/* Families by preference; the last is whatever the system has. */
static const char *const sans[] = {"Inter", "DejaVu Sans", "sans-serif"};
static const char *const mono[] = {"Hack", "DejaVu Sans Mono", "monospace"};

static const struct {
    const char *const *families;
    int weight;
} wanted[FONT_COUNT] = {
    [FONT_SANS] = {sans, FC_WEIGHT_REGULAR},   [FONT_MEDIUM] = {sans, FC_WEIGHT_MEDIUM},
    [FONT_BOLD] = {sans, FC_WEIGHT_SEMIBOLD},  [FONT_MONO] = {mono, FC_WEIGHT_REGULAR},
    [FONT_MONO_BOLD] = {mono, FC_WEIGHT_BOLD},
};

/* Adds the file that a pattern matches, or finds it among those known; FACES_MAX: none. */
static unsigned add_face(struct canvas *c, FcPattern *match)
{
    struct fonts *f = &c->fonts;
    FcChar8 *file;
    int index = 0;

    if (FcPatternGetString(match, FC_FILE, 0, &file) != FcResultMatch)
        return FACES_MAX;
    FcPatternGetInteger(match, FC_INDEX, 0, &index);
    struct text path = text_of((const char *)file);
    for (unsigned i = 0; i < f->count; i++)
        if (f->faces[i].index == index && text_equal(path, f->faces[i].path))
            return i;
    if (f->count == FACES_MAX)
        return FACES_MAX;
    f->faces[f->count] = (struct face){text_copy(&c->memory, path), index, NULL, 0};
    return f->count++;
}

/* `exact`: nothing else than that family will do. */
static unsigned find_face(struct canvas *c, const char *family, int weight, uint32_t character,
                          bool exact)
{
    FcConfig *config = c->fonts.config;
    FcPattern *pattern = FcPatternCreate();
    FcResult result;
    unsigned found = FACES_MAX;

    FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)family);
    FcPatternAddInteger(pattern, FC_WEIGHT, weight);
    FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN);
    FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
    FcPatternAddBool(pattern, FC_COLOR, FcFalse);
    if (character) {
        FcCharSet *set = FcCharSetCreate();
        FcCharSetAddChar(set, character);
        FcPatternAddCharSet(pattern, FC_CHARSET, set);
        FcCharSetDestroy(set);
    }
    FcConfigSubstitute(config, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    FcPattern *match = FcFontMatch(config, pattern, &result);
    if (match) {
        FcChar8 *name = NULL;
        FcPatternGetString(match, FC_FAMILY, 0, &name);
        if (!exact || (name && text_equal_nocase(text_of((const char *)name), text_of(family))))
            found = add_face(c, match);
        FcPatternDestroy(match);
    }
    FcPatternDestroy(pattern);
    return found;
}

/* Faces 0 to FONT_COUNT - 1 in f->first; two styles may share a file. */
static bool find_styles(struct canvas *c)
{
    struct fonts *f = &c->fonts;

    for (unsigned font = 0; font < FONT_COUNT; font++) {
        unsigned face = FACES_MAX;
        for (unsigned i = 0; i < 3 && face == FACES_MAX; i++)
            face = find_face(c, wanted[font].families[i], wanted[font].weight, 0, i < 2);
        if (face == FACES_MAX)
            return false;
        f->first[font] = face;
        unsigned next = find_face(c, wanted[font].families[1], wanted[font].weight, 0, true);
        f->fallback[font] = next == FACES_MAX ? face : next;
    }
    return true;
}

bool fonts_open(struct canvas *c, char *why, size_t why_size)
{
    if (TTF_Init() != 0) {
        snprintf(why, why_size, "fonts: %s", TTF_GetError());
        return false;
    }
    c->fonts.ready = true;
    c->fonts.config = FcInitLoadConfigAndFonts();
    if (!c->fonts.config || !find_styles(c)) {
        snprintf(why, why_size, "fonts: fontconfig finds none (install fonts-dejavu-core)");
        return false;
    }
    for (unsigned font = 0; font < FONT_COUNT; font++)
        if (!fonts_sized(c, c->fonts.first[font], 64)) {
            snprintf(why, why_size, "fonts: %s: %s", c->fonts.faces[c->fonts.first[font]].path.at,
                     TTF_GetError());
            return false;
        }
    return true;
}

void fonts_close(struct canvas *c)
{
    struct fonts *f = &c->fonts;

    for (unsigned i = 0; i < f->sized_count; i++)
        TTF_CloseFont(f->sized[i].font);
    f->sized_count = 0;
    for (unsigned i = 0; i < f->count; i++)
        SDL_free(f->faces[i].octets);
    f->count = 0;
    if (f->config)
        FcConfigDestroy(f->config);
    if (f->ready)
        TTF_Quit();
    f->ready = false;
}

/* From memory: the library seeks in a file for every glyph. */
static TTF_Font *open_font(struct face *face, int quarter)
{
    if (!face->octets)
        face->octets = SDL_LoadFile(face->path.at, &face->size);
    SDL_RWops *octets = face->octets ? SDL_RWFromConstMem(face->octets, (int)face->size) : NULL;

    if (!octets)
        return NULL;
    /* At 18 dots per inch a point is a quarter of a pixel. */
    return TTF_OpenFontIndexDPIRW(octets, 1, quarter, face->index, 18, 18);
}

TTF_Font *fonts_sized(struct canvas *c, unsigned face, int quarter)
{
    struct fonts *f = &c->fonts;
    unsigned place = 0;

    for (unsigned i = 0; i < f->sized_count; i++) {
        if (f->sized[i].face == face && f->sized[i].quarter == quarter) {
            f->sized[i].used = ++f->clock;
            return f->sized[i].font;
        }
        if (f->sized[i].used < f->sized[place].used)
            place = i;
    }
    TTF_Font *font = open_font(&f->faces[face], quarter);
    if (!font)
        return NULL;
    TTF_SetFontHinting(font, TTF_HINTING_LIGHT_SUBPIXEL);
    if (f->sized_count < SIZES_MAX)
        place = f->sized_count++;
    else
        TTF_CloseFont(f->sized[place].font);
    f->sized[place] = (struct sized){font, face, quarter, ++f->clock};
    return font;
}

static bool shows(struct canvas *c, unsigned face, uint32_t character, int quarter)
{
    TTF_Font *font = fonts_sized(c, face, quarter);

    return font && TTF_GlyphIsProvided32(font, character);
}

/* Any font on this machine that has it; asked once for each character. */
static unsigned search_face(struct canvas *c, enum font font, uint32_t character, int quarter)
{
    struct fonts *f = &c->fonts;
    struct found *kept = &f->found[character % FOUND_MAX];

    if (kept->character != character || kept->font != font) {
        unsigned face =
            find_face(c, wanted[font].families[1], wanted[font].weight, character, false);
        *kept = (struct found){
            character, font,
            face != FACES_MAX && shows(c, face, character, quarter) ? face : f->first[font]};
    }
    return kept->face;
}

unsigned fonts_face(struct canvas *c, enum font font, uint32_t character, int quarter)
{
    const struct fonts *f = &c->fonts;

    if (character < 0x7f || shows(c, f->first[font], character, quarter))
        return f->first[font];
    if (shows(c, f->fallback[font], character, quarter))
        return f->fallback[font];
    return search_face(c, font, character, quarter);
}
