/*
 * status.c - enhanced status codes: the form (RFC 3463 2), the basic codes' counterparts, the words.
 */
#include "sim/mail/status.h"

#include <assert.h>
#include <stddef.h>

static bool parse_number(struct text t, size_t *i, uint16_t *out)
{
    size_t start = *i;
    unsigned value = 0;
    while (*i < t.size && *i - start < 3 && t.at[*i] >= '0' && t.at[*i] <= '9')
        value = 10 * value + (unsigned)(t.at[(*i)++] - '0');
    bool leading_zero = *i - start > 1 && t.at[start] == '0';
    *out = (uint16_t)value;
    return *i > start && !leading_zero;
}

bool mail_status_parse(struct text t, struct mail_status *out)
{
    struct mail_status s = {0, 0, 0};
    uint16_t *const numbers[] = {&s.class, &s.subject, &s.detail};
    size_t i = 0;
    *out = s;
    for (size_t k = 0; k < 3; k++) {
        if (k > 0 && (i >= t.size || t.at[i++] != '.'))
            return false;
        if (!parse_number(t, &i, numbers[k]))
            return false;
    }
    if (i != t.size || (s.class != 2 && s.class != 4 && s.class != 5))
        return false;
    *out = s;
    return true;
}

void mail_status_put(struct buffer *b, struct mail_status s)
{
    assert(s.class == 2 || s.class == 4 || s.class == 5);
    buffer_put_int(b, s.class);
    buffer_put_char(b, '.');
    buffer_put_int(b, s.subject);
    buffer_put_char(b, '.');
    buffer_put_int(b, s.detail);
}

/* What the basic code alone tells, from the registry that RFC 5248 set up; no more than that: 550
 * may be a mailbox or a policy, so it stays x.0.0. */
static const struct {
    int code;
    struct mail_status status;
} by_code[] = {
    {421, {4, 3, 2}}, {450, {4, 2, 0}}, {451, {4, 3, 0}},  {452, {4, 3, 1}},  {454, {4, 7, 0}},
    {455, {4, 5, 4}}, {500, {5, 5, 2}}, {501, {5, 5, 4}},  {502, {5, 5, 1}},  {503, {5, 5, 1}},
    {504, {5, 5, 4}}, {521, {5, 3, 2}}, {523, {5, 7, 10}}, {524, {5, 7, 11}}, {525, {5, 7, 13}},
    {530, {5, 7, 0}}, {534, {5, 7, 9}}, {535, {5, 7, 8}},  {551, {5, 1, 6}},  {552, {5, 3, 4}},
    {553, {5, 1, 3}}, {555, {5, 5, 4}}, {556, {5, 1, 10}},
};

struct mail_status mail_status_of_reply(int code, struct text enhanced)
{
    struct mail_status s;
    int class = code / 100;
    if (mail_status_parse(enhanced, &s) && s.class == class)
        return s;
    for (size_t i = 0; i < sizeof by_code / sizeof by_code[0]; i++)
        if (by_code[i].code == code)
            return by_code[i].status;
    if (class == 2 || class == 4 || class == 5)
        return (struct mail_status){(uint16_t) class, 0, 0};
    return (struct mail_status){0, 0, 0};
}

/* By subject and detail (RFC 3463 3, RFC 4954, 7504, 7505, 6531, 5248); `late` where class 4
 * should be said otherwise. */
static const struct {
    uint16_t subject, detail;
    const char *words;
    const char *late;
} meanings[] = {
    {1, 1, "there is no mailbox of that name at that domain", NULL},
    {1, 2, "the domain does not exist, or takes no mail",
     "the domain cannot be reached by mail now"},
    {1, 3, "the address is not written as an address must be", NULL},
    {1, 4, "the address means more than one mailbox", NULL},
    {1, 5, "the address is valid", NULL},
    {1, 6, "the mailbox has moved, and no new address is known", NULL},
    {1, 7, "the sender's address is not written as an address must be", NULL},
    {1, 8, "the sender's domain cannot receive mail", "the sender's domain cannot be checked now"},
    {1, 9, "the message was passed to a system that sends no reports", NULL},
    {1, 10, "the domain has declared that it takes no mail at all", NULL},
    {2, 0, "something is wrong with the mailbox", NULL},
    {2, 1, "the mailbox is switched off", "the mailbox cannot be used for the moment"},
    {2, 2, "the mailbox is full", "the mailbox is full for the moment"},
    {2, 3, "the message is larger than that mailbox allows", NULL},
    {2, 4, "the mailing list could not be expanded", NULL},
    {3, 0, "the other mail system has a fault", "the other mail system has a fault for the moment"},
    {3, 1, "the other mail system has no room left",
     "the other mail system has no room for the moment"},
    {3, 2, "the host takes no mail", "the host takes no mail for the moment"},
    {3, 3, "the host cannot do what the message needs", NULL},
    {3, 4, "the message is too big", NULL},
    {3, 5, "the mail system is not set up correctly", NULL},
    {4, 0, "the network or a name server has a fault", NULL},
    {4, 1, "the other host does not answer", "the other host does not answer for the moment"},
    {4, 2, "the connection broke off", NULL},
    {4, 3, "a name server gave no usable answer", "a name server gives no answer for the moment"},
    {4, 4, "no way to the domain could be found", "no way to the domain is known for the moment"},
    {4, 5, "the other mail system is too busy", "the other mail system is too busy for the moment"},
    {4, 6, "the message went round in circles", NULL},
    {4, 7, "the message waited too long and was given up",
     "the message waited too long and was given up"},
    {5, 0, "the two hosts did not understand each other", NULL},
    {5, 1, "a command came at the wrong time, or is not supported", NULL},
    {5, 2, "a command could not be understood", NULL},
    {5, 3, "there are too many recipients in one go", NULL},
    {5, 4, "a command had an argument that does not work", NULL},
    {5, 5, "the two hosts speak different versions of the protocol", NULL},
    {6, 0, "the content of the message is the trouble", NULL},
    {6, 1, "a kind of content is not supported there", NULL},
    {6, 3, "the content would have to be converted, and cannot be", NULL},
    {6, 7, "an address is not ASCII, and the other host cannot handle that", NULL},
    {7, 0, "a security rule stands against it", NULL},
    {7, 1, "the host refuses this, by its own rules",
     "the host refuses this for now, by its own rules"},
    {7, 4, "a security feature that is needed is not supported", NULL},
    {7, 8, "name or password is wrong", NULL},
    {7, 9, "the way of logging in is too weak for that host", NULL},
    {7, 10, "this needs an encrypted connection", NULL},
    {7, 11, "this needs an encrypted connection", NULL},
    {7, 13, "the account is switched off", NULL},
    {7, 23, "the sender's domain does not allow the host that brought the message to send for it",
     NULL},
    {7, 24, "what the sender's domain says of its hosts could not be evaluated", NULL},
    {7, 27, "the sender's domain has declared that it takes no mail at all", NULL},
};

const char *mail_status_words(struct mail_status s)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].subject == s.subject && meanings[i].detail == s.detail)
            return s.class == 4 && meanings[i].late ? meanings[i].late : meanings[i].words;
    return "";
}
