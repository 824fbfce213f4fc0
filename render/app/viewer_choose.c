/*
 * viewer_choose.c - by keys alone: the next host, message, connection, part of the inspector.
 *
 * Only what has been there already can be chosen: nothing hints at what comes.
 */
#include "render/app/viewer_parts.h"

#include "render/panels/inspector.h"

static bool next_host(struct viewer *v, int step)
{
    uint32_t count = v->film->cast.host_count, *host = &v->ui.choice.host;

    if (count == 0)
        return false;
    if (*host == RECORDING_NONE)
        *host = step > 0 ? 0 : count - 1;
    else
        *host = (*host + (step > 0 ? 1 : count - 1)) % count;
    v->ui.choice.inspect = INSPECT_HOST;
    v->ui.choice.tab = TAB_NONE;
    return true;
}

static bool next_mail(struct viewer *v, int step)
{
    const struct recording *r = &v->film->recording;
    uint32_t count = 0, here = v->ui.moment.place.index, now = ui_mail(&v->ui);

    /* Numbered as they came up. */
    while (count < r->mail_count && here != RECORDING_NONE && r->mails[count].first <= here)
        count++;
    if (count == 0)
        return false;
    if (now == RECORDING_NONE)
        now = step > 0 ? count - 1 : 0;
    v->ui.choice.mail = (now + (step > 0 ? 1 : count - 1)) % count;
    v->ui.choice.inspect = INSPECT_MAIL;
    v->ui.choice.conn = RECORDING_NONE;
    return true;
}

static bool next_conn(struct viewer *v, int step)
{
    const struct recording *r = &v->film->recording;
    uint32_t count = r->conn_count, here = v->ui.moment.place.index, now = ui_conn(&v->ui);

    for (uint32_t i = 0; here != RECORDING_NONE && i < count; i++) {
        if (now == RECORDING_NONE)
            now = step > 0 ? count - 1 : 0;
        now = (now + (step > 0 ? 1 : count - 1)) % count;
        if (r->conns[now].first <= here) {
            v->ui.choice.conn = now;
            v->ui.choice.ladder_scroll = 0;
            return true;
        }
    }
    return false;
}

/* Of the subject that is shown; those that it does not have are passed over. */
static bool next_tab(struct viewer *v)
{
    static const struct {
        int first, count;
    } parts[] = {[INSPECT_STORY] = {TAB_SUMMARY, 3},
                 [INSPECT_MAIL] = {TAB_SUMMARY, 3},
                 [INSPECT_HOST] = {TAB_ABOUT, 5},
                 [INSPECT_SESSION] = {TAB_SERVER, 2}};
    enum inspect subject = inspector_subject(&v->ui);
    int now = (int)inspector_tab(&v->ui), first = parts[subject].first,
        count = parts[subject].count;

    for (int i = 1; i < count; i++) {
        int tab = first + (now - first + i) % count;

        v->ui.choice.tab = tab;
        if ((int)inspector_tab(&v->ui) == tab) {
            v->ui.choice.inspector_scroll = 0;
            return true;
        }
    }
    v->ui.choice.tab = now;
    return false;
}

static bool fold(struct viewer *v)
{
    uint32_t host = ui_host(&v->ui);

    if (host == RECORDING_NONE)
        return false;
    choice_turn(&v->ui.choice, v->film->cast.hosts[host].site);
    return true;
}

bool viewer_do_choose(struct viewer *v, enum act act, bool *done)
{
    v->ui.moment = viewer_moment(v);
    switch ((unsigned)act) {
    case ACT_CHOOSE_NEXT: *done = next_host(v, 1); break;
    case ACT_CHOOSE_BACK: *done = next_host(v, -1); break;
    case ACT_NEXT_MAIL: *done = next_mail(v, 1); break;
    case ACT_BACK_MAIL: *done = next_mail(v, -1); break;
    case ACT_NEXT_CONN: *done = next_conn(v, 1); break;
    case ACT_BACK_CONN: *done = next_conn(v, -1); break;
    case ACT_NEXT_TAB: *done = next_tab(v); break;
    case ACT_FOLD: *done = fold(v); break;
    default: return false;
    }
    return true;
}
