/*
 * schema_hosts.c - the table of keys, first part: a host and its roles.
 */
#include "sim/scenario/schema_parts.h"

static const struct schema_type tls_of_client = {.kind = SCHEMA_WORD,
                                                 .words = "none|starttls|implicit"};
static const struct schema_type tls_of_server = {.kind = SCHEMA_WORD,
                                                 .words = "none|offered|required"};
static const struct schema_type personality = {.kind = SCHEMA_WORD,
                                               .words = "rfc|postfix|exim|opensmtpd"};
static const struct schema_type ports = {.kind = SCHEMA_LIST, .item = &schema_port, .most = 16};

/* ---- MUA ----------------------------------------------------------------------------------- */

static const struct schema_key login_keys[] = {
    {"user", &schema_any_text, REQUIRED, NULL, NULL, "\"alice\"",
     "Name of the user at the server."},
    {"password", &schema_any_text, REQUIRED, NULL, NULL, "\"rabbit\"", "The user's password."},
    NOTE,
    END,
};
static const struct schema_type login = OBJECT(login_keys);

static const struct schema_key collect_keys[] = {
    {"from", &schema_host_name, REQUIRED, NULL, NULL, "\"mail.uni.example\"",
     "The host whose MDA keeps the mailbox."},
    {"port", &schema_port, IMPLIED, NULL, NULL, "110",
     "The server's port. Implied: the first port of its pop3 (110)."},
    {"login", &login, IMPLIED, NULL, NULL, "{ \"user\": \"alice\", \"password\": \"rabbit\" }",
     "Who it says it is. Implied: the local part of the mailbox, and the password that the server "
     "knows for it."},
    {"tls", &tls_of_client, IMPLIED, NULL, NULL, "\"starttls\"",
     "\"starttls\": seals the connection by STLS before the password (RFC 2595); \"implicit\": "
     "sealed from the first octet (RFC 8314); \"none\": in clear. Implied: what the server asks "
     "for."},
    {"every", &schema_duration, IMPLIED, NULL, NULL, "\"5m\"",
     "How long it waits between two visits. Visits alone do not keep a run alive. Implied: 5m, or "
     "only when the timeline says \"read\" if it does."},
    {"keep", &schema_boolean, 0, NULL, "false", "false",
     "Leave the messages on the server after fetching them."},
    NOTE,
    END,
};
static const struct schema_type collect = OBJECT(collect_keys);

static const struct schema_key mua_keys[] = {
    {"mailbox", &schema_mailbox, REQUIRED, NULL, NULL, "\"alice@uni.example\"",
     "The address of the person who sits here: sender of what is written, and where answers and "
     "reports go."},
    {"name", &schema_any_text, 0, NULL, NULL, "\"Alice\"",
     "The person's name, for the From field."},
    {"server", &schema_host_name, IMPLIED, NULL, NULL, "\"mail.uni.example\"",
     "The host that takes what is sent from here. Implied: the first host with an MSA, else with "
     "an "
     "MTA, in the domain of the mailbox."},
    {"port", &schema_port, IMPLIED, NULL, NULL, "587",
     "The server's port. Implied: the first port of its MSA (587), or 25 if it has only an MTA, as "
     "it "
     "once was."},
    {"login", &login, IMPLIED, NULL, NULL, "{ \"user\": \"alice\", \"password\": \"rabbit\" }",
     "Who it says it is at the server (RFC 4954). Implied: the local part of the mailbox, if the "
     "server's users have it."},
    {"tls", &tls_of_client, IMPLIED, NULL, NULL, "\"none\"",
     "\"starttls\": seals the connection before anything private (RFC 3207); \"implicit\": sealed "
     "from "
     "the first octet (RFC 8314); \"none\": in clear. Implied: implicit on port 465, else starttls "
     "if the server has it."},
    {"collect", &collect, 0, NULL, NULL, "{ \"from\": \"mail.uni.example\", \"every\": \"5m\" }",
     "Fetches mail from a mailbox by POP3."},
    NOTE,
    END,
};
static const struct schema_type mua = OBJECT(mua_keys);

/* ---- MSA and MTA --------------------------------------------------------------------------- */

static const struct schema_type relay_rule = TEXT_TYPE(FORM_RELAY_RULE);
static const struct schema_type relay_rules = LIST(&relay_rule, 100000);
static const struct schema_type route = TEXT_TYPE(FORM_ROUTE);
static const struct schema_type routes = {
    .kind = SCHEMA_MAP, .form = FORM_PATTERN, .item = &route, .most = 100000};
