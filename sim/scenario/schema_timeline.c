/*
 * schema_timeline.c - the table of keys: what happens when; letters, faults, changes, probes.
 */
#include "sim/scenario/schema_parts.h"

const struct schema_type schema_sender = TEXT_TYPE(FORM_SENDER);
static const struct schema_type reply = TEXT_TYPE(FORM_REPLY);
static const struct schema_type when = {.kind = SCHEMA_WORD, .words = "before|after"};
static const struct schema_type up_or_down = {.kind = SCHEMA_WORD, .words = "up|down"};
static const struct schema_type command = {
    .kind = SCHEMA_WORD,
    .words =
        "connect|HELO|EHLO|LHLO|STARTTLS|AUTH|MAIL|RCPT|DATA|BDAT|.|RSET|NOOP|VRFY|EXPN|HELP|QUIT"};

static const struct schema_type letters = {.kind = SCHEMA_INT, .least = 1, .most = 1000000};

static const struct schema_type report_when = {.kind = SCHEMA_WORD,
                                               .words = "never|success|failure|delay"};
static const struct schema_type report_whens = {
    .kind = SCHEMA_LIST, .item = &report_when, .least = 1, .most = 3};
static const struct schema_type notify_one = EITHER(&report_when, &report_whens);
static const struct schema_type notify_each = {
    .kind = SCHEMA_MAP, .form = FORM_MAILBOX, .item = &notify_one, .least = 1, .most = 100000};
static const struct schema_type notify = EITHER(&report_when, &report_whens, &notify_each);
static const struct schema_type ret = {.kind = SCHEMA_WORD, .words = "full|hdrs"};

static const struct schema_type line_ends = {.kind = SCHEMA_WORD, .words = "crlf|as_written"};

static const struct schema_key send_keys[] = {
    {"to", &schema_recipients, REQUIRED, NULL, NULL, "[\"bob@shop.example\", \"eve@uni.example\"]",
     "The recipients: one address or a list. What stands before the @ may be UTF-8 (RFC 6531); as "
     "no server here offers SMTPUTF8, such a letter comes back."},
    {"cc", &schema_recipients, 0, NULL, NULL, "\"carol@uni.example\"", "Recipients of a copy."},
    {"bcc", &schema_recipients, 0, NULL, NULL, "\"dave@uni.example\"",
     "Recipients whom the others do not see: only in the envelope."},
    {"from", &schema_sender, IMPLIED, NULL, NULL, "\"alice@uni.example\"",
     "The sender in the envelope; \"<>\" for none. A source route, as RFC 821 had it, may stand "
     "before it: \"@relay.example:alice@uni.example\". Implied: the mailbox of the MUA."},
    {"subject", &schema_any_text, 0, NULL, "\"\"", "\"Lab report\"", "The Subject field."},
    {"body", &schema_any_text, 0, NULL, "\"\"", "\"Here it is.\"", "The text of the message."},
    {"line_ends", &line_ends, 0, NULL, "\"crlf\"", "\"as_written\"",
     "What becomes of the body's line ends: \"crlf\": each, LF too, is sent as CRLF, as mail has "
     "it "
     "(RFC 5321 2.3.8); \"as_written\": a CR or LF alone stays alone, which no honest program "
     "does."},
    {"size", &schema_size, 0, NULL, NULL, "\"1MB\"",
     "Makes a body of about this size instead, of numbered lines."},
    {"notify", &notify, 0, NULL, NULL, "[\"success\", \"failure\"]",
     "When reports are asked for (NOTIFY, RFC 3461 4.1): \"success\", \"failure\", \"delay\", or "
     "\"never\" alone. Or recipients, each with its own. Left out, the servers report failures, "
     "and "
     "delays too."},
    {"ret", &ret, 0, NULL, NULL, "\"hdrs\"",
     "How much of the message a report of a failure brings back (RET, RFC 3461 4.3): \"full\", or "
     "its header, \"hdrs\"."},
    {"envid", &schema_any_text, 0, NULL, NULL, "\"QQ314159\"",
     "A mark that every report about it bears (ENVID, RFC 3461 4.4): printable ASCII."},
    {"server", &schema_host_name, 0, NULL, NULL, "\"smtp.uni.example\"",
     "The host it is handed to. Implied: the server of the MUA; a stranger must say."},
    {"port", &schema_port, 0, NULL, NULL, "25",
     "The server's port. Implied: the MUA's; 25 where a server is written."},
    {"times", &letters, 0, NULL, "1", "100", "How many such letters are sent."},
    {"every", &schema_duration, 0, NULL, "\"0s\"", "\"1s\"",
     "How far apart they are, if there are several."},
    NOTE,
    END,
};
static const struct schema_type send = OBJECT(send_keys);

#define AIM_KEYS                                                                                   \
    {"to",                                                                                         \
     &command,                                                                                     \
     REQUIRED,                                                                                     \
     NULL,                                                                                         \
     NULL,                                                                                         \
     "\"RCPT\"",                                                                                   \
     "The command that it is aimed at; \".\" is the end of the data, \"connect\" the greeting."},  \
        {"client",                                                                                 \
         &schema_host_name,                                                                        \
         0,                                                                                        \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"alice-pc\"",                                                                           \
         "Only when this host sends it."},                                                         \
        {"nth",                                                                                    \
         &schema_count,                                                                            \
         0,                                                                                        \
         NULL,                                                                                     \
         "1",                                                                                      \
         "2",                                                                                      \
         "From which of these commands on, counted from \"at\"."},                                 \
    {                                                                                              \
        "times", &schema_count, 0, NULL, "1", "3", "How many times."                               \
    }

