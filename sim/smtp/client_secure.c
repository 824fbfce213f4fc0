/*
 * client_secure.c - what comes before the first mail: TLS (RFC 3207) and the login (RFC 4954).
 *
 * No password goes out in clear unless the options allow it, whatever the server offers: anybody on
 * the way could have written that offer.
 */
#include <assert.h>

#include "sim/smtp/base64.h"
#include "sim/smtp/client_parts.h"

static bool wants_tls(const struct smtp_client *c)
{
    return !c->sealed && !c->tls_refused &&
           (c->options->tls == SMTP_TLS_OFFERED || c->options->tls == SMTP_TLS_REQUIRED);
}

/* PLAIN before LOGIN: one step instead of two, and a standard. */
static enum smtp_mechanism choose(const struct smtp_client *c)
{
    unsigned m = 0;

    while (m < SMTP_MECHANISM_COUNT && (c->mechanisms & (1U << m)) == 0)
        m++;
    return (enum smtp_mechanism)m;
}

enum smtp_client_input smtp_client_before_mail(const struct smtp_client *c)
{
    if (wants_tls(c)) {
        if (c->extensions & SMTP_HAS_STARTTLS)
            return SMTP_CLIENT_ON_TLS_WANTED;
        if (c->options->tls == SMTP_TLS_REQUIRED)
            return SMTP_CLIENT_ON_TLS_MISSING;
    }
    if (c->options->login != NULL && !c->logged_in) {
        bool safe = c->sealed || c->options->login_in_clear;

        return safe && choose(c) != SMTP_MECHANISM_COUNT ? SMTP_CLIENT_ON_LOGIN_WANTED
                                                         : SMTP_CLIENT_ON_LOGIN_MISSING;
    }
    return SMTP_CLIENT_ON_MAIL_WANTED;
}

uint8_t smtp_client_read_mechanisms(struct text words)
{
    unsigned set = 0;

    while (words.size > 0) {
        size_t end = text_find(words, ' ');

        set |= 1U << smtp_mechanism_find(text_from(words.at, end));
        words = text_after(words, end + 1);
    }
    return (uint8_t)(set & SMTP_MECHANISMS_ALL);
}

/* ---- what is said ------------------------------------------------------------------------------------ */

/* The response of that number; false: there is none.  `secret`: it holds the password. */
static bool put_response(struct buffer *out, const struct smtp_client *c, unsigned n, bool *secret)
{
    const struct smtp_login *login = c->options->login;

    *secret = c->mechanism == SMTP_MECHANISM_PLAIN || n == 1;
    if (c->mechanism == SMTP_MECHANISM_PLAIN && n == 0) { /* RFC 4616 2 */
        struct buffer all;

        buffer_init(&all, out->memory);
        buffer_put_text(&all, login->on_behalf);
        buffer_put_char(&all, '\0');
        buffer_put_text(&all, login->user);
        buffer_put_char(&all, '\0');
        buffer_put_text(&all, login->password);
        base64_put(out, buffer_text(&all));
        buffer_free(&all);
        return true;
    }
    if (c->mechanism == SMTP_MECHANISM_LOGIN && n < 2) {
        base64_put(out, n == 0 ? login->user : login->password);
        return true;
    }
    return false;
}

static void send_line(enum smtp_verb verb, struct text front, struct text response, bool secret,
                      struct smtp_acts *acts)
{
    struct buffer line;
    struct text whole, shown;

    buffer_init(&line, acts->memory);
    buffer_put_text(&line, front);
    buffer_put_text(&line, secret ? TEXT("***") : response);
    shown = smtp_acts_copy(acts, buffer_text(&line));
    buffer_clear(&line);
    buffer_put_text(&line, front);
    buffer_put_text(&line, response);
    buffer_put_string(&line, "\r\n");
    whole = smtp_acts_copy(acts, buffer_text(&line));
    buffer_free(&line);
    smtp_client_line(verb, whole, shown, acts);
}

void smtp_client_send_auth(struct smtp_client *c, struct smtp_acts *acts)
{
    struct buffer response;
    bool secret;

    c->mechanism = (uint8_t)choose(c);
    c->responses = 0;
    buffer_init(&response, c->memory);
    put_response(&response, c, 0, &secret);

    /* RFC 4954 4: with the command only if that stays within a command's length.  LOGIN wants to be
     * asked. */
    if (c->mechanism == SMTP_MECHANISM_PLAIN && 11 + response.size + 2 <= SMTP_COMMAND_MAX) {
        send_line(SMTP_VERB_AUTH, TEXT("AUTH PLAIN "), buffer_text(&response), true, acts);
        c->responses = 1;
    } else {
        smtp_client_command(SMTP_VERB_AUTH, smtp_mechanism_name((enum smtp_mechanism)c->mechanism),
                            acts);
    }
    buffer_free(&response);
}

bool smtp_client_can_respond(const struct smtp_client *c)
{
    return c->responses < (c->mechanism == SMTP_MECHANISM_PLAIN ? 1 : 2);
}

void smtp_client_send_response(struct smtp_client *c, struct smtp_acts *acts)
{
    struct buffer response;
    bool secret;

    buffer_init(&response, c->memory);
    if (put_response(&response, c, c->responses++, &secret))
        send_line(SMTP_VERB_NONE, TEXT(""), buffer_text(&response), secret, acts);
    buffer_free(&response);
}
