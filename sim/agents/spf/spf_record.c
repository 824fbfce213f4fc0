/*
 * spf_record.c - the syntax of a record (RFC 7208 4.6, 5, 6, 12).
 */
#include "sim/agents/spf/spf_parts.h"

static bool is_alpha(char c)
{
    c = ascii_lower(c);
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "0" or a number without leading zeros, up to `most`. */
static bool prefix(struct text t, int most, int *out)
{
    int64_t value;

    if (t.size == 0 || t.size > 3 || (t.size > 1 && t.at[0] == '0') || !text_to_int(t, &value) ||
        value > most)
        return false;
    *out = (int)value;
    return true;
}

/* The digits at the end of `t`, if `slashes` slashes stand before them; cut off then. */
static bool cut_digits(struct text *t, const char *slashes, int most, int *out, bool *good)
{
    size_t digits = t->size, size = strlen(slashes);

    while (digits > 0 && is_digit(t->at[digits - 1]))
        digits--;
    if (digits == t->size || digits < size ||
        !text_equal(text_from(t->at + digits - size, size), text_of(slashes)))
        return false;
    *good = *good && prefix(text_after(*t, digits), most, out);
    t->size = digits - size;
    return true;
}

/* Cuts ["/" n]["//" m] off the end; false if a length is wrong. */
static bool cut_cidr(struct text *t, struct spf_term *term)
{
    bool good = true;

    cut_digits(t, "//", 128, &term->cidr6, &good);
    cut_digits(t, "/", 32, &term->cidr4, &good);
    return good;
}

static bool network(struct spf_term *term, struct text t)
{
    int most = term->kind == SPF_IP6 ? 128 : 32, bits = most;
    size_t slash = text_find(t, '/');

    if (slash < t.size && !prefix(text_after(t, slash + 1), most, &bits))
        return false;
    t.size = slash;
    if (!address_parse(t, &term->net.address) ||
        term->net.address.family != (term->kind == SPF_IP6 ? ADDRESS_IPV6 : ADDRESS_IPV4))
        return false;
    term->net.prefix = (uint8_t)bits;
    return true;
}

enum argument { NEVER, MAYBE, ALWAYS, ADDRESS };

static const struct {
    struct text name;
    enum spf_kind kind;
    enum argument argument;
    bool cidr;
} mechanisms[] = {
    {TEXT_INIT("all"), SPF_ALL, NEVER, false},   {TEXT_INIT("include"), SPF_INCLUDE, ALWAYS, false},
    {TEXT_INIT("a"), SPF_A, MAYBE, true},        {TEXT_INIT("mx"), SPF_MX, MAYBE, true},
    {TEXT_INIT("ptr"), SPF_PTR, MAYBE, false},   {TEXT_INIT("ip4"), SPF_IP4, ADDRESS, false},
    {TEXT_INIT("ip6"), SPF_IP6, ADDRESS, false}, {TEXT_INIT("exists"), SPF_EXISTS, ALWAYS, false},
};

static bool mechanism(struct text t, struct spf_term *term)
{
    size_t end = 0;

    if (t.at[0] == '+' || t.at[0] == '-' || t.at[0] == '~' || t.at[0] == '?') {
        term->qualifier = t.at[0];
        t = text_after(t, 1);
    }
    while (end < t.size && t.at[end] != ':' && t.at[end] != '/')
        end++;
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
        if (!text_equal_nocase(text_from(t.at, end), mechanisms[i].name))
            continue;
        term->kind = mechanisms[i].kind;
        struct text rest = text_after(t, end);
        bool colon = rest.size > 0 && rest.at[0] == ':';
        if (colon)
            rest = text_after(rest, 1);
        if (mechanisms[i].argument == ADDRESS)
            return colon && network(term, rest);
        if (mechanisms[i].cidr && !cut_cidr(&rest, term))
            return false;
        term->spec = rest;
        if (!colon)
            return rest.size == 0 && mechanisms[i].argument != ALWAYS;
        return mechanisms[i].argument != NEVER && rest.size > 0 &&
               spf_macro_good(rest, true, false);
    }
    return false;
}

/* A name, then "=": where that is, or 0. */
static size_t modifier_name(struct text t)
{
    size_t end = 0;

    if (t.size == 0 || !is_alpha(t.at[0]))
        return 0;
    while (end < t.size && (is_alpha(t.at[end]) || is_digit(t.at[end]) || t.at[end] == '-' ||
                            t.at[end] == '_' || t.at[end] == '.'))
        end++;
    return end < t.size && t.at[end] == '=' ? end : 0;
}

bool spf_next_term(struct text *rest, struct spf_term *term, bool *good)
{
    size_t start = 0, end;

    while (start < rest->size && rest->at[start] == ' ')
        start++;
    *rest = text_after(*rest, start);
    *good = true;
    if (rest->size == 0)
        return false;
    end = text_find(*rest, ' ');
    struct text t = text_from(rest->at, end);
    *rest = text_after(*rest, end);
    *term = (struct spf_term){.qualifier = '+', .written = t, .cidr4 = 32, .cidr6 = 128};
    size_t name = modifier_name(t);
    if (name == 0) {
        *good = mechanism(t, term);
        return *good;
    }
    struct text called = text_from(t.at, name);
    term->spec = text_after(t, name + 1);
    term->kind = text_equal_nocase(called, TEXT("redirect")) ? SPF_REDIRECT
                 : text_equal_nocase(called, TEXT("exp"))    ? SPF_EXP
                                                             : SPF_UNKNOWN_MODIFIER;
    *good = spf_macro_good(term->spec, term->kind != SPF_UNKNOWN_MODIFIER, false);
    return *good;
}
