#include "sim/replay/read_parts.h"

#include <assert.h>
#include <stdio.h>

/* ---- errors ------------------------------------------------------------------------------- */

bool replay_mistake_about(struct replay_reader *r, const char *what, struct text about)
{
    enum { SHOWN = 60 };
    int shown = about.size > SHOWN ? SHOWN : (int)about.size;

    if (r->error.line != 0)
        return false;
    r->error.line = r->line;
    r->error.column = r->json.token_at + 1;
    if (shown > 0)
        snprintf(r->error.what, sizeof r->error.what, "%s \"%.*s\"", what, shown, about.at);
    else
        snprintf(r->error.what, sizeof r->error.what, "%s", what);
    return false;
}

bool replay_mistake(struct replay_reader *r, const char *what)
{
    return replay_mistake_about(r, what, (struct text){NULL, 0});
}

/* ---- tokens ------------------------------------------------------------------------------- */

bool replay_token(struct replay_reader *r, enum json_token want, const char *wanted)
{
    enum json_token got = json_read(&r->json);

    if (got == want)
        return true;
    if (got == JSON_MISTAKE)
        return replay_mistake(r, r->json.error);
    return replay_mistake_about(r, "expected", text_of(wanted));
}

bool replay_key(struct replay_reader *r, struct text key)
{
    if (!replay_token(r, JSON_KEY, key.at))
        return false;
    return text_equal(r->json.string, key) || replay_mistake_about(r, "expected", key);
}

bool replay_int(struct replay_reader *r, int64_t *value)
{
    if (!replay_token(r, JSON_NUMBER, "a number"))
        return false;
    *value = r->json.number;
    return true;
}

bool replay_count(struct replay_reader *r, uint64_t *value)
{
    int64_t number;

    if (!replay_int(r, &number))
        return false;
    *value = (uint64_t)number;
    return number >= 0 || replay_mistake(r, "expected a number from 0");
}

bool replay_text(struct replay_reader *r, struct text *value)
{
    if (!replay_token(r, JSON_STRING, "a string"))
        return false;
    assert(r->texts.capacity - r->texts.size >= r->json.string.size);
    *value = text_from(r->texts.at + r->texts.size, r->json.string.size);
    buffer_put_text(&r->texts, r->json.string);
    return true;
}