static const struct schema_type retry = {
    .kind = SCHEMA_LIST, .item = &schema_duration, .least = 1, .most = 1000};
static const struct schema_type password = TEXT_TYPE(FORM_ANY);
static const struct schema_type users = {
    .kind = SCHEMA_MAP, .form = FORM_LOCAL_PART, .item = &password, .most = 100000};
static const struct schema_type senders = {.kind = SCHEMA_WORD, .words = "own|any"};
static const struct schema_type recipients = {.kind = SCHEMA_WORD, .words = "known|any|ask"};
static const struct schema_type deliver = TEXT_TYPE(FORM_DELIVER);
static const struct schema_type bare_lf = {.kind = SCHEMA_WORD, .words = "kept|ends_line"};
static const struct schema_type null_mx = {.kind = SCHEMA_WORD, .words = "report|refuse"};
static const struct schema_type recipient_limit = {.kind = SCHEMA_INT, .least = 1, .most = 100000};

static const struct schema_type extension = {
    .kind = SCHEMA_WORD, .words = "PIPELINING|SIZE|8BITMIME|ENHANCEDSTATUSCODES|DSN|CHUNKING"};
static const struct schema_type extensions = LIST(&extension, 16);

#define DOC_WITHOUT                                                                                \
    "Extensions that it does not offer in its answer to EHLO, as older servers do not (RFC 5321 "  \
    "2.2.1)."
#define DOC_RELAY                                                                                  \
    "Who may send where through this host: rules in words, the first that fits decides, none: "    \
    "refused. Mail to its own domains needs no rule."
