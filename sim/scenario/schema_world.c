/*
 * schema_world.c - the table of keys, second part: zones, links, timeline, lesson, expectations.
 */
#include "sim/scenario/schema_parts.h"

static const struct schema_type text_list = {
    .kind = SCHEMA_LIST, .item = &schema_any_text, .most = 100000};
static const struct schema_type texts = EITHER(&schema_any_text, &text_list);
static const struct schema_type matcher = {.kind = SCHEMA_MATCHER};

/* ---- zones --------------------------------------------------------------------------------- */

static const struct schema_type mx = TEXT_TYPE(FORM_MX);
static const struct schema_type mx_list = {.kind = SCHEMA_LIST, .item = &mx, .most = 100};
static const struct schema_type fails = {.kind = SCHEMA_WORD, .words = "servfail|silent|nxdomain"};
static const struct schema_type names_list = LIST(&schema_domain, 1000000);
static const struct schema_type names = EITHER(&schema_domain, &names_list);

#define RECORD_KEYS                                                                                \
    {"a", &schema_addresses, 0, NULL, NULL, "\"192.0.2.80\"", "IPv4 addresses of the name."},      \
        {"aaaa",                                                                                   \
         &schema_addresses,                                                                        \
         0,                                                                                        \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"2001:db8::80\"",                                                                       \
         "IPv6 addresses of the name."},                                                           \
        {"cname",                                                                                  \
         &schema_domain,                                                                           \
         0,                                                                                        \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"mail.uni.example\"",                                                                   \
         "The name that this one is another word for."},                                           \
        {"txt", &texts, 0, NULL, NULL, "\"v=spf1 mx -all\"", "Text records."},                     \
        {"ptr",                                                                                    \
         &names,                                                                                   \
         0,                                                                                        \
         NULL,                                                                                     \
         NULL,                                                                                     \
         "\"mail.uni.example\"",                                                                   \
         "The name that belongs to an address (in a zone below in-addr.arpa or ip6.arpa)."},       \
    {                                                                                              \
        "fails", &fails, 0, NULL, NULL, "\"servfail\"",                                            \
            "Every question is answered with SERVFAIL, with NXDOMAIN, or not at all (\"silent\")." \
    }

static const struct schema_key name_keys[] = {
    {"mx", &mx_list, 0, NULL, NULL, "[\"10 mail.uni.example\"]",
     "Who takes mail for the name: preference and host name, lowest first (RFC 5321 5.1)."},
    RECORD_KEYS,
    NOTE,
    END,
};
static const struct schema_type name = OBJECT(name_keys);
static const struct schema_type name_map = {
    .kind = SCHEMA_MAP, .form = FORM_ZONE_NAME, .item = &name, .most = 1000000};

static const struct schema_key zone_keys[] = {
    {"mx", &mx_list, IMPLIED, NULL, NULL, "[\"10 mail.uni.example\", \"20 backup.isp.example\"]",
     "Who takes mail for the domain: preference and host name, lowest first; [\"0 .\"] means "
     "nobody "
     "(RFC 7505), [] that there is no such record. Implied: \"10 HOST\" for each host whose MTA "
     "listens on port 25 and serves the "
     "domain."},
    {"ttl", &schema_duration, 0, NULL, "\"1h\"", "\"1h\"", "How long an answer may be remembered."},
    {"negative_ttl", &schema_duration, 0, NULL, "\"5m\"", "\"5m\"",
     "How long it may be remembered that there is no such name or record (RFC 2308)."},
    {"ns", &names, IMPLIED, NULL, NULL, "\"ns.example\"",
     "Names of its name servers. Implied: the hosts that answer for it."},
    RECORD_KEYS,
    {"names", &name_map, IMPLIED, NULL, NULL, "{ \"www\": { \"cname\": \"mail.uni.example\" } }",
     "Names in the zone and their records. The addresses of hosts need not be written; to write "
     "them "
     "replaces them."},
    NOTE,
    END,
};
static const struct schema_type zone = OBJECT(zone_keys);
static const struct schema_type zones = {
    .kind = SCHEMA_MAP, .form = FORM_DOMAIN, .item = &zone, .most = 1000000};

/* ---- links --------------------------------------------------------------------------------- */

static const struct schema_type two_hosts = {
    .kind = SCHEMA_LIST, .item = &schema_host_name, .least = 2, .most = 2};

