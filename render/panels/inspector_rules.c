/*
 * inspector_rules.c - a host's rules, with what each of them said last.
 */
#include "sim/replay/rules.h"

#include "render/panels/inspector_parts.h"

#define NONE RECORDING_NONE

/* ---- rules -------------------------------------------------------------------------------------- */

/* Before any rule: mail for the host's own people is taken, not relayed. */
static struct text own_words(struct pane *p)
{
    struct text domains = pane_join(p, p->cast->hosts[p->host].domains, ", ");

    return domains.size > 0 ? pane_say(p, "is it for us: %t?", domains)
                            : TEXT("is it for us? (no domain is)");
}

/* What the scenario's words come to. */
static struct text rule_means(const struct rule *rule)
{
    static const struct {
        struct text begins, means;
    } rules[] = {
        {TEXT_INIT("allow anyone"), TEXT_INIT("whoever comes may send anywhere")},
        {TEXT_INIT("allow login"), TEXT_INIT("who has logged in may send anywhere")},
        {TEXT_INIT("allow from"), TEXT_INIT("whose address is in that range may send anywhere")},
        {TEXT_INIT("allow to"), TEXT_INIT("anybody may send to that domain")},
        {TEXT_INIT("refuse"), TEXT_INIT("nobody else may")}};

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (text_starts_nocase(rule->words, rules[i].begins))
            return rules[i].means;
    return rule->words.size == 0 ? TEXT("if so, nothing is relayed") : TEXT("");
}

static void relay_row(struct pane *p, struct listing_row *row, const struct rule *rule, uint32_t n)
{
    static const struct {
        const char *words;
        enum colour ink;
        int shape;
    } verdicts[] = {[RULE_NOT_ASKED] = {"not asked", COLOUR_SOFT, -1},
                    [RULE_PASSED] = {"passed over", COLOUR_SOFT, -1},
                    [RULE_ALLOWED] = {"decided: accepted", COLOUR_GOOD_TEXT, 2},
                    [RULE_REFUSED] = {"decided: refused", COLOUR_BAD_TEXT, 5}};

    row->cells[0] = cell_soft(rule->added ? TEXT("+")
                              : n == 0    ? TEXT("")
                                          : pane_say(p, "%d", (int64_t)n));
    row->cells[1] = rule->words.size > 0 ? cell_mono(rule->words) : cell_text(own_words(p));
    row->cells[2] =
        (struct cell){text_of(verdicts[rule->verdict].words), verdicts[rule->verdict].ink,
                      FONT_MEDIUM, verdicts[rule->verdict].shape};
    row->lit = rule->verdict >= RULE_ALLOWED;
    row->cells[3] = cell_soft(rule_means(rule));
}

static void relay_draw(struct pane *p, struct rect r, const struct rules *rules)
{
    bool roomy = r.w / p->row > 32;
    struct listing t = {.columns = roomy ? 4 : 3, .flexible = roomy ? 3 : 2};
    struct text words = TEXT("nobody has asked yet");

    if (rules->record != NONE) {
        const struct trace_policy_relay *q =
            RECORDING_DATA(&p->recording->lines[rules->record], policy_relay);
        words = pane_say(p, "%t for %t", q->client, q->recipient);
    }
    pane_heading(p, &r, "MAY IT BE TAKEN?", words);
    listing_fit(p, &t, r, rules->relay_count);
    for (uint32_t i = 0; i < t.shown; i++) {
        relay_row(p, &t.rows[i], &rules->relay[t.first + i], t.first + i);
        t.rows[i].act = rules->record != NONE ? ACT_SHOW : ACT_NONE;
        t.rows[i].argument = rules->record;
    }
    listing_draw(p, &t, r);
}

static void others_draw(struct pane *p, struct rect r, const struct rules *rules)
{
    struct listing t = {.columns = 3, .flexible = 1};

    pane_heading(p, &r, "OTHER RULES", TEXT("what each said last"));
    listing_fit(p, &t, r, rules->other_count);
    for (uint32_t i = 0; i < t.shown; i++) {
        uint32_t at = rules->others[t.first + i];
        const struct trace_policy_decision *d =
            RECORDING_DATA(&p->recording->lines[at], policy_decision);
        bool fine = text_equal(d->verdict, TEXT("accept"));
        int class = fine ? 2 : text_equal(d->verdict, TEXT("defer")) ? 4 : 5;

        t.rows[i].cells[0] = (struct cell){d->rule, COLOUR_TEXT, FONT_MEDIUM, class};
        t.rows[i].cells[1] = cell_mono(d->subject);
        t.rows[i].cells[2] =
            (struct cell){pane_say(p, "%d", d->code), ui_class_ink(d->code), FONT_MONO_BOLD, 0};
        t.rows[i].act = ACT_SHOW;
        t.rows[i].argument = at;
    }
    listing_draw(p, &t, r);
}

void inspector_rules_draw(struct pane *p, struct rect r)
{
    struct rules rules;
    bool wide = r.w / p->row > 30;

    rules_at(&rules, p->memory, p->recording, p->host, pane_host_last(p, p->host));
    if (rules.other_count > 0 && wide) {
        struct rect right = rect_cut_right(&r, r.w * 0.45 - 14);
        rect_cut_right(&r, 28);
        pane_divider(p, right, 28);
        others_draw(p, right, &rules);
    }
    relay_draw(p, r, &rules);
}
