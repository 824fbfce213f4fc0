/*
 * schema_world.c - the table of keys, second part: zones, links, limits, and the whole scenario.
 */
#include "sim/scenario/schema_parts.h"

static const struct schema_type text_list = {
    .kind = SCHEMA_LIST, .item = &schema_any_text, .most = 100000};
static const struct schema_type texts = EITHER(&schema_any_text, &text_list);

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
    {"timeline", &schema_timeline, 0, NULL, "[]",
     "[ { \"at\": \"0s\", \"on\": \"alice-pc\", \"send\": { \"to\": \"bob@shop.example\" } } ]",
     "What happens when: each entry says at which time, on which host, and one verb."},
    {"lesson", &schema_lesson, 0, NULL, NULL, "{ \"cards\": [] }",
     "What a class is shown and asked; it changes nothing in the run."},
    {"expect", &schema_expect, 0, NULL, "[]",
     "[ { \"id\": \"arrives\", \"delivered\": { \"to\": \"bob@shop.example\" } } ]",
     "What must have happened at the end; `smtplab run` says of each whether it has."},
    END,
};
const struct schema_type schema_scenario = OBJECT(scenario_keys);
