/*
 * spf_macro.c - macros (RFC 7208 7): %{ir}.%{v}._spf.%{d2} and the like.
 */
#include "sim/agents/spf/spf_parts.h"

#include "sim/dns/blocklist_name.h"

struct macro {
    char letter;
    bool url; /* the letter is upper case: escaped as in a URL */
    uint32_t digits;
    bool reverse;
    struct text delimiters;
    size_t size; /* of the whole, "%{" and "}" included */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* At "%{"; false: wrong. */
static bool parse(struct text t, bool exp, struct macro *m)
{
    size_t i = 2;
    int64_t digits = 0;

    *m = (struct macro){.delimiters = TEXT_INIT(".")};
    if (t.size < 4 || t.at[1] != '{')
        return false;
    m->letter = ascii_lower(t.at[i]);
    m->url = t.at[i] >= 'A' && t.at[i] <= 'Z';
    if (text_find(exp ? TEXT("slodiphcrtv") : TEXT("slodiphv"), m->letter) ==
        (exp ? sizeof "slodiphcrtv" : sizeof "slodiphv") - 1)
        return false;
    size_t start = ++i;
    while (i < t.size && is_digit(t.at[i]))
        i++;
    if (i > start &&
        (i - start > 9 || !text_to_int(text_from(t.at + start, i - start), &digits) || digits == 0))
        return false;
    m->digits = (uint32_t)digits;
    if (i < t.size && ascii_lower(t.at[i]) == 'r') {
        m->reverse = true;
        i++;
    }
    start = i;
    while (i < t.size && text_find(TEXT(".-+,/_="), t.at[i]) < 7)
        i++;
    if (i > start)
        m->delimiters = text_from(t.at + start, i - start);
    m->size = i + 1;
    return i < t.size && t.at[i] == '}';
}

/* toplabel: letters, digits and inner hyphens, not all digits. */
static bool top_label(struct text t)
{
    bool letter = false;

    if (t.size == 0 || t.at[0] == '-' || t.at[t.size - 1] == '-')
        return false;
    for (size_t i = 0; i < t.size; i++) {
        char c = ascii_lower(t.at[i]);
        if (!is_digit(c) && c != '-' && (c < 'a' || c > 'z'))
            return false;
        letter = letter || !is_digit(c);
    }
    return letter;
}

/* domain-end: "." toplabel ["."], or a macro. */
static bool ends_as_domain(struct text t)
{
    if (t.size == 0)
        return false;
    if (t.at[t.size - 1] == '}')
        return true;
    if (t.size > 1 && t.at[t.size - 2] == '%')
        return true; /* %%, %_, %- are macro-expands too */
    if (t.at[t.size - 1] == '.')
        t.size--;
    size_t dot = t.size;
    while (dot > 0 && t.at[dot - 1] != '.')
        dot--;
    return dot > 0 && top_label(text_after(t, dot));
}

bool spf_macro_good(struct text spec, bool domain, bool exp)
{
    struct macro m;

    for (size_t i = 0; i < spec.size; i++) {
        char c = spec.at[i];
        if (c < 0x21 || c > 0x7e) {
            if (exp && c == ' ')
                continue;
            return false;
        }
        if (c != '%')
            continue;
        if (i + 1 == spec.size)
            return false;
        char next = spec.at[i + 1];
        if (next == '%' || next == '_' || next == '-') {
            i++;
            continue;
        }
        if (!parse(text_after(spec, i), exp, &m))
            return false;
        i += m.size - 1;
    }
    return !domain || ends_as_domain(spec);
}

/* ---- what stands for a letter --------------------------------------------------------------------- */

static void put_client(struct buffer *b, const struct address *a)
{
    static const char digits[] = "0123456789ABCDEF";

    if (a->family != ADDRESS_IPV6) {
        address_put(b, a);
        return;
    }
    for (size_t i = 0; i < 16; i++) {
        if (i)
            buffer_put_char(b, '.');
        buffer_put_char(b, digits[a->octets[i] >> 4]);
        buffer_put_char(b, '.');
        buffer_put_char(b, digits[a->octets[i] & 15]);
    }
}

static enum spf_result put_letter(struct spf_check *c, struct text domain, char letter,
                                  struct buffer *b)
{
    const struct spf_identity *w = &c->who;
    struct text local = w->local.size ? w->local : TEXT("postmaster");
    bool found = false;