#define QUEUE_KEYS                                                                                 \
    {"routes",                                                                                     \
     &routes,                                                                                      \
     SCHEMA_QUEUE,                                                                                 \
     NULL,                                                                                         \
     "{ \"*\": \"mx\" }",                                                                          \
     "{ \"*\": \"smarthost:relay.isp.example\" }",                                                 \
     "Where mail for other domains goes: pattern of the recipient's domain, then \"mx\", "         \
     "\"smarthost:HOST\", \"lmtp:HOST\" or \"refuse\". The most exact pattern counts."},           \
        {"retry",                                                                                  \
         &retry,                                                                                   \
         SCHEMA_IMPLIED | SCHEMA_QUEUE,                                                            \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "[\"5m\", \"15m\", \"1h\"]",                                                              \
         "How long it waits between tries; the last one repeats (RFC 5321 4.5.4.1). Implied: 5m, " \
         "15m, 30m, 1h, or with another personality its own waits."},                              \
        {"warn_after",                                                                             \
         &schema_duration,                                                                         \
         SCHEMA_IMPLIED | SCHEMA_QUEUE,                                                            \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"4h\"",                                                                                 \
         "When the sender is told that a message is late; \"0s\": never. Implied: 4h; postfix "    \
         "never, exim 24h, opensmtpd 4h."},                                                        \
        {"give_up_after",                                                                          \
         &schema_duration,                                                                         \
         SCHEMA_IMPLIED | SCHEMA_QUEUE,                                                            \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"5d\"",                                                                                 \
         "When a message that could not be sent is returned to its sender. Implied: 5d; postfix "  \
         "5d, "                                                                                    \
         "exim and opensmtpd 4d."},                                                                \
        {"max_size",                                                                               \
         &schema_size,                                                                             \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         "\"50MB\"",                                                                               \
         "\"10MB\"",                                                                               \
         "The largest message it takes, announced with SIZE (RFC 1870)."},                         \
        {"login",                                                                                  \
         &login,                                                                                   \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "{ \"user\": \"uni\", \"password\": \"rabbit\" }",                                        \
         "Who it says it is at its smarthosts, as a user of theirs; only behind TLS (RFC 4954)."}, \
        {"null_mx",                                                                                \
         &null_mx,                                                                                 \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         "\"report\"",                                                                             \
         "\"refuse\"",                                                                             \
         "Domains that say they take no mail (RFC 7505): \"report\": such a recipient is "         \
         "accepted, and reported as failed at once; \"refuse\": it asks the name servers during "  \
         "the session, refuses such a recipient with 556 5.1.10 and such a sender with 550 "       \
         "5.7.27."},                                                                               \
        {"max_recipients",                                                                         \
         &recipient_limit,                                                                         \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         "1000",                                                                                   \
         "100",                                                                                    \
         "How many recipients it takes in one transaction; 452 beyond (RFC 5321 4.5.3.1.10)."},    \
        {"bare_lf",                                                                                \
         &bare_lf,                                                                                 \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"kept\"",                                                                               \
         "What it does with a bare LF in a message, against RFC 5321 2.3.8: \"kept\": hands it "   \
         "on "                                                                                     \
         "as it came, where others send CRLF; \"ends_line\": takes it for the end of a line, so "  \
         "that a dot between two of them ends the message (4.1.1.4)."},                            \
        {"chunking",                                                                               \
         &schema_boolean,                                                                          \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "true",                                                                                   \
         "Whether it offers CHUNKING, and sends messages by BDAT where that is offered "           \
         "(RFC 3030)."},                                                                           \
        {"vrfy",                                                                                   \
         &schema_boolean,                                                                          \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         "true",                                                                                   \
         "false",                                                                                  \
         "Whether it says who has a mailbox (VRFY). If not, it answers 252 to every name (RFC "    \
         "5321 3.5.3, 7.3)."},                                                                     \
        {"hold",                                                                                   \
         &schema_boolean,                                                                          \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         "false",                                                                                  \
         "true",                                                                                   \
         "Whether mail that enters the queue is set aside until this is false again."},            \
        {"parallel",                                                                               \
         &schema_count,                                                                            \
         SCHEMA_IMPLIED | SCHEMA_QUEUE,                                                            \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "100",                                                                                    \
         "How many deliveries to other hosts it makes at a time. Implied: no limit; postfix and "  \
         "opensmtpd 100."},                                                                        \
        {"parallel_per_host",                                                                      \
         &schema_count,                                                                            \
         SCHEMA_IMPLIED | SCHEMA_QUEUE,                                                            \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "20",                                                                                     \
         "How many of them to the same next hop. Implied: no limit; postfix 20, opensmtpd 10."},   \
        {"max_queue",                                                                              \
         &schema_size,                                                                             \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"100MB\"",                                                                              \
         "How much mail may wait in its queue; beyond that 452 4.3.1 (RFC 1870 6.1)."},            \
        {"max_messages",                                                                           \
         &schema_count,                                                                            \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "1000",                                                                                   \
         "How many messages may wait in its queue; beyond that 452 4.3.1."},                       \
        {"without", &extensions, SCHEMA_QUEUE, NULL, NULL, "[\"DSN\"]", DOC_WITHOUT},              \
        {"rate",                                                                                   \
         &schema_rate_limit,                                                                       \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "{ \"mails\": 30, \"per\": \"1h\" }",                                                     \
         "How many transactions it takes from one user, or from one address where nobody logged "  \
         "in; beyond that 450 4.7.1."},                                                            \
        {"tarpit",                                                                                 \
         &schema_duration,                                                                         \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"5s\"",                                                                                 \
         "How long it holds back each refusal of a recipient."},                                   \
        {"max_connections",                                                                        \
         &schema_count,                                                                            \
         SCHEMA_QUEUE,                                                                             \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "100",                                                                                    \
         "How many connections it serves at a time; further ones get 421."},                       \
    {                                                                                              \
        "max_hops", &recipient_limit, SCHEMA_QUEUE, NULL, "100", "30",                             \
            "How many Received lines a message may have before it is taken for a loop (RFC 5321 "  \
            "6.3)."                                                                                \
    }

static const struct schema_key msa_keys[] = {
    {"ports", &ports, 0, NULL, "[587]", "[587]", "Where it listens for submission (RFC 6409)."},
    {"users", &users, 0, NULL, NULL, "{ \"alice\": \"rabbit\" }",
     "Who may log in, with the passwords."},
    {"senders", &senders, 0, NULL, "\"own\"", "\"own\"",
     "As whom a user may send after logging in: \"own\": addresses that end in the user's mailbox; "
     "\"any\": all (RFC 6409 6.1)."},
    {"tls", &tls_of_server, IMPLIED, NULL, NULL, "\"none\"",
     "\"offered\": STARTTLS may be used; \"required\": nothing goes without it; \"none\": in "
     "clear, passwords too. Port 465 is sealed from the first octet (RFC 8314). Implied: required "
     "if there are users, else none."},
    {"personality", &personality, 0, NULL, "\"rfc\"", "\"postfix\"",
     "Whose habits it has where the RFCs leave a choice: when it tries again, warns and gives up, "
     "how many deliveries at a time. (The dialogue is that of \"rfc\" for all of them so far.)"},
    {"relay", &relay_rules, IMPLIED | SCHEMA_QUEUE, NULL, NULL,
     "[\"allow from 192.0.2.0/24\", \"refuse\"]",
     DOC_RELAY
     " Stands in the mta if the host has one. Implied: the networks of the MUAs that use it."},
    QUEUE_KEYS,
    NOTE,
    END,
};
const struct schema_type schema_msa = OBJECT(msa_keys);

