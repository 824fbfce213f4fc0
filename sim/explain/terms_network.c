/*
 * terms_network.c - the words of DNS, TCP, and of this program, in the order of the alphabet.
 */
#include "sim/explain/entries.h"

static const struct explain_entry terms[] = {
    {"A", "AAAA|A record|AAAA record|address record", "from a name to an address",
     "The DNS records that give a host's IPv4 (A) and IPv6 (AAAA) addresses.",
     "RFC 1035 3.4.1; RFC 3596 2.1"},
    {"ACK", "acknowledgement", "TCP: I have everything up to here",
     "Each side of a TCP connection tells how far it has received without gaps. It says nothing "
     "about mail: "
     "that a message is accepted, only a reply of SMTP says.",
     "RFC 9293 3.4"},
    {"authoritative", NULL, "from the source",
     "An answer of a name server that has the zone itself.", "RFC 1035 4.1.1"},
    {"blocklist", "DNSBL|blacklist", "a public list of bad addresses",
     "Mail servers look a client's IP address up in such a list, by the DNS, and may refuse mail "
     "from those that are on it. The address is asked for turned round, as a name: "
     "25.2.0.192.bl.example; an answer in 127.0.0.0/8 says listed, no such name says not. A host "
     "gets on it when people complain about it, or a test finds it open, and comes off again.",
     "RFC 5782 2.1"},
    {"cache", NULL, "known already",
     "A resolver keeps each answer as long as its TTL says, and does not ask again meanwhile - "
     "also when "
     "the answer has since become wrong.",
     "RFC 1034 4.3.5"},
    {"cause", NULL, "what led to a record (in traces)",
     "The number of an earlier record: this command because of that reply. Follow them backwards, "
     "and you "
     "have the answer to \"why?\".",
     "a word of smtplab"},
    {"CNAME", NULL, "another name for it",
     "A DNS record that says: this is only an alias, ask for that name. A sender follows it, but "
     "the host named in an MX must not be one.",
     "RFC 1034 3.6.2; RFC 5321 5.1; RFC 2181 10.3"},
    {"DNS", "domain name system", "the world's address book",
     "Servers with records for names. For mail: which hosts take the mail of a domain (MX), and "
     "which IP "
     "addresses those hosts have (A, AAAA): two questions.",
     "RFC 1034; RFC 5321 5.1"},
    {"domain", NULL, "what stands after the @",
     "A name in the DNS: shop.example. It need not be a host; its MX records name the hosts.",
     "RFC 5321 2.3.5"},
    {"fault", "answer|drop|delay|close|crash|stop",
     "something goes wrong, on purpose (in scenarios)",
     "Aimed at a server, and at a command of its clients: the nth one gets another reply, a late "
     "one, none, or one that is lost with the connection; or the host loses power before or after "
     "it. A host can also stop in good order (421 to open sessions) or crash, and start again: its "
     "queue and its mailboxes are on a disk, its sessions are not.",
     "a word of smtplab; RFC 5321 3.8, 6.1"},
    {"FQDN", "fully qualified domain name", "a name written out to the end",
     "mail.uni.example and not just \"mail\": it means the same everywhere.", "RFC 5321 2.3.5"},
    {"host", NULL, "a computer in the network",
     "Has a name and addresses, and can play any number of roles: MUA, MSA, MTA, MDA, name server.",
     "RFC 5321 2.3.4"},
    {"implicit MX", NULL, "no MX, so the domain itself",
     "If a domain has no MX record at all, its own address record counts as one with preference 0.",
     "RFC 5321 5.1"},
    {"internet", NULL, "everything between the hosts (in scenarios)",
     "One cloud with the same delay between any two hosts and an access line for each, where the "
     "scenario "
     "declares no link.",
     "a word of smtplab"},
    {"IP address", "address (IP)|IPv4|IPv6", "192.0.2.25, 2001:db8::25",
     "What packets are sent to. Names are for people, addresses for the network; the DNS leads "
     "from one to "
     "the other.",
     "RFC 791; RFC 8200"},
    {"latency", NULL, "how long a packet is on its way",
     "From one end of a link to the other. An SMTP dialogue is question and answer, so its "
     "duration is "
     "mostly round trips - twice the latency each - and not the amount of data.",
     "-"},
    {"layer", "layers", "which kinds of records are written",
     "core, smtp, pop3, dns, tcp, segment, bytes: 'run --layers' chooses. It changes nothing in "
     "what happens "
     "and no number of a record.",
     "a word of smtplab"},
    {"link", NULL, "a line between two hosts (in scenarios)",
     "With latency, rate, queue, jitter and loss in each direction.", "a word of smtplab"},
    {"MX", "mail exchanger|MX record", "which hosts take a domain's mail",
     "A DNS record with a preference and the name of a host - never an address. The lowest number "
     "is tried "
     "first; among equals the sender draws lots; if a host fails, the next one is tried. The "
     "number is not "
     "a distance.",
     "RFC 5321 5.1; RFC 1035 3.3.9"},
    {"name server", "DNS server", "answers questions about names",
     "A host that has the records of some zones and answers resolvers, on UDP port 53.",
     "RFC 1034 4"},
    {"negative answer", "negative cache|NODATA", "there is no such record",
     "It is kept in the cache as well, for as long as the zone's SOA says.", "RFC 2308 5"},
    {"null MX", NULL, "we take no mail",
     "A domain publishes a single MX with the host \".\": nobody should try, mail for it fails at "
     "once.",
     "RFC 7505 3"},
    {"NXDOMAIN", NULL, "there is no such name",
     "An answer, not a failure to answer: the name does not exist. Mail for it fails at once. "
     "(SERVFAIL or silence, in contrast, mean: try again later.)",
     "RFC 1035 4.1.1; RFC 2308 2.1; RFC 5321 5.1"},
    {"port", NULL, "which door of a host",
     "25: mail between servers. 587: submission. 465: submission with TLS from the first octet. "
     "24: free for private mail systems, and by habit LMTP. 110, 995: POP3. 53: DNS.",
     "RFC 5321 4.5.4.2; RFC 8314 3; RFC 6409 3.1"},
    {"preference", NULL, "the number in an MX", "The lowest is tried first.", "RFC 5321 5.1"},
    {"resolver", NULL, "asks name servers for others",
     "A part of every host that sends mail, or a host of its own that many share. It keeps what it "
     "has learnt in its cache.",
     "RFC 1034 5"},
    {"retransmission", "retransmit", "TCP sends it again",
     "If no acknowledgement comes in time, TCP repeats the octets and waits twice as long for the "
     "next; if three acknowledgements in a row say that a piece is missing, it does not even wait. "
     "SMTP notices nothing but the delay.",
     "RFC 6298; RFC 5681"},
    {"round trip", "RTT", "there and back",
     "The time from sending a packet until the answer to it comes.", "RFC 6298"},
    {"router", NULL, "a host that passes packets on",
     "It finds the way of packets by IP addresses. An MTA finds the way of messages by domains. "
     "The two know "
     "nothing of each other.",
     "RFC 1812"},
    {"seed", NULL, "where chance comes from",
     "Everything that is drawn in a run - loss, equal MX hosts - comes from this number. Same "
     "scenario, same "
     "seed: the same trace, octet by octet.",
     "a word of smtplab"},
    {"segment", NULL, "a piece of a TCP stream",
     "TCP cuts the stream into pieces that fit into a packet. Lines of SMTP and segments have "
     "nothing to do "
     "with each other.",
     "RFC 9293 3.1"},
    {"SERVFAIL", NULL, "the name server cannot tell",
     "Something is wrong there; mail stays in the queue and is tried again.", "RFC 1035 4.1.1"},
    {"SYN", "handshake|three-way handshake", "how TCP opens a connection",
     "SYN, SYN-ACK, ACK: both sides agree on where to begin counting. Only then SMTP begins.",
     "RFC 9293 3.5"},
    {"TCP", NULL, "a stream of octets without gaps",
     "Carries SMTP. It repairs loss and order between two hosts, no further: from hop to hop a "
     "message is "
     "stored and sent anew.",
     "RFC 9293"},
    {"TLS", NULL, "an encrypted connection",
     "Nobody on this hop can read along, and nobody can change anything unnoticed, if the client "
     "makes sure whose certificate it sees: between servers it often does not. On the next hop "
     "everything begins anew, and every server on the way sees the text.",
     "RFC 8446; RFC 3207 6; RFC 7435"},
    {"trace", NULL, "what happened, in order",
     "The file that a run writes: one record for each event, with time, host, kind and cause. "
     "Everything "
     "that the program shows is read from it.",
     "a word of smtplab"},
    {"TTL", "time to live", "how long an answer may be kept",
     "Seconds for which a resolver may use a DNS record without asking again.", "RFC 1035 3.2.1"},
    {"UDP", NULL, "single packets without promises",
     "Carries most of DNS. What is lost is asked again.", "RFC 768"},
    {"zone", NULL, "one name server's part of the names",
     "The records of a domain and what is below it, as one unit.", "RFC 1034 4.2"},
};

struct explain_entries explain_terms_network(void)
{
    return (struct explain_entries){terms, sizeof terms / sizeof terms[0]};
}
