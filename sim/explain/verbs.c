/*
 * verbs.c - the commands of SMTP and the extensions that a server can offer.
 */
#include "sim/explain/entries.h"

static const struct explain_entry verbs[] = {
    {"EHLO", NULL, "EHLO name - hello, and what can you do?",
     "Opens a session. The client gives its own full name (or its address in brackets); the server "
     "answers 250 with its name and, line by line, the extensions it offers. A second EHLO starts "
     "the "
     "session afresh, as RSET does. The name is only a claim: no server may refuse mail just "
     "because it "
     "does not fit the address.",
     "RFC 5321 4.1.1.1, 4.1.4"},
    {"HELO", NULL, "HELO name - the older hello",
     "The greeting of SMTP as it was in 1982. No extensions after it. A client says it when EHLO "
     "was "
     "refused; every server still understands it.",
     "RFC 5321 4.1.1.1, 3.2"},
    {"LHLO", NULL, "LHLO name - LMTP's hello",
     "What EHLO is in SMTP, LHLO is in LMTP, the protocol by which an MTA hands mail to an MDA. "
     "EHLO and "
     "HELO get 500 there, so nobody takes one for the other.",
     "RFC 2033 4.1"},
    {"MAIL", "MAIL FROM", "MAIL FROM:<address> - begin a message",
     "Opens a transaction and names the reverse-path: where a report goes if something fails. "
     "\"<>\" "
     "means: no reports, please - reports themselves are sent so. It need not be the author named "
     "in "
     "the From field. Parameters such as SIZE= follow if the server offered them.",
     "RFC 5321 4.1.1.2, 3.3"},
    {"RCPT", "RCPT TO", "RCPT TO:<address> - one recipient",
     "Names one recipient; repeated for each. Each is judged and answered alone, so one 550 does "
     "not "
     "stop the others. Here the server decides whether the mailbox exists and whether it relays "
     "for "
     "this client. The list need not be that of the To field: blind copies live only here.",
     "RFC 5321 4.1.1.3, 3.3"},
    {"DATA", NULL, "DATA - here comes the message",
     "After 354 the client sends header and body and then a line with a dot alone. A line of the "
     "text "
     "that begins with a dot gets a second one, which the server removes. The reply to the final "
     "dot "
     "decides about the whole message: with 250 the server is responsible for it.",
     "RFC 5321 4.1.1.4, 4.5.2, 6.1"},
    {"RSET", NULL, "RSET - forget this message",
     "Drops the sender, the recipients and the text of the open transaction. The connection stays, "
     "and "
     "so does what EHLO agreed.",
     "RFC 5321 4.1.1.5"},
    {"NOOP", NULL, "NOOP - are you there?",
     "Does nothing but get a 250. Keeps a connection alive, or tests it. An argument is ignored.",
     "RFC 5321 4.1.1.9"},
    {"VRFY", NULL, "VRFY name - does this mailbox exist?",
     "Asks about a user or mailbox. 250 says yes and gives the full address, 550 no; 252 says: I "
     "do not "
     "tell, but I would try. Many servers say only that, since spammers asked too.",
     "RFC 5321 4.1.1.6, 3.5, 7.3"},
    {"EXPN", NULL, "EXPN list - who is on this list?",
     "Asks for the members of a mailing list. Nearly every server refuses today (mostly with 502).",
     "RFC 5321 4.1.1.7, 7.3"},
    {"HELP", NULL, "HELP - which commands are there?",
     "Answered with 214 or 211, for people. The servers here list the commands that they would "
     "take "
     "at this moment.",
     "RFC 5321 4.1.1.8"},
    {"QUIT", NULL, "QUIT - good-bye",
     "The client is done. The server answers 221 and closes. Only the client ends a session in "
     "good "
     "order; a server that must go says 421.",
     "RFC 5321 4.1.1.10"},
    {"AUTH", NULL, "AUTH mechanism - log in",
     "Proves who the user is, by one of the mechanisms that the server listed; PLAIN sends name "
     "and password and so belongs inside TLS. After 235 the server treats the client as that user, "
     "who mostly may send to anybody: that is how one may relay from a hotel.",
     "RFC 4954 4"},
    {"STARTTLS", NULL, "STARTTLS - encrypt from here on",
     "After 220 both sides begin TLS on the same connection and forget everything said before; the "
     "client says EHLO again. It protects this hop only. Whoever can change the octets on the way "
     "can "
     "also remove the offer, unless the client insists.",
     "RFC 3207 4, 6"},
    {"BDAT", NULL, "BDAT octets [LAST] - a piece of the message",
     "Sends so many octets of the message, without dots and their rules; the last piece says LAST. "
     "Needs "
     "the extension CHUNKING.",
     "RFC 3030 2"},
    {"ETRN", NULL, "ETRN domain - send me what waits",
     "A host with a line that is not always up asks the server to try now what it has queued for "
     "it.",
     "RFC 1985"},
    {"TURN", NULL, "TURN - change roles (obsolete)",
     "Client and server would swap roles. Since nobody proves who they are, anybody could fetch "
     "somebody else's mail: not to be used.",
     "RFC 5321 F.1"},
    {"SEND", NULL, "SEND FROM:<address> - to the terminal (obsolete)",
     "As MAIL, but the text appears on the user's screen. Out of use.",
     "RFC 5321 F.6; RFC 821 3.4"},
    {"SOML", NULL, "SOML FROM:<address> - send or mail (obsolete)",
     "To the user's screen if there is one, else to the mailbox. Out of use.",
     "RFC 5321 F.6; RFC 821 3.4"},
    {"SAML", NULL, "SAML FROM:<address> - send and mail (obsolete)",
     "To the user's screen and to the mailbox. Out of use.", "RFC 5321 F.6; RFC 821 3.4"},
};