    switch (letter) {
    case 's':
        buffer_put_text(b, local);
        buffer_put_char(b, '@');
        buffer_put_text(b, w->domain);
        break;
    case 'l': buffer_put_text(b, local); break;
    case 'o': buffer_put_text(b, w->domain); break;
    case 'd': buffer_put_text(b, domain); break;
    case 'i': put_client(b, &w->client); break;
    case 'p': {
        enum spf_result r = spf_validated(c, domain, false, b, &found);
        if (r == SPF_WAITS)
            return r;
        if (!found)
            buffer_put_string(b, "unknown");
        break;
    }
    case 'v': buffer_put_string(b, w->client.family == ADDRESS_IPV6 ? "ip6" : "in-addr"); break;
    case 'h': buffer_put_text(b, w->helo); break;
    case 'c': address_put(b, &w->client); break;
    case 'r': buffer_put_text(b, w->receiver); break;
    case 't': buffer_put_int(b, w->unix_s); break;
    default: break;
    }
    return SPF_PASS;
}

/* ---- transformers ---------------------------------------------------------------------------------- */

static void put_octet(struct buffer *out, char c, bool url)
{
    static const char digits[] = "0123456789ABCDEF";
    char lower = ascii_lower(c);
    bool plain = (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '-' || c == '.' ||
                 c == '_' || c == '~';

    if (!url || plain) {
        buffer_put_char(out, c);
        return;
    }
    buffer_put_char(out, '%');
    buffer_put_char(out, digits[(unsigned char)c >> 4]);
    buffer_put_char(out, digits[(unsigned char)c & 15]);
}

enum { PARTS_MAX = 256 };

static void transform(struct text value, const struct macro *m, struct buffer *out)
{
    struct text parts[PARTS_MAX];
    uint32_t count = 0;
    size_t start = 0;

    for (size_t i = 0; i <= value.size && count < PARTS_MAX; i++)
        if (i == value.size || text_find(m->delimiters, value.at[i]) < m->delimiters.size) {
            parts[count++] = text_from(value.at + start, i - start);
            start = i + 1;
        }
    uint32_t keep = m->digits && m->digits < count ? m->digits : count;
    for (uint32_t k = count - keep; k < count; k++) {
        struct text part = m->reverse ? parts[count - 1 - k] : parts[k];
        if (k > count - keep)
            put_octet(out, '.', m->url);
        for (size_t i = 0; i < part.size; i++)
            put_octet(out, part.at[i], m->url);
    }
}

enum spf_result spf_expand(struct spf_check *c, struct text domain, struct text spec, bool exp,
                           struct buffer *out)
{
    struct buffer value;
    struct macro m;

    buffer_init(&value, c->memory);
    for (size_t i = 0; i < spec.size; i++) {
        char next = i + 1 < spec.size ? spec.at[i + 1] : 0;
        if (spec.at[i] != '%') {
            buffer_put_char(out, spec.at[i]);
        } else if (next != '{') {
            buffer_put_string(out, next == '%' ? "%" : next == '_' ? " " : "%20");
            i++;
        } else if (parse(text_after(spec, i), exp, &m)) {
            buffer_clear(&value);
            if (put_letter(c, domain, m.letter, &value) == SPF_WAITS) {
                buffer_free(&value);
                return SPF_WAITS;
            }
            transform(buffer_text(&value), &m, out);
            i += m.size - 1;
        }
    }
    buffer_free(&value);
    return SPF_PASS;
}
