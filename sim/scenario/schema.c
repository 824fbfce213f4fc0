/*
 * schema.c - the forms of strings, small types that many keys share, and looking keys up.
 *
 * A form's pattern is as tight as a regular expression sensibly can be; what is beyond it (a label of
 * more than 63 octets, a date in month 2 with 31 days) is the business of meaning.c.
 */
#include "sim/scenario/schema.h"

#include "sim/scenario/schema_parts.h"

#define LABEL "[A-Za-z0-9_]([A-Za-z0-9_\\-]*[A-Za-z0-9_])?"
#define NAME  LABEL "(\\." LABEL ")*"
#define BYTE  "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define IPV4  BYTE "(\\." BYTE "){3}"
#define HEX   "[0-9A-Fa-f]{1,4}"
#define IPV6                                                                                       \
    "((" HEX ":){7}" HEX "|(" HEX ":){1,7}:|:(:" HEX "){1,7}|::"                                   \
    "|" HEX ":(:" HEX "){1,6}|(" HEX ":){2}(:" HEX "){1,5}|(" HEX ":){3}(:" HEX "){1,4}"           \
    "|(" HEX ":){4}(:" HEX "){1,3}|(" HEX ":){5}(:" HEX "){1,2}|(" HEX ":){6}:" HEX ")"
#define ATEXT   "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-]+"
#define LOCAL   "(" ATEXT "(\\." ATEXT ")*|\"([^\"\\\\]|\\\\[ -~])*\")"
#define DOMAIN  "(" NAME "|\\[[A-Za-z0-9:.]+\\])"
#define MAILBOX LOCAL "@" DOMAIN
/* RFC 6531 3.3: any character beyond ASCII may stand in an atom too. */
#define UTEXT     "([A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-]|[^\001-\177])+"
#define RECIPIENT "(" UTEXT "(\\." UTEXT ")*|\"([^\"\\\\]|\\\\[ -~])*\")@" DOMAIN
#define PORT      "(:[0-9]{1,5})?"

static const struct schema_form forms[FORM_COUNT] = {
    [FORM_ANY] = {"a text", NULL, "a text in double quotes"},
    [FORM_DURATION] = {"a duration", NULL,
                       "a number and a unit, such as \"25ms\", \"5m\" or \"4h\""},
    [FORM_RATE] = {"a rate", NULL, "a number and a unit, such as \"10Mbit/s\""},
    [FORM_SIZE] = {"a size", NULL, "a number and a unit, such as \"64kB\" or \"10MB\""},
    [FORM_SHARE] = {"a share", NULL, "a percentage such as \"0.5%\""},
    [FORM_DATE] = {"a date",
                   "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
                   "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z",
                   "a UTC date such as \"2026-03-02T09:00:00Z\""},
    [FORM_ADDRESS] = {"an address", "(" IPV4 "|" IPV6 ")",
                      "an IPv4 or IPv6 address, such as \"192.0.2.25\" or \"2001:db8::25\""},
    [FORM_HOST] = {"the name of a host", NAME,
                   "letters, digits, hyphens and dots, such as \"mail.uni.example\""},
    [FORM_DOMAIN] = {"a domain", NAME, "a domain name, such as \"uni.example\""},
    [FORM_MAILBOX] = {"a mailbox address", MAILBOX, "an address such as \"alice@uni.example\""},
    [FORM_RECIPIENT] = {"a mailbox address", RECIPIENT, "an address such as \"alice@uni.example\""},
    [FORM_SENDER] = {"a sender", "(|<>|(@" NAME "(,@" NAME ")*:)?" MAILBOX ")",
                     "an address such as \"alice@uni.example\", or \"<>\" for none"},
    [FORM_LOCAL_PART] = {"the name of a mailbox", LOCAL,
                         "what stands before the @, such as \"alice\""},
    [FORM_TARGET] = {"a mailbox or an address", LOCAL "(@" DOMAIN ")?",
                     "a mailbox such as \"bob\", or an address such as \"bob@shop.example\""},
    [FORM_RELAY_RULE] = {"a relay rule",
                         "(refuse|(allow|refuse) (anyone|login|from (" IPV4 "(/[0-9]{1,2})?|" IPV6
                         "(/[0-9]{1,3})?)|to " NAME "))",
                         "one of \"allow anyone\", \"allow login\", \"allow from 192.0.2.0/24\", "
                         "\"allow to uni.example\", \"refuse\""},
    [FORM_ROUTE] = {"a route", "(mx|refuse|smarthost:" NAME PORT "|lmtp:" NAME PORT ")",
                    "one of \"mx\", \"smarthost:HOST\", \"lmtp:HOST\", \"refuse\""},
    [FORM_PATTERN] = {"a pattern of domains", "(\\*|\\.?" NAME ")",
                      "a domain such as \"shop.example\", \".example\" for all below it, or \"*\" "
                      "for all"},
    [FORM_DELIVER] = {"a way to deliver", "(local|lmtp:" NAME PORT ")",
                      "\"local\" or \"lmtp:HOST\""},
    [FORM_MX] = {"an MX record", "[0-9]{1,5} (\\.|" NAME "\\.?)",
                 "a preference and a host name, such as \"10 mail.uni.example\""},
    [FORM_ZONE_NAME] = {"a name in a zone", "(@|\\*|(\\*\\.)?" NAME ")", "a name such as \"www\""},
    [FORM_POINTER] = {"a place in the host", "(/[^/]+)+", "such as \"/mta/relay\""},
    [FORM_STATUS] = {"a status code", "[245]\\.[0-9]{1,3}\\.[0-9]{1,3}",
                     "a status such as \"5.1.1\" (RFC 3463)"},
    [FORM_REPLY] = {"a reply", "[2-5][0-5][0-9]( [ -~]*)?",
                    "a code and a text, such as \"451 4.3.0 later\""},
    [FORM_LOOPBACK] = {"a loopback address and port", "127\\.0\\.0\\.1:[0-9]{1,5}",
                       "such as \"127.0.0.1:2525\""},
};

