#include "render/stage/gate.h"

#include <stdio.h>

#include "render/stage/recent.h"

enum { REPLY_LOOK = 64 };

/* ---- how long it stands ----------------------------------------------------------------------- */

/* The reply that tells the verdict, up to now. */
static uint32_t reply_after(const struct ui *ui, uint32_t verdict)
{
    uint32_t host = ui_line(ui, verdict)->host, i = ui_line(ui, verdict)->conn_after;

    for (int look = REPLY_LOOK; look > 0 && ui_known(ui, i); look--) {
        const struct recording_line *line = ui_line(ui, i);

        if (line->host == host &&
            (line->record->kind == TRACE_SMTP_REPLY || line->record->kind == TRACE_TCP_CLOSED))
            return i;
        i = line->conn_after;
    }
    return RECORDING_NONE;
}

static double alpha_of(const struct ui *ui, const struct gate *g)
{
    if (ui_line(ui, g->record)->conn == RECORDING_NONE)
        return recent_alpha(ui, g->record);
    if (g->reply == RECORDING_NONE)
        return 1;
    const struct recording_line *reply = ui_line(ui, g->reply);
    if (reply->record->kind != TRACE_SMTP_REPLY)
        return recent_alpha(ui, g->reply);
    if (reply->lost) /* nobody will hear it */
        return recent_alpha(ui, g->reply);
    return ui_known(ui, reply->pair) ? recent_alpha(ui, reply->pair) : 1;
}

/* ---- what it shows ---------------------------------------------------------------------------- */

static void read_relay(const struct trace_policy_relay *d, struct gate *g)
{
    static const struct {
        struct text reason;
        enum gate_lamp lamp;
    } lamps[] = {
        {TEXT_INIT("network"), GATE_RANGE},
        {TEXT_INIT("login"), GATE_LOGIN},
        {TEXT_INIT("local"), GATE_OURS},
    };

    g->relay = true;
    g->anyone = d->allowed && text_equal(d->reason, TEXT("anyone"));
    g->verdict = d->allowed ? GATE_OPEN : GATE_CLOSED;
    g->lit = GATE_LAMPS;
    for (size_t i = 0; i < sizeof lamps / sizeof lamps[0]; i++)
        if (d->allowed && text_equal(d->reason, lamps[i].reason))
            g->lit = lamps[i].lamp;
}

static void read_decision(const struct trace_policy_decision *d, struct gate *g)
{
    g->lit = GATE_LAMPS;
    g->verdict = text_equal(d->verdict, TEXT("accept"))  ? GATE_OPEN
                 : text_equal(d->verdict, TEXT("defer")) ? GATE_LATER
                                                         : GATE_CLOSED;
}

static bool gate_of(const struct ui *ui, uint32_t host, struct gate *g)
{
    uint32_t record = ui->moment.scene->hosts[host].verdict;

    if (!ui_known(ui, record))
        return false;
    const struct recording_line *line = ui_line(ui, record);
    if (line->record->where.side ==
        TRACE_SIDE_CLIENT) /* what a client concludes bars nobody's way */
        return false;
    *g = (struct gate){.host = host, .record = record, .reply = reply_after(ui, record)};
    g->alpha = alpha_of(ui, g);
    if (g->alpha <= 0)
        return false;
    if (line->record->kind == TRACE_POLICY_RELAY)
        read_relay(RECORDING_DATA(line, policy_relay), g);
    else
        read_decision(RECORDING_DATA(line, policy_decision), g);
    return true;
}

static int rank(const struct ui *ui, const struct gate *g)
{
    const struct recording_line *line = ui_line(ui, g->record);

    if (line->conn != RECORDING_NONE && line->conn == ui_conn(ui))
        return 0;
    return line->mail != RECORDING_NONE && line->mail == ui_mail(ui) ? 1 : 2;
}

/* Keeps the list in the order of rank; the last one gives way. */
static uint32_t put_gate(const struct ui *ui, struct gate *out, uint32_t count,
                         const struct gate *g)
{
    uint32_t at = count;

    while (at > 0 && rank(ui, &out[at - 1]) > rank(ui, g))
        at--;
    if (at == GATES_SHOWN)
        return count;
    if (count < GATES_SHOWN)
        count++;
    for (uint32_t i = count - 1; i > at; i--)
        out[i] = out[i - 1];
    out[at] = *g;
    return count;
}

uint32_t gates_at(const struct ui *ui, struct gate *out)
{
    uint32_t count = 0;
    struct gate g;

    for (uint32_t host = 0; host < ui->moment.scene->host_count; host++)
        if (gate_of(ui, host, &g))
            count = put_gate(ui, out, count, &g);
    return count;
}

/* ---- words ------------------------------------------------------------------------------------ */

struct text gate_lamp_words(enum gate_lamp lamp)
{
    switch (lamp) {
    case GATE_RANGE: return TEXT("in range?");
    case GATE_LOGIN: return TEXT("logged in?");
    case GATE_OURS: return TEXT("ours?");
    case GATE_LAMPS:
    default: return TEXT("");
    }
}

struct text gate_rule(const struct ui *ui, const struct gate *g)
{
    const struct recording_line *line = ui_line(ui, g->record);

    return g->relay ? RECORDING_DATA(line, policy_relay)->rule
                    : RECORDING_DATA(line, policy_decision)->rule;
}

struct text gate_subject(const struct ui *ui, const struct gate *g)
{
    const struct recording_line *line = ui_line(ui, g->record);

    if (!g->relay)
        return RECORDING_DATA(line, policy_decision)->subject;
    const struct trace_policy_relay *d = RECORDING_DATA(line, policy_relay);
    bool client = !d->allowed || g->anyone || g->lit == GATE_RANGE;
    return client ? d->client : d->recipient;
}

struct text gate_words(const struct ui *ui, const struct gate *g, bool whole, char *out)
{
    const struct recording_line *line = ui_line(ui, g->record);
    struct text rule = gate_rule(ui, g), subject = whole ? gate_subject(ui, g) : TEXT("");
    int64_t code = g->relay ? 0 : RECORDING_DATA(line, policy_decision)->code;
    char digits[24] = "";

    if (code > 0)
        snprintf(digits, sizeof digits, "%d ", (int)code);
    int size = snprintf(out, GATE_WORDS, "%s%.*s%s%.*s", digits, TEXT_ARG(rule),
                        subject.size > 0 ? ": " : "", TEXT_ARG(subject));
    return ui_printed(out, size, GATE_WORDS);
}
