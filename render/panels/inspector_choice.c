/*
 * inspector_choice.c - which subject and part the inspector shows, where nobody has chosen.
 *
 * As the story goes, the panel changes with the chapter and not with the record, so that it stays quiet
 * while one reads: look-ups show the cache of who asks, waiting shows the queue, TLS the session, all else
 * the message.
 */
#include "render/panels/inspector_parts.h"
#include "sim/kernel/sorted.h"

#define NONE RECORDING_NONE

uint32_t pane_index(const struct ui *ui)
{
    uint32_t index = ui->moment.place.index;

    if (index != NONE && ui_veiled(ui, index)) /* playback stops before; but never say more */
        index = ui->moment.veil > 0 ? ui->moment.veil - 1 : NONE;
    return index;
}

const struct step *pane_step(const struct ui *ui)
{
    const struct steps *s = ui->moment.steps;
    uint32_t index = pane_index(ui), step;

    if (s == NULL || index == NONE || (step = steps_at(s, index)) == NONE)
        return NULL;
    return &s->items[step];
}

static enum chapter_kind chapter_of(const struct ui *ui)
{
    const struct steps *s = ui->moment.steps;
    const struct step *step = pane_step(ui);

    if (step == NULL)
        return CHAPTER_OTHER;
    uint32_t begun =
        sorted_before(s->chapters, s->chapter_count, sizeof *s->chapters,
                      offsetof(struct chapter, first_step), (uint32_t)(step - s->items) + 1);
    return begun > 0 ? s->chapters[begun - 1].kind : CHAPTER_OTHER;
}

/* The last refusal or leave of the relay rules, a few steps back at most. */
static const struct step *last_relay(const struct ui *ui)
{
    enum { HELD = 3 };
    const struct step *step = pane_step(ui);

    for (uint32_t i = 0; step != NULL && i < HELD; i++, step--) {
        if (ui->moment.recording->lines[step->record].record->kind == TRACE_POLICY_RELAY)
            return step;
        if (step == ui->moment.steps->items)
            break;
    }
    return NULL;
}

/* The story is at a refusal of the relay rules, or at the reply that follows. */
static bool at_the_door(const struct ui *ui)
{
    const struct step *step = last_relay(ui);

    return step != NULL &&
           !RECORDING_DATA(&ui->moment.recording->lines[step->record], policy_relay)->allowed;
}

enum inspect inspector_subject(const struct ui *ui)
{
    const struct choice *c = &ui->choice;

    if (c->inspect >= INSPECT_MAIL && c->inspect <= INSPECT_SESSION)
        return (enum inspect)c->inspect;
    if (c->mail != NONE)
        return INSPECT_MAIL;
    if (c->host != NONE)
        return INSPECT_HOST;
    if (c->conn != NONE)
        return INSPECT_SESSION;
    if (pane_step(ui) == NULL) /* nothing has happened yet */
        return INSPECT_STORY;
    enum chapter_kind chapter = chapter_of(ui);
    if (chapter == CHAPTER_SEAL)
        return INSPECT_SESSION;
    if (chapter == CHAPTER_LOOKUP || chapter == CHAPTER_WAIT || chapter == CHAPTER_COLLECT ||
        at_the_door(ui) || ui_mail(ui) == NONE)
        return INSPECT_HOST;
    return INSPECT_MAIL;
}

/* Who asks is shown, not the name server that answers. */
uint32_t pane_host_in_view(const struct ui *ui)
{
    const struct step *step = pane_step(ui);
    uint32_t host = ui_host(ui);
    const struct cast *cast = ui->moment.cast;

    if (ui->choice.host == NONE && at_the_door(ui))
        return ui->moment.recording->lines[last_relay(ui)->record].host;
    if (ui->choice.host != NONE || step == NULL || host >= cast->host_count ||
        !(cast->hosts[host].roles & CAST_DNS))
        return host;
    uint32_t other = ui->moment.recording->lines[step->record].other;
    return other != NONE ? other : host;
}

bool pane_is_report(const struct ui *ui, uint32_t mail)
{
    const struct recording *r = ui->moment.recording;
    uint32_t index = pane_index(ui);

    return mail != NONE && index != NONE && r->mails[mail].ndr != NONE &&
           r->mails[mail].ndr <= index;
}

/* A report that has arrived is there to be read. */
static bool has_arrived(const struct ui *ui, uint32_t mail)
{
    const struct recording *r = ui->moment.recording;
    uint32_t index = pane_index(ui);

    for (uint32_t i = r->mails[mail].first; i != NONE && i <= index; i = r->lines[i].mail_after)
        if (r->lines[i].record->kind == TRACE_MAIL_DELIVERED)
            return true;
    return false;
}

static enum inspect_tab host_tab(const struct ui *ui, uint32_t host)
{
    enum chapter_kind chapter = chapter_of(ui);
    const struct scene *s = ui->moment.scene;

    if (ui->choice.host == NONE && at_the_door(ui))
        return TAB_RULES;
    if (ui->choice.host == NONE && chapter == CHAPTER_LOOKUP)
        return TAB_CACHE;
    if (ui->choice.host == NONE && chapter == CHAPTER_COLLECT)
        return TAB_MAILBOX;
    if (s == NULL || host >= s->host_count || s->hosts[host].queued > 0 ||
        (ui->choice.host == NONE && chapter == CHAPTER_WAIT))
        return TAB_QUEUE;
    return s->hosts[host].mailbox > 0 || s->hosts[host].collected > 0 ? TAB_MAILBOX : TAB_ABOUT;
}

const struct pane_part pane_host_parts[PANE_HOST_PARTS] = {
    {TAB_ABOUT, "About", ~0U},
    {TAB_QUEUE, "Queue", CAST_MUA | CAST_MSA | CAST_MTA | CAST_MDA | CAST_STRANGER},
    {TAB_MAILBOX, "Mailbox", CAST_MUA | CAST_MDA},
    {TAB_CACHE, "DNS cache", ~0U},
    {TAB_RULES, "Rules", CAST_MSA | CAST_MTA | CAST_MDA}};

bool pane_host_has(const struct ui *ui, uint32_t host, int tab)
{
    for (int i = 0; i < PANE_HOST_PARTS; i++)
        if (pane_host_parts[i].tab == (enum inspect_tab)tab)
            return host < ui->moment.cast->host_count &&
                   (ui->moment.cast->hosts[host].roles & pane_host_parts[i].roles);
    return false;
}

enum inspect_tab inspector_tab(const struct ui *ui)
{
    enum inspect subject = inspector_subject(ui);
    int wish = ui->choice.tab;
    uint32_t mail = ui_mail(ui), conn = ui_conn(ui);
    bool reports = pane_is_report(ui, mail);

    switch (subject) {
    case INSPECT_STORY:
    case INSPECT_MAIL:
        if (wish >= TAB_SUMMARY && wish <= (reports ? TAB_REPORT : TAB_LETTER))
            return (enum inspect_tab)wish;
        return reports && has_arrived(ui, mail) ? TAB_REPORT : TAB_SUMMARY;
    case INSPECT_HOST:
        if (pane_host_has(ui, pane_host_in_view(ui), wish))
            return (enum inspect_tab)wish;
        return host_tab(ui, pane_host_in_view(ui));
    case INSPECT_SESSION:
        if (wish >= TAB_SERVER && wish <= TAB_CLIENT)
            return (enum inspect_tab)wish;
        return conn != NONE && ui->choice.host != NONE &&
                       ui->moment.recording->conns[conn].client == ui->choice.host
                   ? TAB_CLIENT
                   : TAB_SERVER;
    }
    return TAB_NONE;
}