static const struct schema_key mta_keys[] = {
    {"ports", &ports, 0, NULL, "[25]", "[25]", "Where it listens for other servers."},
    {"domains", &schema_domains, IMPLIED, NULL, NULL, "[\"uni.example\"]",
     "The domains whose mail ends here. Implied: the parent of the host's name (uni.example for "
     "mail.uni.example), if there is an MDA for it; or the domains of the MDA it delivers to."},
    {"recipients", &recipients, 0, NULL, "\"known\"", "\"known\"",
     "\"known\": only mailboxes and aliases that some MDA of the domain has, others get 550 at "
     "RCPT; "
     "\"any\": takes all, and returns later what has no mailbox; \"ask\": asks the next host, "
     "by naming the recipient there without sending a message, and remembers the answer."},
    {"deliver", &deliver, IMPLIED, NULL, NULL, "\"lmtp:store.shop.example\"",
     "How mail for its own domains is handed over: to the MDA of this host (\"local\"), or by "
     "LMTP. "
     "Implied: local if the host has an MDA, else LMTP to the first MDA of the site."},
    {"relay", &relay_rules, IMPLIED, NULL, NULL,
     "[\"allow login\", \"allow from 192.0.2.0/24\", \"refuse\"]",
     DOC_RELAY " Implied: the networks of the MUAs that use it, then refuse."},
    {"tls", &tls_of_server, 0, NULL, "\"none\"", "\"none\"",
     "\"offered\": STARTTLS may be used; \"required\": nothing goes without it, which a host that "
     "an MX names must not ask of others (RFC 3207 4); \"none\": in clear."},
    {"personality", &personality, 0, NULL, "\"rfc\"", "\"postfix\"",
     "Whose habits it has where the RFCs leave a choice: when it tries again, warns and gives up, "
     "how many deliveries at a time. (The dialogue is that of \"rfc\" for all of them so far.)"},
    {"greylist", &schema_greylist, 0, NULL, NULL, "\"5m\"",
     "Defers each unknown triple of client, sender and recipient for so long (RFC 6647)."},
    {"blocklists", &schema_domains, 0, NULL, NULL, "[\"bl.example\"]",
     "Zones that are asked about each client (RFC 5782); a client that is listed is refused."},
    {"spf", &schema_spf, 0, NULL, "\"off\"", "\"mark\"",
     "Whether it asks the sender's domain which clients may speak for it (RFC 7208), and only "
     "writes "
     "the answer down (\"mark\") or refuses those that may not (\"refuse\")."},
    QUEUE_KEYS,
    NOTE,
    END,
};
static const struct schema_type mta = OBJECT(mta_keys);

/* ---- MDA ----------------------------------------------------------------------------------- */

static const struct schema_type keep = {.kind = SCHEMA_WORD, .words = "all|headers|none"};

static const struct schema_type target = TEXT_TYPE(FORM_TARGET);
static const struct schema_type target_list = {
    .kind = SCHEMA_LIST, .item = &target, .least = 1, .most = 100000};
static const struct schema_type targets = EITHER(&target, &target_list);

