#include "sim/replay/frame.h"

#include <assert.h>
#include <stdbool.h>

#include "sim/json/read.h"

const char *replay_status_name(enum replay_status status)
{
    static const char *const names[REPLAY_STATUS_COUNT] = {
        [REPLAY_COMPLETE] = "complete", [REPLAY_LIMIT] = "limit", [REPLAY_ERROR] = "error"};

    assert(status < REPLAY_STATUS_COUNT);
    return names[status];
}

struct text replay_scenario_text(const struct replay_header *h, struct memory *m, struct text key)
{
    struct text found = TEXT("");
    struct json_reader r;
    bool going;

    json_reader_init(&r, m, JSON_UTF8);
    json_reader_open(&r, h->scenario);
    going = json_read_expect(&r, JSON_OBJECT_BEGIN);
    while (going && found.size == 0 && json_read(&r) == JSON_KEY) {
        if (!text_equal(r.string, key))
            going = json_read_skip(&r);
        else if (json_read(&r) == JSON_STRING)
            found = text_copy(m, r.string);
        else
            going = false;
    }
    json_reader_free(&r);
    return found;
}
