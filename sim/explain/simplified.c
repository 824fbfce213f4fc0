/*
 * simplified.c - what this program does otherwise than the real protocols, in one place.
 *
 * Collected from the headers of the rooms (the word "Simplified" or "Left out" stands there); a new
 * simplification is written into both.
 */
#include "sim/explain/entries.h"

static const struct explain_entry simplified[] = {
    {"what is not simulated", NULL, "no SMTPUTF8, no signatures",
     "SMTPUTF8, DKIM and DMARC are explained here but not spoken by the hosts of "
     "this "
     "version.",
     "RFC 6531, 6376, 7489"},
    {"TLS", NULL, "true records, stand-in ciphertext",
     "What goes over the wire is framed as TLS 1.3: the hellos with their extensions and the "
     "server's name, the sealed messages of the handshake at their usual sizes, records and tags "
     "of true length, alerts. But randoms and keys come from the seed, the ciphertext is the "
     "plaintext under a stream that anybody could make who knows how, and the certificate is "
     "empty: nobody checks one, so a server in the middle would not be noticed. No session is "
     "resumed, no key renewed, and MTA-STS and DANE are not there: servers seal where it is "
     "offered, and go on in clear where it is not. LMTP goes in clear.",
     "RFC 8446; RFC 7435, 8461, 7672"},
    {"collecting", NULL, "POP3, and passwords in the scenario",
     "USER and PASS only, no APOP and no SASL. A client wants UIDL, does not pipeline, and fetches "
     "everything that it has not had; a message that is left on the server stays for ever. A visit "
     "that fails is not repeated before the next one is due. There is no IMAP.",
     "RFC 1939, 2449, 2595, 5034"},
    {"SMTP extensions", NULL, "the common ones, and not all of each",
     "AUTH knows PLAIN and LOGIN, and nobody is trusted with MAIL's AUTH=: whatever it says counts "
     "as <>. CHUNKING is offered only where the scenario says so, without BINARYMIME; a client "
     "sends the whole message as one BDAT LAST, and a server asks nobody about a BDAT before it "
     "has "
     "its octets. Left out: SMTPUTF8, DELIVERBY, BURL and the other SASL mechanisms.",
     "RFC 4954 4, 5; 3030; 6531"},
    {"faults and stops", NULL, "all or nothing, at once",
     "A host that stops or loses power does so in an instant, and starts again as fast. Power that "
     "fails before a reply finds nothing of that command on the disk, and after it everything: no "
     "disk is slow, full or broken. A service that stops breaks its deliveries off, except those "
     "that await the reply to a final dot. A lost reply is dropped by the network once, and then "
     "the "
     "connection is reset, as a firewall that forgot it would do. What \"set\" changes counts from "
     "the next question on, for open sessions too, but for their limits; real servers may serve "
     "them to the end with the old rules. The data of a zone change at all its servers at once.",
     "RFC 5321 3.8, 6.1"},
    {"time", NULL, "hosts take no time to think",
     "Time passes on links, in queues and in waiting, and not inside a host: a server answers in "
     "the instant "
     "in which the last octet of the question arrives. All clocks agree and show UTC.",
     "-"},
    {"the internet", NULL, "one cloud",
     "Where no links are declared, every two hosts have the same latency; each has an access line "
     "with a "
     "rate. There is no congestion inside, and no path of routers to see.",
     "-"},
    {"IP", NULL, "no fragments, no ICMP",
     "Packets are never cut, and hop limits never run out. A connection fails at once if no way "
     "leads there; a packet that finds no receiver is dropped and recorded, and TCP learns of it "
     "only by waiting. There is no ARP and no Ethernet: captures begin with the IP header. A "
     "capture holds each packet once, with the time at which it was sent, also one that was lost.",
     "RFC 791, 792, 8200"},
    {"TCP", NULL, "a good TCP, without the newer options",
     "Handshake, MSS, delayed acknowledgements, retransmission, slow start (from three segments, "
     "not from the ten of RFC 6928), congestion avoidance, fast recovery and TIME-WAIT are there. "
     "Left out: SACK, window scaling, timestamps, urgent data, keep-alive, path MTU discovery; "
     "Nagle is off; the receive window is always 65535 octets.",
     "RFC 9293, 5681, 6298, 6582"},
    {"DNS servers", NULL, "no walk from the root",
     "Every resolver knows the servers of each zone, so there are no delegations, referrals and "
     "glue. Name servers answer for their own zones alone, by UDP, without recursion and DNSSEC. "
     "Of EDNS there is only the size: an answer that does not fit into 1232 octets is cut short "
     "and counts as a failure, since nothing falls back to TCP.",
     "RFC 1034 4.3; RFC 6891; RFC 7766"},
    {"checks of the origin", NULL, "SPF, but no DKIM, DMARC, ARC",
     "SPF is checked in full, where a scenario asks for it. The others are words only, though "
     "today's servers check them and much honest mail is refused without them. In Received-SPF "
     "the optional comment is left out. What SPF cannot find out is not refused, only marked.",
     "RFC 7208, 6376, 7489, 8617"},
    {"blocklists and complaints", NULL, "whoever complains is believed",
     "A reader complains about every letter with certain words in its Subject, a minute later. "
     "The list trusts all complainants, counts each complaint once, looks at the Received "
     "lines of the complainant's own domain, and tries port 25 of the address to see whether "
     "it relays. Real lists use traps and many sources, and some are asked by domain too. It "
     "takes an open relay off when a test finds it closed, others when no complaint came for a "
     "window.",
     "RFC 5782, 5965, 6650"},
    {"strangers", NULL, "one kind of abuse",
     "A stranger tries the servers that the scenario names, not the whole address space, and "
     "does not try again what was only deferred. Its letters are all the same.",
     "RFC 2505; RFC 6647 1"},
    {"personalities", NULL, "one kind of server",
     "Every server speaks as RFC 5321 says. Real ones differ in texts and in codes of odd cases; "
     "what was "
     "measured of six of them is among the tests. A personality changes the queue alone: Postfix "
     "without its slow start of deliveries to one place, Exim without the time between its queue "
     "runners and with its 24 hours of delay counted from the message alone, OpenSMTPD with all "
     "addresses of a host left alone for 15 s after a failure.",
     "RFC 5321 4.2"},
    {"dead hosts", NULL, "what counts as unreachable",
     "Only a connection that could not be opened: refused, no way there, no answer. Postfix and "
     "Exim also keep away from hosts that greet with 4yz or fall silent in the dialogue. Until "
     "their time Postfix leaves a whole destination alone, here it is the address.",
     "RFC 5321 4.5.4.1"},
    {"connections", NULL, "few habits of real MTAs",
     "Each message has "
     "connections of its own, also where several go to the same host. Retries come exactly on "
     "schedule, and the queue stands for one on a disk that is never slow, and full only where the "
     "scenario sets a limit (max_queue). A server does not ask the DNS about the client's name. "
     "It finds itself among the MX hosts by its name before all others, but by its address only "
     "when their turn comes: hosts of the same preference may have been tried by then.",
     "RFC 5321 4.5.4, 5.1"},
    {"mailboxes", NULL, "case of letters does not count",
     "The final host may decide; here, as nearly everywhere, Bob and bob are one mailbox. Aliases, "
     "forwards and lists are expanded by the MTA of the domain, never by an MDA that is reached by "
     "LMTP, and automatic answers come only from mailboxes beside an MTA. A list sends at once and "
     "alone: nobody approves its mail, subscribes or is removed for bounces, and it adds no List- "
     "fields. No server takes its own IP address in brackets for a domain of its own, "
     "and a relay without mailboxes has no postmaster.",
     "RFC 5321 2.4, 3.9, 4.1.3, 4.5.1; RFC 2369"},
    {"letters", NULL, "plain text",
     "The MUA writes text/plain: no attachments, no HTML. Text beyond ASCII goes out as 8-bit "
     "UTF-8, and a host that would have to convert it for a server without 8BITMIME gives it back "
     "instead. What its server does not take for now waits in the MUA's outbox, is tried every "
     "five minutes for a day, and is then given up; a real one asks its user.",
     "RFC 5322; RFC 6152 3"},
    {"reports", NULL, "one language, and no word to the postmaster",
     "Reports are in English, and in ASCII but for the original: other octets in a host's reply "
     "are shown as question marks. A report about a letter that is 8-bit is so too, and is given "
     "up where the next host does not take that. What failed and may not be reported (a report "
     "itself, NOTIFY=NEVER) is discarded with its record; real hosts may tell their postmaster, "
     "as RFC 3461 5.2 suggests. Of a letter of more than 50,000 octets the header alone comes "
     "back, as Postfix does it. Where NOTIFY=NEVER meets a host without DSN, the letter goes on "
     "with its sender, and that host may report; RFC 3461 10.4 shows a way round it, with <>. What "
     "an "
     "MUA asks of a server without DSN is lost, and no screen says so. Who "
     "is reached twice gets one copy, and a success is reported under one name only.",
     "RFC 3464; RFC 3461 5.2, 6.2"},
    {"addresses", NULL, "no mailboxes beyond ASCII",
     "Domains must be written as in the DNS (xn--...). A letter may be written to an address whose "
     "local part is UTF-8, but no server offers SMTPUTF8: it comes back with 5.6.7, and where it "
     "stands in the header, so does the letter to all others, with 5.6.9.",
     "RFC 5890; RFC 6531 3.1, 3.5"},
};

struct explain_entries explain_simplified(void)
{
    return (struct explain_entries){simplified, sizeof simplified / sizeof simplified[0]};
}