static const struct explain_entry extensions[] = {
    {"PIPELINING", NULL, "commands in groups",
     "The client may send several commands without waiting for each reply; the server answers all "
     "of them, in order. EHLO, DATA, QUIT and some more may only end a group. That saves round "
     "trips, which over a slow road are most of the time.",
     "RFC 2920 3"},
    {"SIZE", NULL, "how big may it be?",
     "The server tells its limit in octets; the client may declare the size in MAIL (SIZE=1234), "
     "so that "
     "a message that is too big is refused before it is sent. A declaration is not a promise: the "
     "server "
     "counts all the same.",
     "RFC 1870 3, 6"},
    {"8BITMIME", NULL, "text beyond ASCII",
     "The server takes octets above 127 in the text of a message, if MAIL says BODY=8BITMIME, and "
     "so becomes responsible for what comes next: to a host without it, the client must convert "
     "the message to 7 bits or give it back.",
     "RFC 6152 2, 3"},
    {"ENHANCEDSTATUSCODES", NULL, "replies say more",
     "Replies carry a second, finer code after the first one: 550 5.1.1. See 'explain 5.1.1'.",
     "RFC 2034 3, 4"},
    {"DSN", NULL, "ask for reports",
     "The sender may say when it wants a delivery report (never, on success, on failure, on "
     "delay), and "
     "how much of the message comes back. In MAIL: RET, ENVID; in RCPT: NOTIFY, ORCPT.",
     "RFC 3461 4"},
    {"CHUNKING", NULL, "the command BDAT",
     "The server takes the message in counted pieces, by BDAT. As they are counted, no line with a "
     "dot ends them and no dot is doubled: nothing in a message can be mistaken for its end.",
     "RFC 3030 2"},
    {"STARTTLS", NULL, "TLS on this connection",
     "The server can begin TLS at the command STARTTLS. Not offered inside TLS: once is enough.",
     "RFC 3207 4.2"},
    {"AUTH", NULL, "log in, and how",
     "Behind the keyword stand the mechanisms that the server takes. A good server offers PLAIN "
     "and LOGIN only inside TLS, since both send the password itself.",
     "RFC 4954 3, 4"},
    {"SMTPUTF8", NULL, "addresses beyond ASCII",
     "Addresses and headers may be in UTF-8, if every host on the way offers this. Otherwise the "
     "message "
     "goes back with 5.6.7.",
     "RFC 6531 3"},
};

struct explain_entries explain_verbs(void)
{
    return (struct explain_entries){verbs, sizeof verbs / sizeof verbs[0]};
}

struct explain_entries explain_extensions(void)
{
    return (struct explain_entries){extensions, sizeof extensions / sizeof extensions[0]};
}