#define TRAIT_KEYS(latency, rate, queue)                                                           \
    {"latency",                                                                                    \
     &schema_duration,                                                                             \
     0,                                                                                            \
     NULL,                                                                                         \
     latency,                                                                                      \
     "\"25ms\"",                                                                                   \
     "How long a packet is under way, one way."},                                                  \
        {"jitter",                                                                                 \
         &schema_duration,                                                                         \
         0,                                                                                        \
         NULL,                                                                                     \
         "\"0ms\"",                                                                                \
         "\"5ms\"",                                                                                \
         "How much longer it may take at most, drawn for each packet."},                           \
        {"rate",                                                                                   \
         &schema_rate,                                                                             \
         0,                                                                                        \
         NULL,                                                                                     \
         rate,                                                                                     \
         "\"10Mbit/s\"",                                                                           \
         "How much passes, in each direction."},                                                   \
        {"loss",                                                                                   \
         &schema_share,                                                                            \
         0,                                                                                        \
         NULL,                                                                                     \
         "\"0%\"",                                                                                 \
         "\"0.5%\"",                                                                               \
         "The share of packets that are lost."},                                                   \
    {                                                                                              \
        "queue", &schema_size, 0, NULL, queue, "\"64kB\"",                                         \
            "How much may wait to be sent in each direction; what comes then is lost."             \
    }

static const struct schema_key link_keys[] = {
    {"between", &two_hosts, REQUIRED, NULL, NULL, "[\"alice-pc\", \"mail.uni.example\"]",
     "The two hosts that it joins."},
    TRAIT_KEYS("\"1ms\"", "\"100Mbit/s\"", "\"256kB\""),
    NOTE,
    END,
};
static const struct schema_type link = OBJECT(link_keys);
static const struct schema_type links = LIST(&link, 1000000);

static const struct schema_key internet_keys[] = {
    TRAIT_KEYS("\"25ms\"", "\"10Mbit/s\"", "\"256kB\""),
    NOTE,
    END,
};
static const struct schema_type internet = OBJECT(internet_keys);

/* ---- timeline ------------------------------------------------------------------------------ */

