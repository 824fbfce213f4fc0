/*
 * rules.c - what a server decides by: the settings of a scenario and the limits of the protocol.
 *
 * The names are those that policy.relay and policy.decision write into `rule`, and the words of the
 * scenario.
 */
#include "sim/explain/entries.h"

static const struct explain_entry rules[] = {
    {"policy.relay", "relay|relaying", "may this client send there?",
     "Asked at each RCPT. Is the recipient's domain one of our own? Then yes: everybody may write "
     "to our "
     "users. If not, the list \"relay\" of the scenario is read from the top, and the first rule "
     "that "
     "fits decides; if none fits, the answer is 550 5.7.1. A server that says yes to everybody is "
     "an open "
     "relay.",
     "RFC 5321 3.6.2, 7.9"},
    {"local domain", "local", "our own domain: always taken",
     "The recipient's domain is final at this server, so taking its mail is not relaying and needs "
     "no "
     "permission. Whether the mailbox exists is another question.",
     "RFC 5321 3.6.2"},
    {"allow anyone", "anyone", "relay for everybody",
     "The rule of an open relay, and of all servers until the middle of the 1990s. Strangers will "
     "use it "
     "to send spam in your name.",
     "RFC 5321 7.9; RFC 2505 2.1"},
    {"allow login", "login", "relay for users who logged in",
     "Whoever has shown with AUTH who they are may send anywhere, from wherever they are.",
     "RFC 4954; RFC 6409 4.3"},
    {"allow from NET", "allow from|network", "relay for these addresses",
     "Clients within the range of IP addresses may send anywhere: the office, an ISP's customers. "
     "It says "
     "where somebody is, not who; an infected computer inside may send too.",
     "RFC 5321 7.9; RFC 2505 2.1"},
    {"allow to DOMAIN", "allow to", "relay towards this domain",
     "Anybody may send to this domain through us, as at a second MX that keeps mail while the "
     "first one is down.",
     "RFC 5321 3.6.2, 7.9"},
    {"refuse", "denied|no rule matches|no relay rule matches", "no relaying",
     "The client is not one that may send to other domains here: 550 5.7.1. It may still write to "
     "our "
     "own users. Without any rule the answer is this one.",
     "RFC 5321 7.9"},
    {"policy.decision", NULL, "any other verdict of a server",
     "Is the sender one that may submit here? Are its addresses written out in full? Does the "
     "mailbox exist? Is the message in a loop? Each verdict is recorded with the rule, the reply "
     "and the section that allows it.",
     "RFC 5321 3.3, 7.8"},
    {"qualified domain", NULL, "are the addresses written out in full?",
     "A submission server takes only domains that mean the same everywhere: alice@uni.example and "
     "not alice@uni. Otherwise 554.",
     "RFC 6409 4.2"},
    {"domain", NULL, "has this MDA mailboxes of that domain?",
     "By LMTP a host takes mail only for the domains whose mailboxes it has: 550 5.1.2 otherwise. "
     "(In policy.relay, \"domain\" is the reason of an \"allow to DOMAIN\" rule.)",
     "RFC 2033 4.2"},
    {"mailbox", NULL, "does the mailbox exist?",
     "A recipient of our own domain must be a mailbox or an alias; otherwise RCPT gets 550 5.1.1. "
     "Whoever "
     "sends us the message keeps it and must tell its author. That is better than to take it and "
     "then "
     "find nobody: then the report would be ours to write.",
     "RFC 5321 3.3"},
    {"recipients", "known|recipients known|recipients any", "whom does this MTA know?",
     "\"known\": the MTA has the list of mailboxes of its domains and refuses others at RCPT. "
     "\"any\": it "
     "takes every name of the domain; if the MDA then says no, the MTA is responsible and must "
     "write a "
     "report, perhaps to an innocent whose address was forged.",
     "RFC 5321 3.3, 6.1, 7.8"},
    {"recipients limit", NULL, "how many recipients at once?",
     "A server must take at least 100 in one transaction. Beyond its limit it answers 452 to the "
     "further ones and keeps those before.",
     "RFC 5321 4.5.3.1.8, 4.5.3.1.10"},
    {"size", "size limit", "how big may a message be?",
     "Compared with what MAIL declares, and with what really comes. Beyond the limit: 552 5.3.4.",
     "RFC 1870 6; RFC 5321 4.5.3.1.9"},
    {"hop limit", NULL, "too many Received lines",
     "Every host adds a Received line. If there are as many as \"max_hops\" says (100, if the "
     "scenario does not), the message must be going round in circles: it is refused with 554 5.4.6 "
     "and not passed on.",
     "RFC 5321 6.3"},
    {"blocklist rule", "blocklists|blocklist ZONE", "is the client on a list?",
     "With \"blocklists\" a server asks each list at RCPT for the client's address, turned "
     "round: 192.0.2.99 is 99.2.0.192 in the zone of the list. An A record in 127.0.0.0/8 "
     "means listed, and the TXT beside it, why: 550 5.7.1 with these words. A list that does "
     "not answer lists nobody. Users of the server are not looked up, and postmaster can "
     "always be written to.",
     "RFC 5782 2.1, 2.4; RFC 5321 4.5.1"},
    {"greylist rule", "greylist|greylist: came back|greylist: known",
     "has this client come before?",
     "The first time that a client, a sender and a recipient come together the answer is 451 "
     "4.7.1. After the delay, and within the window, the same three are let in, and from then "
     "on everything from that client for as long as \"keep\" says. Users of the server and mail "
     "for postmaster are not asked.",
     "RFC 6647 2.4, 5"},
    {"SPF rule",
     "spf|SPF pass|SPF fail|SPF softfail|SPF neutral|SPF none|SPF temperror|SPF permerror",
     "may this client speak for the sender's domain?",
     "Asked at MAIL. The domain's record names its hosts; behind the colon stands the "
     "mechanism that decided. \"mark\" writes the result into Received-SPF, \"refuse\" answers 550 "
     "5.7.23 to a fail and marks the rest. For the null sender the name in EHLO is checked.",
     "RFC 7208; RFC 7372 3.2"},
    {"own addresses", "senders", "may this user send under that address?",
     "Who has logged in may name as sender its own mailbox and the aliases that end there, or <>; "
     "otherwise 550 5.7.1. It keeps one user from writing in another's name. \"senders\": \"any\" "
     "turns it off.",
     "RFC 6409 6.1, 3.2"},
    {"rate limit", "rate", "not so many mails at once",
     "So many MAIL commands from one user, or from one address where nobody logged in, are "
     "taken within a window that begins with the first; then 450 4.7.1 until it is over. It is "
     "what stops an infected computer inside a network that may send.",
     "RFC 5321 7.8"},
    {"connection limit", "max_connections", "not so many clients at once",
     "A server that has as many sessions open as it may greets the next client with 421 "
     "and closes.",
     "RFC 5321 3.8"},
    {"tarpit", NULL, "refusals take their time",
     "Each refusal of a recipient is held back for a while, so that trying thousands of names "
     "takes days. Honest clients wait five minutes for a reply to RCPT and do not mind.",
     "RFC 5321 4.5.3.2.3, 7.8"},
    {"probe", "probe SERVER", "would it take mail for somebody?",
     "MAIL and RCPT, then RSET instead of a message. With an address that is no business of "
     "the server it shows whether it relays for strangers: the verb \"probe\", strangers with "
     "\"abuse\" and blocklists ask so. Recorded by the one who asks.",
     "RFC 5321 3.3, 4.1.1.5"},
    {"null MX rule", "null MX|null MX sender|null MX recipient|null_mx",
     "domains that take no mail",
     "With \"null_mx\": \"refuse\" a server asks the DNS during the session, refuses a recipient "
     "whose "
     "domain says that it takes no mail with 556 5.1.10, and such a sender, who could never be "
     "told "
     "anything, with 550 5.7.27. With \"report\", as implied, it does not look: the mail is taken, "
     "and "
     "reported as failed at once. The standards leave the choice to the server.",
     "RFC 7505 4.1, 4.2; RFC 7504 4"},
    {"quota", "mailbox full", "is there room in the mailbox?",
     "What does not fit is deferred with 452 4.2.2, since its owner may make room; what is larger "
     "than "
     "the whole mailbox is refused with 552 5.2.3. Asked at RCPT where the server has the mailbox "
     "(with "
     "the SIZE that MAIL declared), again after the message by LMTP, and at each try of the queue.",
     "RFC 5321 4.2.3; RFC 1870 6.1; RFC 3463 3.3"},
    {"vacation rule", NULL, "shall this be answered automatically?",
     "Not to <>, nor to machines and lists, nor about what was automatic itself, nor where the "
     "owner is "
     "not named in To or Cc, nor twice to the same sender within seven days. Recorded with the "
     "reason; "
     "no reply depends on it.",
     "RFC 3834 2; RFC 5230 4"},
    {"call-out", "recipients ask|ask", "does the next host know the recipient?",
     "With \"recipients\": \"ask\" an MTA connects to the next host, names the recipient there "
     "with the null "
     "reverse-path, and goes away without a message. Yes is remembered for a day, no for two "
     "hours. If the "
     "next host cannot be asked now, the answer is 450. It asks for its own domains and for those "
     "of an "
     "\"allow to DOMAIN\" rule: to ask strangers about strangers would be a nuisance to them.",
     "RFC 5321 3.3, 7.3"},
    {"routes", "route", "where is mail for a domain sent?",
     "The first pattern that fits the recipient's domain decides: \"mx\" asks the DNS, "
     "\"smarthost:HOST\" "
     "hands everything to one host, \"lmtp:HOST\" hands it to an MDA, \"refuse\" sends nothing "
     "there. What "
     "Exchange calls a send connector.",
     "RFC 5321 5.1"},
    {"retry", "retry schedule|backoff", "when is it tried again?",
     "The waiting times between attempts, for example 5m, 15m, 1h; the last one is repeated. A "
     "host that did not answer should not be asked too often: half an hour or more is right, "
     "though the first tries may come sooner. Without \"retry\" a personality has its own.",
     "RFC 5321 4.5.4.1"},
    {"personality", "retry personality", "whose habits has this queue?",
     "\"rfc\" waits as the scenario says: 5m, 15m, 30m, then 1h; warns after 4h, tries a last time "
     "after 5 days. The others do as these servers do as they come: see retry postfix, retry exim "
     "and retry opensmtpd. What the scenario writes (retry, warn_after, give_up_after, parallel, "
     "parallel_per_host) wins.",
     "RFC 5321 4.5.4.1"},
    {"retry postfix", "postfix", "waits as long as the message is old",
     "After a failed try it waits for as long as the message has been here, at least 300 s, at "
     "most 4000 s, and then for the next run of the queue, every 300 s: after 300, 600, 1200, "
     "2400, 4800 s, then every 70 minutes. Returned with the first failure after 5 days; no word "
     "of a delay before; 20 deliveries at a time to one next hop, 100 in all; a destination that "
     "cannot be reached is left alone for 300 s.",
     "RFC 5321 4.5.4.1; postconf(5)"},
    {"retry exim", "exim", "rules that count from the first failure",
     "F,2h,15m; G,16h,1h,1.5; F,4d,6h: every 15 minutes for 2 hours after the first failure, then "
     "1 hour, growing by 1.5 each time, until 16 hours, then every 6 hours until 4 days; the next "
     "failure after that is the last. An address that cannot be reached has one clock for all "
     "messages; once it has been failing for 4 days, new mail for it comes back at once until its "
     "next time. The sender is told of a delay after 24 hours.",
     "RFC 5321 4.5.4.1; Exim specification, Retry configuration"},
    {"retry opensmtpd", "opensmtpd", "400 seconds times the square of the tries",
     "The next try is 400 s times n times n after the message came in, n being the number of "
     "tries: 400, 1600, 3600, 6400 s, ... Expires 4 days after it came in, without another try. "
     "The "
     "sender is told of a delay of 4 hours, beforehand, when the next try would come later than "
     "that.",
     "RFC 5321 4.5.4.1; smtpd.conf(5)"},
    {"dead host", "dead hosts|host not asked|not asked before its time",
     "why was it not even tried?",
     "A host that could not be reached is remembered, by its address, and left alone until its "
     "retry time, whatever mail there is for it; then one delivery asks, and the others wait for "
     "what it finds. Any answer at all makes it alive again: what a server says to one message is "
     "not remembered for the next.",
     "RFC 5321 4.5.4.1"},
    {"hold", "on hold|queue.held", "why does it lie there?",
     "With \"hold\": true what enters the queue is set aside. It is not tried, does not expire and "
     "nobody is warned; its host is responsible for it all the same. Released, it is tried at "
     "once, and its age counts.",
     "a word of smtplab, as Postfix has it"},
    {"parallel", "parallel_per_host|concurrency", "how many deliveries at a time?",
     "\"parallel\" in all, \"parallel_per_host\" to one next hop (a domain, a smarthost, an LMTP "
     "host). The others wait in the order in which they came; nothing has been tried for them "
     "yet.",
     "RFC 5321 4.5.4.1"},
    {"queue limit", "queue full|max_queue|max_messages", "is there room in the queue?",
     "A host whose queue is full takes no more for now: 452 4.3.1 at MAIL, with the size that the "
     "client declares, and again when the message is whole. The client keeps it and comes "
     "back. (The scenario's own limits, \"queue\" and \"message\", stop the run.)",
     "RFC 1870 6.1; RFC 5321 4.2.3"},
    {"warn_after", NULL, "when is the author told of a delay?",
     "After this time in the queue the sender gets a report that says: delayed, still trying. "
     "Once for each recipient, and not where NOTIFY was given without DELAY.",
     "RFC 3461 4.1; RFC 3464 2.3.3"},
    {"give_up_after", NULL, "when is it given up?",
     "A message that cannot be delivered for so long, mostly four to five days, goes back to its "
     "sender. The report names the last trouble, with its status of class 4: a new message may get "
     "through later.",
     "RFC 5321 4.5.4.1; RFC 3463 2, 3.5"},
};

struct explain_entries explain_rules(void)
{
    return (struct explain_entries){rules, sizeof rules / sizeof rules[0]};
}