static const struct schema_key box_keys[] = {
    {"quota", &schema_size, 0, NULL, NULL, "\"10MB\"",
     "How much it holds; what would not fit is deferred with 452 4.2.2, and refused with 552 5.2.3 "
     "if it is larger than the whole mailbox."},
    {"password", &schema_any_text, IMPLIED, NULL, NULL, "\"rabbit\"",
     "For collecting by POP3. Implied where somebody collects: that of the user of this name at "
     "the host's msa, else that of whoever collects, else \"secret\"."},
    {"vacation", &schema_any_text, 0, NULL, NULL, "\"Back in May.\"",
     "Answers every sender with this text, once in seven days, while its owner is away (RFC 3834). "
     "Its host needs an MTA to send it."},
    {"forward", &targets, 0, NULL, NULL, "\"bob@shop.example\"",
     "Where its mail goes instead. The sender in the envelope stays the same (RFC 5321 3.9.1)."},
    {"keep_copy", &schema_boolean, 0, NULL, NULL, "true",
     "What is forwarded is kept here as well."},
    {"complains", &schema_complains, 0, NULL, NULL,
     "{ \"to\": \"complaints@bl.example\", \"about\": \"You won\" }",
     "Whoever reads it complains about letters, and returns them with the complaint (RFC 5965)."},
    NOTE,
    END,
};
static const struct schema_type box = OBJECT(box_keys);
static const struct schema_type box_map = {
    .kind = SCHEMA_MAP, .form = FORM_LOCAL_PART, .item = &box, .most = 1000000};
static const struct schema_type box_name = TEXT_TYPE(FORM_LOCAL_PART);
static const struct schema_type box_list = {
    .kind = SCHEMA_LIST, .item = &box_name, .most = 1000000};
static const struct schema_type boxes = EITHER(&box_list, &box_map);

static const struct schema_type aliases = {
    .kind = SCHEMA_MAP, .form = FORM_LOCAL_PART, .item = &targets, .most = 1000000};

static const struct schema_key list_keys[] = {
    {"members", &target_list, REQUIRED, NULL, NULL, "[\"alice\", \"bob@shop.example\"]",
     "To whom the list sends."},
    {"owner", &schema_mailbox, REQUIRED, NULL, NULL, "\"carol@uni.example\"",
     "Who gets the reports: the list puts this address in place of the sender's in the envelope, "
     "and "
     "leaves the header alone (RFC 5321 3.9.2)."},
    NOTE,
    END,
};
static const struct schema_type list = OBJECT(list_keys);
static const struct schema_type lists = {
    .kind = SCHEMA_MAP, .form = FORM_LOCAL_PART, .item = &list, .most = 100000};

static const struct schema_key pop3_keys[] = {
    {"ports", &ports, 0, NULL, "[110]", "[110, 995]",
     "Where it listens; on 995 sealed from the first octet (RFC 8314)."},
    {"tls", &tls_of_server, 0, NULL, "\"required\"", "\"required\"",
     "\"offered\": STLS may be used (RFC 2595), a password still needs it; \"required\": nothing "
     "goes without it; \"none\": in clear, passwords too."},
    NOTE,
    END,
};
static const struct schema_type pop3 = OBJECT(pop3_keys);

static const struct schema_type separator = {.kind = SCHEMA_WORD, .words = "none|+|-|_|="};

static const struct schema_key mda_keys[] = {
    {"domains", &schema_domains, IMPLIED, NULL, NULL, "[\"shop.example\"]",
     "The domains of its mailboxes. Implied: those of the MTA on this host or that delivers here, "
     "else "
     "the parent of the host's name."},
    {"mailboxes", &boxes, 0, NULL, "{}", "[\"alice\"]",
     "The mailboxes: a list of names, or names with more about each. One named postmaster is "
     "always "
     "there, unless an alias has that name (RFC 5321 4.5.1)."},
    {"aliases", &aliases, 0, NULL, "{}", "{ \"postmaster\": \"alice\" }",
     "Names that stand for other mailboxes or addresses (RFC 5321 3.9.1)."},
    {"lists", &lists, 0, NULL, NULL,
     "{ \"staff\": { \"members\": [\"alice\"], \"owner\": \"alice@uni.example\" } }",
     "Mailing lists: addresses that send what they get to all members, as a sender of their own "
     "(RFC 5321 3.9.2)."},
    {"catch_all", &target, 0, NULL, NULL, "\"alice\"",
     "Who gets the mail for all names of its domains that nobody has. Then none is refused."},
    {"subaddress", &separator, 0, NULL, "\"none\"", "\"+\"",
     "The sign behind which a name may go on as its owner likes: with \"+\", alice+lab is alice "
     "(RFC 5233 calls the rest the detail)."},
    {"ports", &ports, IMPLIED, NULL, NULL, "[24]",
     "Where it listens for LMTP (RFC 2033). Implied: 24 if an MTA delivers here, else none."},
    {"keep", &keep, 0, NULL, "\"all\"", "\"all\"",
     "What the mailboxes keep of each message: all of it, its header, or only its number."},
    {"max_size", &schema_size, 0, NULL, "\"50MB\"", "\"10MB\"",
     "The largest message it takes by LMTP."},
    {"max_recipients", &recipient_limit, 0, NULL, "1000", "100",
     "How many recipients it takes in one LMTP transaction."},
    {"pop3", &pop3, IMPLIED, NULL, NULL, "{ \"ports\": [110] }",
     "Lets users collect their mail (RFC 1939). Implied where an MUA collects from here."},
    {"without", &extensions, 0, NULL, NULL, "[\"DSN\"]", DOC_WITHOUT},
    NOTE,
    END,
};
static const struct schema_type mda = OBJECT(mda_keys);

