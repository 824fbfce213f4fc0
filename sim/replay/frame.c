#include "sim/replay/frame.h"

#include <assert.h>

const char *replay_status_name(enum replay_status status)
{
    static const char *const names[REPLAY_STATUS_COUNT] = {
        [REPLAY_COMPLETE] = "complete", [REPLAY_LIMIT] = "limit", [REPLAY_ERROR] = "error"};

    assert(status < REPLAY_STATUS_COUNT);
    return names[status];
}
