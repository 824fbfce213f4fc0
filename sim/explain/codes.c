/*
 * codes.c - reply codes: what the server says by it, and what each side does then.
 */
#include "sim/explain/entries.h"

static const struct explain_entry codes[] = {
    {"211", NULL, "system status, or help",
     "The answer to HELP when it is about the state of the server. People read it; a client does "
     "nothing with it.",
     "RFC 5321 4.2.3"},
    {"214", NULL, "help",
     "The answer to HELP: how to use the server, or what a command means. Only people read it.",
     "RFC 5321 4.2.3"},
    {"220", NULL, "the service is ready",
     "The greeting, the first thing that a server says. It carries the server's own name. The "
     "client "
     "has waited for it in silence and now says EHLO. After STARTTLS, 220 means: begin with TLS "
     "now.",
     "RFC 5321 3.1, 4.2.3; RFC 3207 4"},
    {"221", NULL, "the server closes the connection",
     "The answer to QUIT. Both sides are done; the server closes the TCP connection after it.",
     "RFC 5321 4.1.1.10"},
    {"235", NULL, "logged in", "The client has shown who it is, and may now do what its user may.",
     "RFC 4954 6"},
    {"250", NULL, "done",
     "What the command asked for is done. After RCPT it says only that this recipient will be "
     "taken. "
     "After the final dot it is a promise: from here on the server answers for the message. It "
     "will "
     "deliver it, pass it on, or tell the sender that it could not. The client may forget its "
     "copy.",
     "RFC 5321 4.2.3, 4.2.5, 6.1"},
    {"251", NULL, "not here, but it will be forwarded",
     "The mailbox has moved, and the server sends the message on to the new address, which it "
     "names. "
     "The client has nothing to do, but may tell its user the new address.",
     "RFC 5321 3.4"},
    {"252", NULL, "cannot verify, but will try",
     "The honest answer to VRFY when the server does not know, or does not tell, whether the "
     "mailbox exists. Many servers always say so, to keep address collectors out. It promises "
     "nothing.",
     "RFC 5321 3.5.3, 7.3"},
    {"334", NULL, "go on with the login",
     "The server's next challenge during AUTH, written in base64. The client answers with one "
     "line.",
     "RFC 4954 4"},
    {"354", NULL, "send the message, end it with a dot",
     "The answer to DATA. The client now sends header and body, and then a line with a single dot. "
     "The message is not accepted yet: the verdict is the reply after that dot.",
     "RFC 5321 4.1.1.4"},
    {"421", NULL, "the service stops; the connection is closed",
     "The server must stop now: it is shutting down, has too many clients, or waited too long for "
     "a "
     "command. It may come at any time, in place of any reply. What was not accepted before is not "
     "accepted; the client keeps the message and tries again later.",
     "RFC 5321 3.8, 4.2.3"},
    {"432", NULL, "another password first",
     "The server knows the password, but not yet in the form that this AUTH mechanism needs. To "
     "log in once by PLAIN (inside TLS) makes it; then this mechanism works too.",
     "RFC 4954 6"},
    {"450", NULL, "mailbox not available now",
     "The recipient (or sender) cannot be taken for the moment: the mailbox is busy or blocked, or "
     "the "
     "server lets strangers wait on purpose (greylisting). The client keeps the message and tries "
     "again.",
     "RFC 5321 4.2.3, 4.2.1"},
    {"451", NULL, "a fault on the server's side",
     "The server could not do it because of some trouble of its own, for example a name server "
     "that "
     "does not answer. Nobody did anything wrong. With 4.7.1 it is no trouble but a rule: who is "
     "not known yet waits (greylisting). The client keeps the message and tries again later.",
     "RFC 5321 4.2.3; RFC 6647 2.4"},
    {"452", NULL, "no room, or too many recipients",
     "The disk is full for the moment, or this transaction has as many recipients as the server "
     "takes. "
     "Recipients accepted before stay accepted: the client sends to them, and then names the "
     "others in "
     "another transaction.",
     "RFC 5321 4.2.3, 4.5.3.1.10"},
    {"454", NULL, "TLS or login not possible now",
     "A temporary fault of what the server needs for TLS or for checking a password. Try again "
     "later.",
     "RFC 3207 4; RFC 4954 6"},
    {"455", NULL, "parameters cannot be used now",
     "A parameter of MAIL or RCPT is known but cannot be granted at the moment. The client tries "
     "again "
     "later, or without it.",
     "RFC 5321 4.1.1.11"},
    {"458", NULL, "nothing can be queued for that host",
     "An answer to ETRN: the server cannot start sending what waits for the named host.",
     "RFC 1985"},
    {"459", NULL, "that host is not allowed", "An answer to ETRN: not for this host, and why.",
     "RFC 1985"},
    {"500", NULL, "not a command",
     "The server does not know this verb, or the line is too long or broken. The client is at "
     "fault (or "
     "speaks another protocol); to send the same again is of no use.",
     "RFC 5321 4.2.4, 4.3.2"},
    {"501", NULL, "wrong argument",
     "The verb is right, but what follows it is not: an address that breaks the grammar, a missing "
     "name "
     "after EHLO, an argument where there is none. Whoever wrote the address or the client must "
     "mend it.",
     "RFC 5321 4.2.3, 4.3.2"},
    {"502", NULL, "known, but not implemented",
     "A command that exists in SMTP and that this server does not offer, such as EXPN. The client "
     "does "
     "without.",
     "RFC 5321 4.2.4"},
    {"503", NULL, "wrong order of commands",
     "A command came too early or too late: RCPT before MAIL, DATA before any recipient was "
     "accepted, "
     "MAIL within an open transaction. The state of the session does not change.",
     "RFC 5321 4.1.4"},
    {"504", NULL, "parameter not implemented",
     "The command is known, this argument of it is not; for AUTH: a mechanism that is not offered.",
     "RFC 5321 4.2.3; RFC 4954 4"},
    {"521", NULL, "this host takes no mail",
     "A greeting of a host that never takes mail. The client gives up at once for this host and "
     "does not come back.",
     "RFC 7504 3"},
    {"523", NULL, "encryption needed for this login",
     "The AUTH mechanism may be used only over a connection that is encrypted from outside, such "
     "as by TLS. Rare; RFC 4954 has 538 for it, which is historic too.",
     "IANA registry, RFC 5248"},
    {"524", NULL, "encryption needed for this login",
     "As 523: the AUTH mechanism is allowed only when the connection is encrypted. Rare.",
     "IANA registry, RFC 5248"},
    {"525", NULL, "account disabled", "The user's account is switched off; the provider must act.",
     "IANA registry, RFC 5248"},
    {"530", NULL, "log in, or begin TLS, first",
     "The server wants to know who is there before it takes mail (5.7.0 authentication required); "
     "usual on the submission port 587. The client logs in with AUTH, mostly after STARTTLS, and "
     "begins again. A server that insists on TLS says the same code to everything before STARTTLS.",
     "RFC 4954 6; RFC 6409 4.3; RFC 3207 4"},
    {"534", NULL, "this way of logging in is too weak",
     "The server's rules ask for a stronger AUTH mechanism for this user.", "RFC 4954 6"},
    {"535", NULL, "wrong name or password",
     "The login failed. To try the same again is of no use: the user must correct the account.",
     "RFC 4954 6"},
    {"538", NULL, "encryption is needed for this login",
     "Historic: a mechanism was allowed only inside TLS. Servers of today do not offer such a "
     "mechanism before TLS at all.",
     "RFC 4954 6"},
    {"550", NULL, "mailbox not available, or refused",
     "No, and it will be no tomorrow: the mailbox does not exist, or a rule forbids it - above "
     "all, that "
     "strangers may not send through this server to other domains. The enhanced status tells which "
     "(5.1.1 or 5.7.1). The client does not try again; if it is itself a mail server, it now "
     "writes the "
     "report to the sender.",
     "RFC 5321 4.2.3, 3.6.2, 7.9"},
    {"551", NULL, "not here; try another address",
     "The mailbox has moved, and the server does not forward. It names the new address; the sender "
     "decides whether to use it.",
     "RFC 5321 3.4"},
    {"552", NULL, "too big, or no room left",
     "The message is larger than the limit that the server named in SIZE, or the mailbox is full. "
     "To "
     "send the same again is of no use. (Old servers also say 552 for too many recipients; a "
     "client "
     "treats that as 452.)",
     "RFC 5321 4.5.3.1.9, 4.5.3.1.10; RFC 1870 6"},
    {"553", NULL, "this mailbox name is not allowed",
     "The address is not one that this server can take, mostly because of its syntax or because it "
     "is "
     "not fully written out. Whoever wrote the address must correct it.",
     "RFC 5321 4.2.3"},
    {"554", NULL, "failed, or no service here",
     "A general no. As a greeting: no mail service for this client (the server then waits for "
     "QUIT). "
     "After DATA: there is no valid recipient. After the final dot: the message is refused, by a "
     "rule "
     "or because it goes round in circles. Not tried again.",
     "RFC 5321 3.1, 4.2.3, 6.3"},
    {"555", NULL, "parameter not known",
     "MAIL or RCPT carried a parameter that the server did not offer in its answer to EHLO. The "
     "client "
     "is at fault: it may use only what was offered.",
     "RFC 5321 4.1.1.11"},
    {"556", NULL, "that domain takes no mail",
     "The domain of the recipient has published a null MX: it never takes mail. The sender has the "
     "wrong "
     "address; nothing is queued.",
     "RFC 7504 4; RFC 7505 4.1"},
};

struct explain_entries explain_codes(void)
{
    return (struct explain_entries){codes, sizeof codes / sizeof codes[0]};
}