/* ---- name server, stranger, bridge --------------------------------------------------------- */

static const struct schema_type all_zones = {.kind = SCHEMA_WORD, .words = "all"};
static const struct schema_type zones_served = EITHER(&all_zones, &schema_domains);

static const struct schema_key dns_keys[] = {
    {"zones", &zones_served, 0, NULL, "\"all\"", "\"all\"",
     "Which zones it answers for: \"all\", or a list of their names."},
    NOTE,
    END,
};
static const struct schema_type dns = OBJECT(dns_keys);

static const struct schema_type loopback = TEXT_TYPE(FORM_LOOPBACK);
static const struct schema_key bridge_keys[] = {
    {"to", &loopback, REQUIRED, NULL, NULL, "\"127.0.0.1:2525\"",
     "Where the real server listens on this machine."},
    NOTE,
    END,
};
static const struct schema_type bridge = OBJECT(bridge_keys);

/* ---- a host -------------------------------------------------------------------------------- */

static const struct schema_type hundredths = {.kind = SCHEMA_INT, .least = 0, .most = 100};
static const struct schema_type position = {
    .kind = SCHEMA_LIST, .item = &hundredths, .least = 2, .most = 2};

static const struct schema_key host_keys[] = {
    {"address", &schema_addresses, IMPLIED, NULL, NULL, "\"192.0.2.25\"",
     "Its IPv4 or IPv6 address, or a list of them. Implied: one of each, from ranges that are set "
     "aside for examples (RFC 5737, RFC 3849); sites beyond the third use 10.0.0.0/8."},
    {"internet", &schema_boolean, 0, NULL, "true", "false",
     "Whether it is on the internet, beside the links that it has."},
    {"router", &schema_boolean, 0, NULL, "false", "true",
     "Whether it passes on packets for others between its links."},
    {"position", &position, 0, NULL, NULL, "[20, 60]",
     "Where a window draws it: hundredths of the map's width from the left, and of its height from "
     "the top. It changes nothing in the run. Without it, the window finds a place."},
    {"mua", &mua, 0, NULL, NULL,
     "{ \"mailbox\": \"alice@uni.example\", \"server\": \"mail.uni.example\" }",
     "Mail user agent: where a person writes and reads mail."},
    {"msa", &schema_msa, 0, NULL, NULL, "{}",
     "Mail submission agent: takes new mail from users, on port 587 (RFC 6409)."},
    {"mta", &mta, 0, NULL, NULL, "{ \"domains\": [\"uni.example\"] }",
     "Mail transfer agent: takes mail from servers on port 25, and passes it on (RFC 5321)."},
    {"mda", &mda, 0, NULL, NULL, "{ \"mailboxes\": [\"alice\"] }",
     "Mail delivery agent: puts mail into mailboxes."},
    {"dns", &dns, 0, NULL, NULL, "{ \"zones\": \"all\" }",
     "Name server. If no host is one, a host \"ns\" for all zones is implied."},
    {"stranger", &schema_stranger, 0, NULL, NULL, "{}",
     "Somebody from outside who writes to any server as any sender, as the timeline says."},
    {"blocklist", &schema_blocklist, 0, NULL, NULL, "{}",
     "A DNS blocklist (RFC 5782): reads complaints, and lists the addresses that they are about."},
    {"bridge", &bridge, UNBUILT, NULL, NULL, "{ \"to\": \"127.0.0.1:2525\" }",
     "Stands for a real server on this machine, under `smtplab serve`."},
    NOTE,
    END,
};
const struct schema_type schema_host = OBJECT(host_keys);