const struct schema_form *schema_form(enum schema_form_id form)
{
    return &forms[form];
}

const struct schema_type schema_any_text = TEXT_TYPE(FORM_ANY);
const struct schema_type schema_duration = TEXT_TYPE(FORM_DURATION);
const struct schema_type schema_rate = TEXT_TYPE(FORM_RATE);
const struct schema_type schema_size = TEXT_TYPE(FORM_SIZE);
const struct schema_type schema_share = TEXT_TYPE(FORM_SHARE);
const struct schema_type schema_boolean = {.kind = SCHEMA_BOOL};
const struct schema_type schema_true = {.kind = SCHEMA_TRUE};
const struct schema_type schema_port = {.kind = SCHEMA_INT, .least = 1, .most = 65535};
const struct schema_type schema_count = {.kind = SCHEMA_INT, .least = 1, .most = 1000000000};
const struct schema_type schema_host_name = TEXT_TYPE(FORM_HOST);
const struct schema_type schema_domain = TEXT_TYPE(FORM_DOMAIN);
const struct schema_type schema_domains = {
    .kind = SCHEMA_LIST, .item = &schema_domain, .most = 100000};
const struct schema_type schema_names_of_hosts = {
    .kind = SCHEMA_LIST, .item = &schema_host_name, .most = 100000};
const struct schema_type schema_mailbox = TEXT_TYPE(FORM_MAILBOX);

static const struct schema_type mailbox_list = {
    .kind = SCHEMA_LIST, .item = &schema_mailbox, .least = 1, .most = 100000};
const struct schema_type schema_mailboxes = EITHER(&schema_mailbox, &mailbox_list);

static const struct schema_type recipient = TEXT_TYPE(FORM_RECIPIENT);
static const struct schema_type recipient_list = {
    .kind = SCHEMA_LIST, .item = &recipient, .least = 1, .most = 100000};
const struct schema_type schema_recipients = EITHER(&recipient, &recipient_list);

static const struct schema_type address = TEXT_TYPE(FORM_ADDRESS);
static const struct schema_type address_list = {
    .kind = SCHEMA_LIST, .item = &address, .least = 1, .most = 16};
const struct schema_type schema_addresses = EITHER(&address, &address_list);

/* ---- looking up ---------------------------------------------------------------------------- */

static const struct schema_key *find_in(const struct schema_key *keys, struct text name)
{
    for (; keys && keys->name; keys++)
        if (text_equal(text_of(keys->name), name))
            return keys;
    return NULL;
}

const struct schema_key *schema_find(const struct schema_type *object, struct text name)
{
    const struct schema_key *key = find_in(object->keys, name);

    return key ? key : find_in(object->one_of, name);
}

void schema_each_word(const char *words, void (*each)(void *context, struct text word),
                      void *context)
{
    struct text rest = text_of(words);

    for (;;) {
        size_t end = text_find(rest, '|');

        each(context, text_from(rest.at, end));
        if (end == rest.size)
            return;
        rest = text_after(rest, end + 1);
    }
}

bool schema_has_word(const char *words, struct text word)
{
    struct text rest = text_of(words);

    for (;;) {
        size_t end = text_find(rest, '|');

        if (text_equal(text_from(rest.at, end), word))
            return true;
        if (end == rest.size)
            return false;
        rest = text_after(rest, end + 1);
    }
}