static const struct schema_type sender = TEXT_TYPE(FORM_SENDER);
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
    {"from", &sender, IMPLIED, NULL, NULL, "\"alice@uni.example\"",
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
    {"from", &sender, 0, NULL, "\"<>\"", "\"a@b.example\"", "The sender it names."},
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
static const struct schema_type timeline = LIST(&entry, 1000000);

/* ---- lesson -------------------------------------------------------------------------------- */

static const struct schema_type id = TEXT_TYPE(FORM_LOCAL_PART);
static const struct schema_type choices = {
    .kind = SCHEMA_LIST, .item = &schema_any_text, .least = 2, .most = 9};

static const struct schema_key card_keys[] = {
    {"title", &schema_any_text, REQUIRED, NULL, NULL, "\"Who is who\"", "Its headline."},
    {"text", &schema_any_text, REQUIRED, NULL, NULL, "\"Alice writes, Bob reads.\"",
     "What it says."},
    NOTE,
    END,
};
static const struct schema_type card = OBJECT(card_keys);
static const struct schema_type cards = LIST(&card, 1000000);
static const struct schema_key remark_keys[] = {
    {"on", &matcher, REQUIRED, NULL, NULL, "{ \"kind\": \"policy.relay\", \"allowed\": false }",
     "The records that it belongs to."},
    {"say", &schema_any_text, REQUIRED, NULL, NULL, "\"The door is closed.\"", "What it says."},
    NOTE,
    END,
};
static const struct schema_type remark = OBJECT(remark_keys);
static const struct schema_type remarks = LIST(&remark, 1000000);
static const struct schema_key prompt_keys[] = {
    {"id", &id, REQUIRED, NULL, NULL, "\"stranger\"", "Its name in the file of answers."},
    {"before", &matcher, REQUIRED, NULL, NULL,
     "{ \"reply_to\": \"RCPT\", \"on\": \"smtp.uni.example\", \"client\": \"bulk.test\" }",
     "The first record that fits: playback stops before it."},
    {"ask", &schema_any_text, REQUIRED, NULL, NULL, "\"What does the server answer?\"",
     "The question."},
    {"choices", &choices, REQUIRED, NULL, NULL, "[\"250\", \"550 5.7.1\", \"421\"]",
     "What can be chosen."},
    {"answer", &schema_any_text, REQUIRED, NULL, NULL, "\"550 5.7.1\"",
     "The right one among the choices."},
    {"because", &schema_any_text, 0, NULL, NULL, "\"Only users of this server may relay.\"",
     "Why; shown after the choice."},
    NOTE,
    END,
};
static const struct schema_type prompt = OBJECT(prompt_keys);
static const struct schema_type prompts = LIST(&prompt, 1000000);
static const struct schema_type place = {.kind = SCHEMA_INT, .least = 1, .most = 999};
static const struct schema_key lesson_keys[] = {
    {"number", &place, 0, NULL, NULL, "1", "Its place in the course; `smtplab list` goes by it."},
    {"cards", &cards, 0, NULL, NULL, "[ { \"title\": \"Who is who\", \"text\": \"...\" } ]",
     "Shown before time starts."},
    {"notes", &remarks, 0, NULL, NULL,
     "[ { \"on\": { \"kind\": \"policy.relay\" }, \"say\": \"...\" } ]",
     "Shown beside the records that they belong to."},
    {"prompts", &prompts, 0, NULL, NULL,
     "[ { \"id\": \"one\", \"before\": { \"kind\": \"mail.ndr\" }, \"ask\": \"Who writes it?\", "
     "\"choices\": [\"a\", \"b\"], \"answer\": \"a\" } ]",
     "Questions before something happens."},
    NOTE,
    END,
};
static const struct schema_type lesson = OBJECT(lesson_keys);

/* ---- expectations -------------------------------------------------------------------------- */

static const struct schema_type status = TEXT_TYPE(FORM_STATUS);
static const struct schema_type ids = LIST(&id, 1000000);
static const struct schema_type points = {.kind = SCHEMA_INT, .least = 0, .most = 1000000};

static const struct schema_key delivered_keys[] = {
    {"to", &schema_mailbox, REQUIRED, NULL, NULL, "\"bob@shop.example\"", "The recipient."},
    {"from", &sender, 0, NULL, NULL, "\"alice@uni.example\"", "The sender in the envelope."},
    {"subject", &schema_any_text, 0, NULL, NULL, "\"Lab report\"", "The Subject field."},
    {"within", &schema_duration, 0, NULL, NULL, "\"10s\"",
     "How long it may take at most, from its writing on."},
    {"copies", &schema_count, 0, NULL, NULL, "1",
     "How many must arrive in all, no more and no fewer, and each in time."},
    NOTE,
    END,
};
static const struct schema_type delivered = OBJECT(delivered_keys);
static const struct schema_key not_relayed_keys[] = {
    {"from", &schema_host_name, REQUIRED, NULL, NULL, "\"bulk.test\"", "The client."},
    {"to", &schema_mailbox, 0, NULL, NULL, "\"bob@shop.example\"", "The recipient."},
    {"by", &schema_host_name, 0, NULL, NULL, "\"smtp.uni.example\"", "The server."},
    NOTE,
    END,
};
static const struct schema_type not_relayed = OBJECT(not_relayed_keys);
static const struct schema_key ndr_keys[] = {
    {"to", &schema_mailbox, REQUIRED, NULL, NULL, "\"alice@uni.example\"", "Who gets the report."},
    {"about", &schema_mailbox, 0, NULL, NULL, "\"nobody@shop.example\"",
     "The recipient that it is about."},
    {"status", &status, 0, NULL, NULL, "\"5.1.1\"", "The status that it gives (RFC 3463)."},
    {"within", &schema_duration, 0, NULL, NULL, "\"10s\"",
     "How long it may take at most, from the writing of the letter on."},
    NOTE,
    END,
};
static const struct schema_type ndr = OBJECT(ndr_keys);

static const struct schema_key expect_forms[] = {
    {"delivered", &delivered, 0, NULL, NULL, "{ \"to\": \"bob@shop.example\", \"copies\": 1 }",
     "A letter reaches a mailbox: of this recipient, or whom an alias or list put in its place. A "
     "report is no letter, unless \"from\" is \"<>\"."},
    {"not_relayed", &not_relayed, 0, NULL, NULL, "{ \"from\": \"bulk.test\" }",
     "No server passes on what this client hands in for domains that are not the server's own."},
    {"ndr", &ndr, 0, NULL, NULL, "{ \"to\": \"alice@uni.example\", \"status\": \"5.1.1\" }",
     "A report of failure reaches the mailbox of its reader."},
    {"happens", &matcher, 0, NULL, NULL, "{ \"kind\": \"queue.deferred\" }", "Some record fits."},
    {"never", &matcher, 0, NULL, NULL, "{ \"kind\": \"queue.expired\" }", "No record fits."},
    END,
};
static const struct schema_key expect_keys[] = {
    {"id", &id, REQUIRED, NULL, NULL, "\"arrives\"", "Its name in reports."},
    {"points", &points, 0, NULL, "1", "2", "What it is worth."},
    {"needs", &ids, 0, NULL, NULL, "[\"arrives\"]",
     "Expectations that must hold before this one counts."},
    {"say", &schema_any_text, 0, NULL, NULL, "\"a stranger could use your server\"",
     "What the report says if it does not hold."},
    NOTE,
    END,
};
static const struct schema_type expectation = {
    .kind = SCHEMA_OBJECT, .keys = expect_keys, .one_of = expect_forms};
static const struct schema_type expect = LIST(&expectation, 1000000);

/* ---- the whole ----------------------------------------------------------------------------- */

static const struct schema_type version = {.kind = SCHEMA_INT, .least = 1, .most = 1};
static const struct schema_type seed = {
    .kind = SCHEMA_INT, .least = 0, .most = INT64_C(9007199254740991)};
static const struct schema_type date = TEXT_TYPE(FORM_DATE);
static const struct schema_type events = {
    .kind = SCHEMA_INT, .least = 1, .most = INT64_C(1000000000000)};
static const struct schema_type nesting = {.kind = SCHEMA_INT, .least = 1, .most = 1000};

static const struct schema_key limit_keys[] = {
    {"time", &schema_duration, 0, NULL, "\"30d\"", "\"6d\"", "Simulated time."},
    {"events", &events, 0, NULL, "10000000", "10000000", "Events that the kernel fires."},
    {"queue", &schema_size, 0, NULL, "\"1GB\"", "\"1GB\"",
     "Mail that waits in all queues together; beyond it the run is stopped."},
    {"message", &schema_size, 0, NULL, "\"100MB\"", "\"100MB\"",
     "One message in a queue; beyond it the run is stopped."},
    {"nesting", &nesting, 0, NULL, "20", "20",
     "How often one host may expand: an alias of a list of an alias ..."},
    NOTE,
    END,
};
static const struct schema_type limits = OBJECT(limit_keys);

static const struct schema_type hosts = {
    .kind = SCHEMA_MAP, .form = FORM_HOST, .item = &schema_host, .least = 1, .most = 1000000};

static const struct schema_key scenario_keys[] = {
    {"$schema", &schema_any_text, 0, NULL, NULL, "\"smtplab.schema.json\"",
     "Where an editor finds this schema."},
    {"smtplab", &version, REQUIRED, NULL, NULL, "1", "The version of this format: 1."},
    {"title", &schema_any_text, 0, NULL, "\"\"", "\"My first letter\"", "What it is called."},
    NOTE,
    {"seed", &seed, 0, NULL, "1", "1",
     "What all chance is drawn from: the same scenario and seed give the same run."},
    {"start", &date, 0, NULL, "\"2026-03-02T09:00:00Z\"", "\"2026-03-02T09:00:00Z\"",
     "The date and time at which it begins, for the dates in mail."},
    {"limits", &limits, IMPLIED, NULL, "{}", "{ \"time\": \"6d\", \"events\": 10000000 }",
     "Where a run is stopped."},
    {"hosts", &hosts, REQUIRED, NULL, NULL,
     "{ \"alice-pc\": { \"mua\": { \"mailbox\": \"alice@uni.example\" } } }",
     "The hosts by their names. A host may have several roles."},
    {"zones", &zones, IMPLIED, NULL, NULL,
     "{ \"shop.example\": { \"mx\": [\"10 mx.shop.example\"] } }",
     "What the name servers say. Addresses of hosts and MX records are implied."},
    {"links", &links, 0, NULL, "[]",
     "[ { \"between\": [\"alice-pc\", \"mail.uni.example\"], \"latency\": \"2ms\" } ]",
     "Links of their own between hosts; everything else goes over the internet."},
    {"internet", &internet, IMPLIED, NULL, "{}",
     "{ \"latency\": \"25ms\", \"rate\": \"10Mbit/s\" }",
     "What lies between any two hosts that have no link."},
    {"timeline", &timeline, 0, NULL, "[]",
     "[ { \"at\": \"0s\", \"on\": \"alice-pc\", \"send\": { \"to\": \"bob@shop.example\" } } ]",
     "What happens when: each entry says at which time, on which host, and one verb."},
    {"lesson", &lesson, 0, NULL, NULL, "{ \"cards\": [] }",
     "What a class is shown and asked; it changes nothing in the run."},
    {"expect", &expect, 0, NULL, "[]",
     "[ { \"id\": \"arrives\", \"delivered\": { \"to\": \"bob@shop.example\" } } ]",
     "What must have happened at the end; `smtplab run` says of each whether it has."},
    END,
};
const struct schema_type schema_scenario = OBJECT(scenario_keys);
