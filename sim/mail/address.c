/*
 * address.c - mailboxes and paths; domain.c says how a scanner works.
 */
#include "sim/mail/address.h"

#include <assert.h>

#include "sim/mail/address_parts.h"

typedef enum mail_address_error error_t;

/* atext, RFC 5322 3.2.3 */
static bool is_atext(char c)
{
    char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* ---- mailboxes ------------------------------------------------------------------------------ */

/* Quoted-string = DQUOTE *QcontentSMTP DQUOTE; a backslash takes any octet from 32 to 126. */
static size_t scan_quoted(struct text t, error_t *error)
{
    for (size_t i = 1; i < t.size; i++) {
        if (t.at[i] == '"')
            return i + 1;
        if (t.at[i] == '\\')
            i++;
        char c = address_octet(t, i);
        if (i < t.size && (c < ' ' || c > '~'))
            return address_fail_at(t, i, error, MAIL_ADDRESS_LOCAL_SYNTAX);
    }
    return address_fail(error, MAIL_ADDRESS_QUOTE_OPEN);
}

/* Dot-string = Atom *("." Atom) */
static size_t scan_dot_string(struct text t, error_t *error)
{
    size_t i = 0;
    for (;;) {
        size_t start = i;
        while (is_atext(address_octet(t, i)))
            i++;
        if (i == start)
            return address_fail_at(t, i, error, MAIL_ADDRESS_LOCAL_SYNTAX);
        if (address_octet(t, i) != '.')
            return i;
        i++;
    }
}

static size_t scan_local(struct text t, error_t *error)
{
    if (address_octet(t, 0) == '@')
        return address_fail(error, MAIL_ADDRESS_NO_LOCAL);
    size_t used = address_octet(t, 0) == '"' ? scan_quoted(t, error) : scan_dot_string(t, error);
    return used > MAIL_LOCAL_MAX ? address_fail(error, MAIL_ADDRESS_LOCAL_LONG) : used;
}

static const struct text postmaster = TEXT_INIT("postmaster");

/* Does the local part end here?  What is neither "@" nor an end spoils it. */
static size_t end_without_domain(struct text t, size_t used, bool may_be_bare, error_t *error)
{
    if (used < t.size && t.at[used] != '>')
        return address_fail_at(t, used, error, MAIL_ADDRESS_LOCAL_SYNTAX);
    if (may_be_bare && text_equal_nocase((struct text){t.at, used}, postmaster))
        return used;
    return address_fail(error, MAIL_ADDRESS_NO_DOMAIN);
}

static size_t scan_mailbox(struct text t, bool may_be_bare, struct mail_address *out,
                           error_t *error)
{
    if (t.size == 0)
        return address_fail(error, MAIL_ADDRESS_EMPTY);
    size_t local = scan_local(t, error);
    if (local == 0)
        return 0;
    out->local = (struct text){t.at, local};
    out->domain = (struct text){t.at + local, 0};
    if (address_octet(t, local) != '@')
        return end_without_domain(t, local, may_be_bare, error);
    struct text rest = text_after(t, local + 1);
    if (rest.size == 0 || rest.at[0] == '>')
        return address_fail(error, MAIL_ADDRESS_NO_DOMAIN);
    enum mail_domain_kind kind;
    size_t domain = mail_domain_scan(rest, &kind, error);
    if (domain == 0)
        return 0;
    out->domain = (struct text){rest.at, domain};
    return local + 1 + domain;
}

/* What stands where an address should have ended. */
static size_t fail_after(struct text t, size_t used, const struct mail_address *a, error_t *error)
{
    error_t what = a->domain.size == 0      ? MAIL_ADDRESS_LOCAL_SYNTAX
                   : a->domain.at[0] == '[' ? MAIL_ADDRESS_LITERAL_SYNTAX
                                            : MAIL_ADDRESS_DOMAIN_SYNTAX;
    return address_fail_at(t, used, error, what);
}

static bool parse(struct text t, bool may_be_bare, struct mail_address *out, error_t *error)
{
    error_t ignored;
    if (!error)
        error = &ignored;
    *error = MAIL_ADDRESS_NONE;
    size_t used = scan_mailbox(t, may_be_bare, out, error);
    if (used == 0)
        return false;
    if (used < t.size)
        return fail_after(t, used, out, error) != 0;
    /* The path that it will travel in has two brackets more. */
    return used + 2 <= MAIL_PATH_MAX || address_fail(error, MAIL_ADDRESS_PATH_LONG) != 0;
}

bool mail_address_parse(struct text t, struct mail_address *out, enum mail_address_error *error)
{
    return parse(t, false, out, error);
}

bool mail_address_parse_recipient(struct text t, struct mail_address *out,
                                  enum mail_address_error *error)
{
    return parse(t, true, out, error);
}

size_t mail_address_scan(struct text t, struct mail_address *out, enum mail_address_error *error)
{
    error_t ignored;
    if (!error)
        error = &ignored;
    *error = MAIL_ADDRESS_NONE;
    return scan_mailbox(t, false, out, error);
}

/* ---- paths ---------------------------------------------------------------------------------- */

/* A-d-l = At-domain *( "," At-domain ), At-domain = "@" Domain; the colon is the caller's. */
static size_t scan_route(struct text t, error_t *error)
{
    size_t i = 0;
    for (;;) {
        if (address_octet(t, i) != '@')
            return address_fail_at(t, i, error, MAIL_ADDRESS_ROUTE_SYNTAX);
        i++;
        enum mail_domain_kind kind;
        size_t domain = mail_domain_scan(text_after(t, i), &kind, error);
        if (domain == 0 || kind != MAIL_DOMAIN_NAME)
            return address_fail(error, *error == MAIL_ADDRESS_NOT_ASCII ? MAIL_ADDRESS_NOT_ASCII
                                       : address_octet(t, i) == '>'     ? MAIL_ADDRESS_NO_LOCAL
                                                                    : MAIL_ADDRESS_ROUTE_SYNTAX);
        i += domain;
        if (address_octet(t, i) == ':')
            return i;
        if (address_octet(t, i) == '>') /* not a route, but "<@example.test>" */
            return address_fail(error, MAIL_ADDRESS_NO_LOCAL);
        if (address_octet(t, i) != ',')
            return address_fail_at(t, i, error, MAIL_ADDRESS_ROUTE_SYNTAX);
        i++;
    }
}

/* The route, if there is one, and the mailbox: from `i` to the closing bracket. */
static size_t scan_path_inside(struct text t, size_t i, struct mail_path *out, error_t *error)
{
    if (address_octet(t, i) == '@') {
        size_t route = scan_route(text_after(t, i), error);
        if (route == 0)
            return 0;
        out->route = (struct text){t.at + i, route};
        i += route + 1;
    }
    size_t used = scan_mailbox(text_after(t, i), out->route.size == 0, &out->mailbox, error);
    if (used == 0)
        return 0;
    i += used;
    if (i == t.size)
        return address_fail(error, MAIL_ADDRESS_NO_BRACKET);
    return t.at[i] == '>' ? i + 1 : fail_after(t, i, &out->mailbox, error);
}

size_t mail_path_scan(struct text t, struct mail_path *out, enum mail_address_error *error)
{
    error_t ignored;
    if (!error)
        error = &ignored;
    *error = MAIL_ADDRESS_NONE;
    *out = (struct mail_path){.route = TEXT("")};
    if (address_octet(t, 0) != '<')
        return address_fail_at(t, 0, error,
                               t.size == 0 ? MAIL_ADDRESS_EMPTY : MAIL_ADDRESS_NO_BRACKET);
    if (address_octet(t, 1) == '>') {
        out->null = true;
        out->mailbox = (struct mail_address){{t.at + 1, 0}, {t.at + 1, 0}};
        return 2;
    }
    size_t used = scan_path_inside(t, 1, out, error);
    return used > MAIL_PATH_MAX ? address_fail(error, MAIL_ADDRESS_PATH_LONG) : used;
}

/* ---- what one does with them ---------------------------------------------------------------- */

/* Reads the content of a local part octet by octet, quotes and backslashes resolved. */
struct plain {
    struct text t;
    size_t i;
};

static struct plain plain_begin(struct text local)
{
    bool quoted = local.size >= 2 && local.at[0] == '"';
    if (quoted)
        local = (struct text){local.at + 1, local.size - 2};
    return (struct plain){local, 0};
}

/* -1 at the end.  A dot-string has no backslash, so one rule serves both forms. */
static int plain_next(struct plain *p)
{
    if (p->i < p->t.size && p->t.at[p->i] == '\\')
        p->i++;
    return p->i < p->t.size ? (unsigned char)p->t.at[p->i++] : -1;
}

bool mail_local_equal(struct text a, struct text b)
{
    struct plain p = plain_begin(a), q = plain_begin(b);
    int c;
    do {
        c = plain_next(&p);
        if (c != plain_next(&q))
            return false;
    } while (c != -1);
    return true;
}

bool mail_address_is_postmaster(const struct mail_address *a)
{
    struct plain p = plain_begin(a->local);
    for (size_t i = 0; i < postmaster.size; i++) {
        int c = plain_next(&p);
        if (c < 0 || ascii_lower((char)c) != postmaster.at[i])
            return false;
    }
    return plain_next(&p) < 0;
}

/* A bare Postmaster is the local one, so it equals no address with a domain. */
bool mail_address_equal(const struct mail_address *a, const struct mail_address *b)
{
    if (!text_equal_nocase(a->domain, b->domain))
        return false;
    if (a->domain.size == 0)
        return mail_address_is_postmaster(a) && mail_address_is_postmaster(b);
    return mail_local_equal(a->local, b->local);
}

void mail_local_put_plain(struct buffer *b, struct text local)
{
    struct plain p = plain_begin(local);
    for (int c = plain_next(&p); c >= 0; c = plain_next(&p))
        buffer_put_char(b, (char)c);
}

/* Must it be quoted?  Not if its plain octets are a Dot-string. */
static bool needs_quotes(struct text local)
{
    struct plain p = plain_begin(local);
    int before = '.';
    for (int c = plain_next(&p); c >= 0; before = c, c = plain_next(&p))
        if (c == '.' ? before == '.' : !is_atext((char)c))
            return true;
    return before == '.';
}

static void put_local(struct buffer *b, struct text local)
{
    if (!needs_quotes(local)) {
        mail_local_put_plain(b, local);
        return;
    }
    struct plain p = plain_begin(local);
    buffer_put_char(b, '"');
    for (int c = plain_next(&p); c >= 0; c = plain_next(&p)) {
        if (c == '"' || c == '\\')
            buffer_put_char(b, '\\');
        buffer_put_char(b, (char)c);
    }
    buffer_put_char(b, '"');
}

void mail_address_put(struct buffer *b, const struct mail_address *a)
{
    put_local(b, a->local);
    if (a->domain.size == 0)
        return;
    buffer_put_char(b, '@');
    buffer_put_text(b, a->domain);
}

void mail_address_put_key(struct buffer *b, const struct mail_address *a)
{
    if (a->domain.size == 0) {
        buffer_put_text(b, postmaster);
        return;
    }
    put_local(b, a->local);
    buffer_put_char(b, '@');
    for (size_t i = 0; i < a->domain.size; i++)
        buffer_put_char(b, ascii_lower(a->domain.at[i]));
}

const char *mail_address_error_text(enum mail_address_error error)
{
    static const char *const words[] = {
#define X(suffix, text) text,
        MAIL_ADDRESS_ERRORS(X)
#undef X
    };
    assert((size_t)error < sizeof words / sizeof words[0]);
    return words[error];
}
