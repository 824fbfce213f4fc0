/*
 * cards.c - which card or question is shown, and what actions do to it.
 */
#include "render/panels/cards.h"

enum cards_shown cards_shown(const struct choice *choice, const struct lesson *lesson)
{
    const struct lesson_prompt *p = cards_prompt(choice, lesson);

    if (choice->card < lesson->card_count)
        return CARDS_CARD;
    if (!p)
        return CARDS_NOTHING;
    return p->revealed ? CARDS_ANSWER : CARDS_QUESTION;
}

struct lesson_prompt *cards_prompt(const struct choice *choice, const struct lesson *lesson)
{
    if (choice->card < lesson->card_count || choice->prompt >= lesson->prompt_count)
        return NULL;
    return &lesson->prompts[choice->prompt];
}

/* ---- actions ---------------------------------------------------------------------------------- */

static bool act_on_card(struct choice *choice, const struct lesson *lesson, enum act act,
                        bool *play)
{
    switch ((unsigned)act) {
    case ACT_REVEAL:
    case ACT_NEXT:
    case ACT_NEXT_STOP:
    case ACT_PLAY: choice->card++; break;
    case ACT_BACK:
    case ACT_BACK_STOP: choice->card -= choice->card > 0; break;
    case ACT_SKIP:
    case ACT_RELEASE: choice->card = lesson->card_count; break;
    default: return false;
    }
    *play = choice->card >= lesson->card_count;
    return true;
}

static bool act_on_question(struct choice *choice, struct lesson_prompt *p,
                            const struct action *action, int64_t now_unix, bool *play)
{
    switch ((unsigned)action->act) {
    case ACT_ANSWER:
        if (action->number >= 0 && action->number < (int64_t)p->choice_count)
            lesson_vote(p, (int32_t)action->number, now_unix);
        return true;
    case ACT_VOTE: lesson_vote_again(p); return true;
    case ACT_REVEAL:
    case ACT_NEXT:
    case ACT_NEXT_STOP:
    case ACT_PLAY: p->revealed = true; return true;
    case ACT_SKIP:
        p->revealed = true;
        choice->prompt = RECORDING_NONE;
        *play = true;
        return true;
    default: return false;
    }
}

static bool act_on_answer(struct choice *choice, enum act act, bool *play)
{
    switch ((unsigned)act) {
    case ACT_REVEAL:
    case ACT_NEXT:
    case ACT_NEXT_STOP:
    case ACT_PLAY:
    case ACT_SKIP:
    case ACT_RELEASE:
        choice->prompt = RECORDING_NONE;
        *play = true;
        return true;
    default: return false;
    }
}

bool cards_act(struct choice *choice, struct lesson *lesson, const struct action *action,
               int64_t now_unix, bool *play)
{
    *play = false;
    switch (cards_shown(choice, lesson)) {
    case CARDS_CARD: return act_on_card(choice, lesson, action->act, play);
    case CARDS_QUESTION:
        return act_on_question(choice, cards_prompt(choice, lesson), action, now_unix, play);
    case CARDS_ANSWER: return act_on_answer(choice, action->act, play);
    case CARDS_NOTHING:
    default: return false;
    }
}