static const struct schema_key answer_keys[] = {
    AIM_KEYS,
    {"with", &reply, REQUIRED, NULL, NULL, "\"451 4.3.0 later\"",
     "The reply that is given instead."},
    NOTE,
    END,
};
static const struct schema_type answer = OBJECT(answer_keys);
static const struct schema_key drop_keys[] = {AIM_KEYS, NOTE, END};
static const struct schema_type drop = OBJECT(drop_keys);
static const struct schema_key delay_keys[] = {
    AIM_KEYS,
    {"by", &schema_duration, REQUIRED, NULL, NULL, "\"10s\"", "How much later the reply comes."},
    NOTE,
    END,
};
static const struct schema_type delay = OBJECT(delay_keys);
static const struct schema_type close_at = OBJECT(drop_keys);
static const struct schema_type close_verb = EITHER(&schema_true, &close_at);
static const struct schema_key crash_keys[] = {
    AIM_KEYS,
    {"when", &when, 0, NULL, "\"before\"", "\"after\"", "Before or after the reply is sent."},
    NOTE,
    END,
};
static const struct schema_type crash_at = OBJECT(crash_keys);
static const struct schema_type crash = EITHER(&schema_true, &crash_at);

static const struct schema_key change_link_keys[] = {
    {"to", &schema_host_name, 0, NULL, NULL, "\"mail.uni.example\"",
     "The other end of the link. Implied: the internet, for this host."},
    {"state", &up_or_down, 0, NULL, NULL, "\"down\"", "Takes it down, or brings it up again."},
    {"latency", &schema_duration, 0, NULL, NULL, "\"2s\"", "A new latency."},
    {"jitter", &schema_duration, 0, NULL, NULL, "\"5ms\"", "A new jitter."},
    {"rate", &schema_rate, 0, NULL, NULL, "\"64kbit/s\"", "A new rate."},
    {"loss", &schema_share, 0, NULL, NULL, "\"20%\"", "A new share of packets lost."},
    NOTE,
    END,
};
static const struct schema_type change_link = OBJECT(change_link_keys);

static const struct schema_type anything = {.kind = SCHEMA_ANY};
static const struct schema_type set = {
    .kind = SCHEMA_MAP, .form = FORM_POINTER, .item = &anything, .least = 1, .most = 1000};

static const struct schema_key probe_keys[] = {
    {"server", &schema_host_name, REQUIRED, NULL, NULL, "\"smtp.uni.example\"", "Whom it asks."},
    {"port", &schema_port, 0, NULL, "25", "25", "The server's port."},
    {"from", &schema_sender, 0, NULL, "\"<>\"", "\"a@b.example\"", "The sender it names."},
    {"to", &schema_mailboxes, REQUIRED, NULL, NULL, "\"bob@shop.example\"",
     "The recipients it names."},
    NOTE,
    END,
};
static const struct schema_type probe = OBJECT(probe_keys);

const struct schema_key schema_timeline_verbs[] = {
    {"send", &send, 0, NULL, NULL, "{ \"to\": \"bob@shop.example\", \"subject\": \"Hi\" }",
     "The person at this MUA writes a letter."},
    {"answer", &answer, 0, NULL, NULL, "{ \"to\": \"RCPT\", \"with\": \"451 4.3.0 later\" }",
     "This server gives another reply than it would."},
    {"drop", &drop, 0, NULL, NULL, "{ \"to\": \".\" }",
     "The reply of this server is lost on its way, and the connection with it."},
    {"delay", &delay, 0, NULL, NULL, "{ \"to\": \"DATA\", \"by\": \"10s\" }",
     "The reply of this server comes late."},
    {"close", &close_verb, 0, NULL, NULL, "true",
     "This server closes its connections: now, or instead of a reply."},
    {"stop", &schema_true, 0, NULL, NULL, "true",
     "Stops in good order: 421 to open sessions, then connections are refused."},
    {"crash", &crash, 0, NULL, NULL, "true",
     "Loses power: connections are gone without a word; what it had answered for is still there."},
    {"start", &schema_true, 0, NULL, NULL, "true", "Starts again after a stop or a crash."},
    {"link", &change_link, 0, NULL, NULL, "{ \"state\": \"down\" }",
     "A link of this host changes."},
    {"set", &set, 0, NULL, NULL, "{ \"/mta/relay\": [\"refuse\"] }",
     "Changes the host's configuration: places in the host, and their new values; "
     "\"/zones/...\" is a place in a zone that the host serves."},
    {"probe", &probe, 0, NULL, NULL,
     "{ \"server\": \"smtp.uni.example\", \"to\": \"bob@shop.example\" }",
     "Asks a server what it would take, without sending anything."},
    {"read", &schema_true, 0, NULL, NULL, "true", "The person at this MUA collects mail now."},
    END,
};

static const struct schema_key entry_keys[] = {
    {"at", &schema_duration, REQUIRED, NULL, NULL, "\"0s\"",
     "When, counted from the start; a fault waits from then on."},
    {"on", &schema_host_name, REQUIRED, NULL, NULL, "\"alice-pc\"", "The host that it happens to."},
    NOTE,
    END,
};
static const struct schema_type entry = {
    .kind = SCHEMA_OBJECT, .keys = entry_keys, .one_of = schema_timeline_verbs};
const struct schema_type schema_timeline = LIST(&entry, 1000000);
