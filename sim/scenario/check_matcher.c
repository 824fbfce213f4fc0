/*
 * check_matcher.c - objects that records of the trace are compared with.
 *
 * Their keys are the fields of the kinds (trace/kinds.h), so a new kind can be matched at once.
 */
#include "sim/scenario/check.h"
#include "sim/trace/trace.h"

/* Keys of a matcher besides the fields of the kinds; schema_print.c describes them. */
static bool check_matcher_own(struct check *c, const cJSON *item, struct text key)
{
    static const struct schema_type side = {.kind = SCHEMA_WORD, .words = "client|server"};
    static const struct schema_type code = {.kind = SCHEMA_INT, .least = 200, .most = 599};

    if (text_equal(key, TEXT("side")))
        check_value(c, &side, item, key);
    else if (text_equal(key, TEXT("code")))
        check_value(c, &code, item, key);
    else if (text_equal(key, TEXT("on")))
        check_value(c, &schema_host_name, item, key);
    else if (text_equal(key, TEXT("client")) || text_equal(key, TEXT("reply_to")) ||
             text_equal(key, TEXT("mail")) || text_equal(key, TEXT("queue")) ||
             text_equal(key, TEXT("note")))
        check_value(c, &schema_any_text, item, key);
    else
        return false;
    return true;
}

static bool field_fits(enum trace_type type, const cJSON *item)
{
    switch (type) {
    case TRACE_INT: return cJSON_IsNumber(item);
    case TRACE_BOOL: return cJSON_IsBool(item);
    case TRACE_TEXT:
    case TRACE_WORD:
    case TRACE_TEXTS: return cJSON_IsString(item);
    case TRACE_ROWS: break;
    }
    return false;
}

/* Is it a field of some kind, and of which types?  *fits: of one that the item has. */
static bool find_field(struct text key, const cJSON *item, bool *fits, struct check_nearest *n)
{
    bool found = false;

    *fits = false;
    for (int k = 0; k < TRACE_KIND_COUNT; k++) {
        const struct trace_kind_info *info = trace_kind_info((enum trace_kind)k);

        for (size_t f = 0; f < info->field_count; f++) {
            if (info->fields[f].type == TRACE_ROWS)
                continue;
            check_nearest_try(n, text_of(info->fields[f].name));
            if (!text_equal(text_of(info->fields[f].name), key))
                continue;
            found = true;
            *fits |= field_fits(info->fields[f].type, item);
        }
    }
    return found;
}

static void check_kind_name(struct check *c, const cJSON *item)
{
    struct check_nearest nearest;

    if (!cJSON_IsString(item)) {
        check_wrong_type(c, &schema_any_text, item, TEXT("kind"));
        return;
    }
    if (trace_kind_find(check_string(item)) != TRACE_KIND_COUNT)
        return;
    check_mark_bad(c, item);
    check_error(c, item, "there is no kind of record %q", check_string(item));
    check_nearest_init(&nearest, check_string(item));
    for (int k = 0; k < TRACE_KIND_COUNT; k++)
        check_nearest_try(&nearest, text_of(trace_kind_info((enum trace_kind)k)->name));
    if (!check_suggest_nearest(c, &nearest))
        check_suggest(c, "`smtplab explain` lists them");
}

void check_matcher(struct check *c, const cJSON *item)
{
    for (const cJSON *child = item->child; child; child = child->next) {
        struct text key = text_of(child->string);
        struct check_nearest nearest;
        bool fits;

        if (text_equal(key, TEXT("kind"))) {
            check_kind_name(c, child);
            continue;
        }
        if (check_matcher_own(c, child, key))
            continue;
        check_nearest_init(&nearest, key);
        check_nearest_try(&nearest, TEXT("kind"));
        check_nearest_try(&nearest, TEXT("client"));
        check_nearest_try(&nearest, TEXT("reply_to"));
        if (!find_field(key, child, &fits, &nearest)) {
            check_mark_bad(c, child);
            check_error_at_key(c, child, "no record has a field %q", key);
            if (text_equal(key, TEXT("host")))
                check_suggest(c, "did you mean \"on\"?");
            else
                check_suggest_nearest(c, &nearest);
        } else if (!fits) {
            check_mark_bad(c, child);
            check_error(c, child, "the field %q is never %s", key, check_kind_of(child));
        }
    }
    if (!item->child) {
        check_mark_bad(c, item);
        check_error(c, item, "it would fit every record");
        check_suggest(c, "such as \"kind\": \"mail.ndr\"");
    }
}
