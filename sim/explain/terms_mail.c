/*
 * terms_mail.c - the words of mail, in the order of the alphabet.
 */
#include "sim/explain/entries.h"

static const struct explain_entry terms[] = {
    {"2yz", "2|2xx|success", "a reply that says yes",
     "Codes that begin with 2: done. A client that does not know the exact code acts on this "
     "digit.",
     "RFC 5321 4.2.1"},
    {"3yz", "3|3xx", "a reply that says go on",
     "Codes that begin with 3: fine so far, now send what belongs to it (the message, a password).",
     "RFC 5321 4.2.1"},
    {"4yz", "4|4xx|transient|temporary failure", "a reply that says not now",
     "Codes that begin with 4: it did not work, and may work later. The client keeps the message "
     "in its "
     "queue and tries again, for days if need be. No report to the sender yet.",
     "RFC 5321 4.2.1, 4.5.4"},
    {"5yz", "5|5xx|permanent failure", "a reply that says no",
     "Codes that begin with 5: it did not work and will not. The client does not repeat the same; "
     "it "
     "tells the sender at once.",
     "RFC 5321 4.2.1"},
    {"address", "mailbox address|email address", "local part @ domain",
     "The domain says which servers are responsible, the local part which mailbox there. Only the "
     "final "
     "host understands the local part, so nobody on the way may change it, not even its letter "
     "case.",
     "RFC 5321 2.3.11, 2.4"},
    {"address literal", NULL, "an IP address in brackets",
     "[192.0.2.1] or [IPv6:2001:db8::1], used as a domain by a host that has no name.",
     "RFC 5321 4.1.3"},
    {"alias", "forwarding|forward", "an address that stands for others",
     "The host replaces the recipient in the envelope by one or more others and sends on; a "
     "forward "
     "is the alias of one mailbox. The reverse-path stays, so a report goes to the original "
     "sender. "
     "(A mailing list puts its owner there instead.) What is forwarded to another site comes there "
     "from a host that the sender's domain knows nothing of, and so may fail SPF.",
     "RFC 5321 3.9.1; RFC 7208 D"},
    {"automatic answer", "vacation|auto-reply|out of office|responder", "a machine answers for you",
     "Goes to the Return-Path and not to From, with <> as its own reverse-path and the field "
     "Auto-Submitted: auto-replied. None goes to <>, to lists, to what was itself automatic, where "
     "the mailbox's own address does not stand in To or Cc, or to the same sender again within "
     "days: "
     "two machines must not talk to each other for ever.",
     "RFC 3834 2, 3, 4; RFC 5230 4"},
    {"backscatter", NULL, "reports that hit the innocent",
     "A spammer forges the sender's address; a server takes the mail, finds no such user, and "
     "writes its "
     "report - to somebody who never sent anything. Cure: refuse at RCPT, so that no report need "
     "be "
     "written.",
     "RFC 5321 3.6.2, 6.1, 6.2"},
    {"blind copy", "bcc", "a recipient whom the others do not see",
     "A recipient of the envelope who is named in no header field. That it works at all shows that "
     "envelope and header are two things.",
     "RFC 5321 7.2; RFC 5322 3.6.3"},
    {"body", NULL, "the text of a letter",
     "Everything after the first empty line of the message. SMTP does not look into it.",
     "RFC 5321 2.3.1; RFC 5322 2.1"},
    {"bounce", "returned mail", "mail that comes back",
     "The usual word for a report of failure: see NDR.", "RFC 5321 6.1"},
    {"catch-all", "catch_all", "whoever gets what nobody has",
     "One mailbox takes the mail for all names of a domain that do not exist. Then no slip in a "
     "name is "
     "ever refused, so its author is not told; and every name a spammer makes up is a good one.",
     "RFC 5321 3.3"},
    {"client", "SMTP client", "the side that opens the connection",
     "The one that has mail to send and gives the commands. A mail server is a client, too, "
     "whenever it "
     "passes mail on.",
     "RFC 5321 2.3.2"},
    {"complaint", "complaints|complains|abuse report|ARF", "this is spam, and it came from you",
     "A reader sends the letter back with a report for programs, to whoever may act: the owner of "
     "the server that handed it over, or a blocklist. Whom it blames is read from the Received "
     "lines of servers that the reader trusts.",
     "RFC 5965; RFC 6650"},
    {"connector", "receive connector|send connector", "Exchange's word for a door",
     "A receive connector is a port that listens, and who may use it: here \"ports\" and "
     "\"relay\". A send "
     "connector is a pattern of domains and where their mail goes: here \"routes\". A connector is "
     "not a "
     "role; a server with connectors can be MSA and MTA at once.",
     "a word of Exchange; RFC 5598 4"},
    {"CRLF", "line end", "carriage return, line feed",
     "The two octets 13 and 10 that end every line of SMTP and of a message. Neither alone ends a "
     "line; "
     "a server that thinks otherwise can be fooled into seeing two letters where there is one.",
     "RFC 5321 2.3.8, 4.1.1.4"},
    {"custody", "responsibility|responsible", "who answers for the message now",
     "With the 250 to the end of data the receiver becomes responsible: deliver it, pass it on, or "
     "report "
     "the failure. So at each moment at least one host is. This program keeps account of it for "
     "each "
     "recipient and shows it in the trace (custody.opened, custody.closed).",
     "RFC 5321 4.2.5, 6.1"},
    {"delivery", "final delivery", "into the mailbox",
     "The last step of a message in the world of SMTP. The host adds Return-Path and hands over to "
     "the "
     "user's mailbox. That somebody reads it, SMTP never says.",
     "RFC 5321 2.3.10, 4.4"},
    {"DKIM", "domainkeys", "a domain's signature on a message",
     "A server signs chosen header fields and the body with a key whose public half is in DNS, so "
     "that changes on the way and forged signatures are found out. It names a domain that answers "
     "for the message, not the person who wrote it. smtplab does not sign.",
     "RFC 6376"},
    {"DMARC", NULL, "what a domain wants done with mail that only pretends",
     "The domain in From says in DNS what receivers should do when neither SPF nor DKIM speaks for "
     "that domain: nothing, set aside, refuse; and where to send statistics. smtplab does not "
     "check it.",
     "RFC 7489"},
    {"dot-stuffing", "transparency|dot stuffing", "a second dot",
     "A line with a dot alone ends the message. So that the text can contain such a line, the "
     "client puts "
     "one more dot before every line that begins with one, and the server takes it away again.",
     "RFC 5321 4.5.2"},
    {"DSN", "delivery status notification|delivery report",
     "a delivery report that programs can read",
     "A message in three parts: words for people, fields for programs (who, failed or delayed, "
     "status, "
     "what the other host said), and the original or its header. It travels from the null "
     "reverse-path "
     "\"<>\", so that no report is ever written about it. Five actions: failed, delayed (still "
     "tried), delivered (into a mailbox, or to a list), relayed (to a host that sends no such "
     "reports), expanded (an alias for several). The last three come only if they were asked for; "
     "none says that somebody has read it.",
     "RFC 3464 2.3.3; RFC 6522; RFC 3461 5.2"},
    {"duplicate", "two copies|in doubt", "the same letter twice",
     "If the connection breaks after the final dot and before the client has read the 250, the "
     "server has "
     "the message and the client does not know. It must send again rather than lose it. Hence a "
     "server "
     "should answer the final dot quickly.",
     "RFC 5321 6.1; RFC 1047"},
    {"enhanced status", "enhanced status code|status", "5.1.1: class, subject, detail",
     "Finer than the three-digit code. Class: 2 success, 4 later, 5 never. Subject: 1 address, 2 "
     "mailbox, "
     "3 mail system, 4 network, 5 protocol, 6 content, 7 security.",
     "RFC 3463 2, 3"},
    {"envelope", NULL, "what the post office reads",
     "The reverse-path of MAIL and the recipients of RCPT. Only the envelope decides where a "
     "message "
     "goes; the From and To of the header are part of the letter inside, and may say something "
     "else.",
     "RFC 5321 2.3.1"},
    {"ESMTP", NULL, "SMTP with extensions",
     "What is spoken after EHLO: the server lists what it can do beyond the minimum, the client "
     "uses "
     "nothing else.",
     "RFC 5321 2.2"},
    {"expansion", "duplicate copy", "one recipient becomes others",
     "An alias, a forward, a catch-all or a list is replaced by those behind it: a further step in "
     "the "
     "queue of the same host, with custody handed over. A name that leads back to itself fails "
     "with "
     "5.4.6; so do too many steps (\"limits\": { \"nesting\" }). Whoever is reached twice by the "
     "same "
     "message and reverse-path at one host gets one copy; a list's copy is a mail of its own and "
     "comes "
     "beside it.",
     "RFC 5321 3.9, 6.3"},
    {"expectation", "expect|expected|held", "what must have happened in a run",
     "A scenario says what it expects: that a letter arrives, that a report comes, that nothing is "
     "relayed, that a record is there or is not. It is judged by what happened alone, so every "
     "configuration that behaves is right. `run` says of each whether it held, and of one that "
     "failed which records show it; an expectation that nothing in the run could have made fail "
     "is a warning.",
     "smtplab"},
    {"expiry", "expired|give up", "given up after days",
     "A message that could not be passed on is given up after some days, four or five as a rule, "
     "and its sender gets a report.",
     "RFC 5321 4.5.4.1"},
    {"forward-path", "forward path", "the address in RCPT", "One recipient of the envelope.",
     "RFC 5321 3.3, 4.1.1.3"},
    {"greeting", NULL, "the server's first line",
     "220 and the server's name. The client waits for it before it says anything.", "RFC 5321 3.1"},
    {"greylisting", NULL, "come again later, stranger",
     "A server answers 450 or 451 when it sees a client, sender and recipient together for the "
     "first time, and takes the mail at a later try. Real mail servers come again; many spam "
     "programs do not.",
     "RFC 6647"},
    {"header", "header field|fields", "the head of a letter",
     "Lines such as From, To, Subject, Date, before the first empty line. Written by the sender's "
     "program, "
     "read by people. SMTP only adds trace lines at the top.",
     "RFC 5322 2.1, 2.2"},
    {"hop", NULL, "from one host to the next", "One transfer; each adds one Received line.",
     "RFC 5321 3.7, 4.4"},
    {"IMAP", NULL, "reading mail where it lies",
     "A protocol by which an MUA works on mailboxes that stay on the server. Not part of SMTP: "
     "mail is "
     "pushed to the mailbox by SMTP, and fetched from it by IMAP or POP3.",
     "RFC 9051"},
    {"LMTP", NULL, "the last few metres",
     "A close relative of SMTP by which an MTA hands mail to an MDA. After the final dot there is "
     "one "
     "reply for each recipient, so the MDA needs no queue of its own.",
     "RFC 2033 4.2"},
    {"local part", NULL, "what stands before the @",
     "Names the mailbox; only the final host understands it. With case in principle, although "
     "nearly "
     "every host ignores it. What is odd in it must be quoted: \"al ice\"@uni.example.",
     "RFC 5321 2.3.11, 2.4, 4.1.2"},
    {"loop", "mail loop", "mail in circles",
     "Two hosts each believe that the other one is responsible. Recognised by too many Received "
     "lines, or "
     "when the best MX is the host itself.",
     "RFC 5321 5.1, 6.3"},
    {"mail", "message|letter|e-mail|email", "an envelope with content",
     "The envelope says where it goes and where reports go; the content is a header, an empty line "
     "and a "
     "body.",
     "RFC 5321 2.3.1"},
    {"mailbox", NULL, "where mail waits for its reader",
     "A place on the host of final delivery, named by the local part of the address.",
     "RFC 5321 2.3.11"},
    {"mailing list", "list", "one address for many people",
     "Sends each message on to its members as a sender of its own: the reverse-path in the "
     "envelope "
     "becomes the list's owner, the header stays as it is. So the owner, who can remove a bad "
     "address, gets the reports, and not the author, who has never heard of it. With the author's "
     "reverse-path every dead member would answer everybody who writes to the list.",
     "RFC 5321 3.9.2"},
    {"MDA", "mail delivery agent", "the role that puts mail into mailboxes",
     "The last one in the chain. It stores the message; the recipient's MUA fetches it from there. "
     "Often a part of the same program, or on the same host, as the MTA; if not, they mostly speak "
     "LMTP.",
     "RFC 5598 4.3.3"},
    {"Message-ID", NULL, "the name of a letter",
     "A header field with a value that no other message in the world has, made by the author's "
     "program "
     "or, if it forgot, by the MSA.",
     "RFC 5322 3.6.4; RFC 6409 8.3"},
    {"MSA", "mail submission agent", "the role that takes mail from its own users",
     "The first server for a new letter. Asks who is there (login, or a network it knows), and may "
     "mend "
     "what is missing, such as Date. Usual port: 587, or 465 with TLS. Then an MTA takes over.",
     "RFC 6409; RFC 5598 4.3.1"},
    {"MTA", "mail transfer agent|mail server|relay host", "the role that passes mail on",
     "Takes mail, keeps it in a queue, finds the next host by the DNS (MX) and hands it over. It "
     "changes "
     "nothing but adding a Received line. Port 25 is where MTAs talk to each other.",
     "RFC 5321 2.3.10; RFC 5598 4.3.2"},
    {"MUA", "mail user agent|mail client", "the program in which people write and read",
     "Thunderbird, Outlook, an app, a web page. It hands new mail to an MSA and never looks for "
     "the "
     "recipient's server itself.",
     "RFC 5598 4.2.1"},
    {"NDR", "non-delivery report|non-delivery receipt", "the report that it failed",
     "A new message, written by the host that was responsible when it failed, to the reverse-path "
     "of the "
     "original. It finds its own way by the MX of the sender's domain; it does not walk back the "
     "way that "
     "the original came. (Exchange's word; RFC 3464 says DSN.)",
     "RFC 5321 6.1; RFC 3464"},
    {"NOTIFY", NULL, "when the sender wants reports",
     "A parameter of RCPT: NEVER, or any of SUCCESS, FAILURE and DELAY. Without it, failures are "
     "reported, and delays may be. Each host passes it on unchanged, with ORCPT, the recipient as "
     "the author named it. A host whose next one does not know it reports success as \"relayed\", "
     "since no more will be heard. To a list nothing is passed on: a list writes to its members "
     "as its own.",
     "RFC 3461 4.1, 4.2, 5.2"},
    {"null reverse-path", "null sender|<>", "MAIL FROM:<>",
     "The sender of reports: nobody. Since a report about a report is forbidden, two servers can "
     "never "
     "send failures back and forth.",
     "RFC 5321 4.5.5, 6.1"},
    {"open relay", "relay (open)", "a server that sends anything for anybody",
     "Until the 1990s nearly every server was one, and that was friendly. Then spammers let "
     "strangers' "
     "servers do their work: one message in, a thousand out, and the server's owner took the "
     "blame. "
     "Servers now relay only for those they know.",
     "RFC 5321 7.9; RFC 2505"},
    {"personality", NULL, "how a certain server differs",
     "The same table of states with some cells changed: a real server's habits where they are not "
     "the "
     "RFC's. \"rfc\" changes nothing.",
     "a word of smtplab"},
    {"POP3", NULL, "fetching mail",
     "A simple protocol by which an MUA collects mail from its mailbox, port 110 or 995. SMTP "
     "pushes, "
     "POP3 pulls.",
     "RFC 1939"},
    {"postmaster", NULL, "the person at the other end",
     "Every domain that takes mail must take mail for postmaster, in any letter case; a server "
     "even takes \"Postmaster\" without a domain. In smtplab each MDA has a mailbox of that name, "
     "unless the scenario makes it an alias.",
     "RFC 5321 4.5.1"},
    {"queue", "mail queue|spool|store and forward", "where mail waits for its next try",
     "An MTA writes what it accepted to its queue before it says 250, and takes it out when the "
     "next host "
     "has said 250, or when it has been reported as failed.",
     "RFC 5321 4.5.4.1"},
    {"Received", "received line|trace line", "the stamps of the hosts on the way",
     "Each server writes one at the top: from whom, by whom, with which protocol, when. Read from "
     "the top, "
     "they lead back to the origin - as far as one can trust the hosts that wrote them.",
     "RFC 5321 4.4"},
    {"relay host", "relaying host", "a host that passes mail on", "An MTA between others.",
     "RFC 5321 2.3.10, 3.6"},
    {"reply", "reply code", "three digits and a text",
     "The server's answer to each command. Only the code counts: 2 yes, 3 go on, 4 later, 5 no. "
     "The text "
     "is for people. A hyphen after the code: more lines follow.",
     "RFC 5321 4.2"},
    {"Return-Path", NULL, "the reverse-path, kept for later",
     "A header field that final delivery puts on top: where a report would have gone. Exactly one; "
     "\"<>\" "
     "on reports.",
     "RFC 5321 4.4"},
    {"reverse-path", "reverse path|envelope sender", "the address in MAIL",
     "Where reports about this message go. Usually, but not always, the author's address. Once it "
     "listed all hosts on the way back; now it is just an address.",
     "RFC 5321 3.3, 4.1.1.2, 4.4"},
    {"server", "SMTP server", "the side that waits for connections",
     "It answers each command with a reply. A server that has taken a message becomes a client "
     "when it "
     "passes it on.",
     "RFC 5321 2.3.2"},
    {"session", NULL, "one connection, from the greeting to QUIT",
     "May carry any number of messages, one transaction after the other.", "RFC 5321 3"},
    {"smarthost", NULL, "let the big one do it",
     "A host to which everything is handed that is not local, instead of asking the DNS for each "
     "domain: "
     "the server of the ISP, or of the company.",
     "RFC 5598 4.3; RFC 5321 5"},
    {"SMTP", "Simple Mail Transfer Protocol", "how mail travels",
     "A dialogue of lines between a client, which gives commands, and a server, which answers with "
     "codes. "
     "It moves a message from host to host and at each hop hands over the responsibility for it.",
     "RFC 5321"},
    {"smuggling", "smuggled mail|SMTP smuggling", "two letters out of one",
     "A message holds a dot between bare LFs, and commands behind it. The first server takes that "
     "for text, rightly, and hands it on as it came; the next one takes a bare LF for the end of a "
     "line, so the dot ends the message there and what follows is a second one, with a sender of "
     "the attacker's choice. It comes from the first server's address, so what trusts that address "
     "(relaying, SPF) trusts it too. Only CRLF, dot, CRLF ends a message; a server that sees it "
     "otherwise, and one that passes bare LF on, make it possible together, and either alone could "
     "prevent it. The scenario \"smuggled\" shows it.",
     "RFC 5321 2.3.8, 4.1.1.4"},
    {"source route", NULL, "a list of hosts in an address",
     "<@a.example,@b.example:bob@c.example>: how mail once named its way. Servers still understand "
     "it and "
     "look only at the last address; nobody should write it.",
     "RFC 5321 3.6.1, appendix C"},
    {"spam", NULL, "mail that nobody asked for",
     "Sent to very many at somebody else's cost. Most rules of today's servers exist because of "
     "it.",
     "RFC 2505"},
    {"SPF", "sender policy framework", "which hosts may use a domain in MAIL FROM",
     "The domain lists in DNS (a TXT record) the addresses that send for it; a receiver compares "
     "the client's address with the list. It speaks of the envelope's sender, not of From, and "
     "forwarding breaks it.",
     "RFC 7208"},
    {"stranger", NULL, "a host without rights (in scenarios)",
     "A host of the scenario that is nobody's user. It shows what a server lets anybody do.",
     "a word of smtplab"},
    {"sub-address", "subaddress|detail|plus address", "alice+lab is alice",
     "Behind a sign that the final host chooses, mostly +, a name may go on as its owner likes. "
     "Others "
     "need not know: to them it is just a local part.",
     "RFC 5233 1; RFC 5321 2.3.11"},
    {"submission", NULL, "the first hand-over",
     "From the author's program to its own server, with login. Another job than transfer between "
     "servers, "
     "and so another port: 587, or 465 with TLS from the first octet.",
     "RFC 6409; RFC 8314 3"},
    {"transaction", NULL, "MAIL, RCPT, DATA",
     "The sending of one message within a session. Ends with the reply to the final dot, or with "
     "RSET or a new EHLO.",
     "RFC 5321 3.3, 4.1.1.5, 4.1.4"},
    {"trust", "where trust ends", "who can lie in a header",
     "A host can write anything into what it hands over, also forged Received lines of others. "
     "Believe "
     "the lines that your own servers wrote, and the first one below them as far as it tells what "
     "they saw "
     "(the address in brackets).",
     "RFC 5321 7.1"},
};

struct explain_entries explain_terms_mail(void)
{
    return (struct explain_entries){terms, sizeof terms / sizeof terms[0]};
}
