/*
 * kinds.h - the one table of what can happen: every kind of record with its typed fields.
 *
 * From here come the enum, the structs that the engine fills, the functions that emit them, the
 * writer, the reader, the JSON schema and the documentation (`smtplab explain smtp.reply`).
 *
 *   K(SUFFIX, struct_name, "wire.name", LAYER, "what it says; where it is observed")
 *   F(TYPE, name, argument, "meaning, unit")
 *
 * Types   INT int64_t · BOOL bool · TEXT octets · WORD one of the words of the argument ("a|b|c") ·
 *         TEXTS a list of texts · ROWS a list of the row shape that the argument names.
 * Names   the field's standard terms; a unit ends the name (_ns, _s, _octets).  An empty TEXT or a
 *         negative INT means "not known" or "none" where the meaning says so.
 * Layers  which kinds `--layers` writes: core smtp pop3 dns tcp segment bytes.
 *
 * A kind or field once released keeps its meaning; new ones go at the end of their group.
 */
#ifndef SIM_TRACE_KINDS_H
#define SIM_TRACE_KINDS_H

#define TRACE_LAYERS(L)                                                                            \
    L(CORE, "core", "hosts, faults, policy, queue, custody and mail: what the story needs")        \
    L(SMTP, "smtp", "commands, replies, states, TLS and AUTH")                                     \
    L(POP3, "pop3", "collecting mail from a mailbox")                                              \
    L(DNS, "dns", "questions, answers, caches")                                                    \
    L(TCP, "tcp", "connections opened, failed, closed; time-outs; what the network dropped")       \
    L(SEGMENT, "segment", "each TCP segment and UDP datagram, as sent")                            \
    L(BYTES, "bytes", "the octets that each side hands to TCP, once, in order")

/* ---- rows --------------------------------------------------------------------------------- */

#define ROW_CANDIDATE(F)                                                                           \
    F(INT, preference, "", "MX preference; 0 for an implicit MX; -1 for a smarthost")              \
    F(TEXT, host, "", "host name to ask for addresses, as in the MX record")                       \
    F(WORD, verdict, "chosen|later|dropped|failed", "what became of it in this choice")            \
    F(TEXT, why, "", "lowest preference, same preference: drawn by the seed, own host, ...")

#define TRACE_ROWS(R) R(candidate, ROW_CANDIDATE)

/* ---- sim, host, link ---------------------------------------------------------------------- */

#define FIELDS_SIM_STARTED(F)                                                                      \
    F(TEXT, start, "", "civil UTC date of time 0")                                                 \
    F(INT, hosts, "", "number of hosts")
#define FIELDS_SIM_INPUT(F)                                                                        \
    F(WORD, source, "timeline|action|served", "who gave it")                                       \
    F(INT, entry, "", "index in the timeline, or the number of the action, from 0")                \
    F(TEXT, verb, "", "send, answer, stop, ... as in the scenario")                                \
    F(TEXT, detail, "", "its value as JSON, or the served octets")
#define FIELDS_SIM_FAULT(F)                                                                        \
    F(INT, entry, "", "index in the timeline of the fault that acted")                             \
    F(TEXT, verb, "", "answer, drop, delay, close, stop, crash, link")                             \
    F(TEXT, met, "", "what it met: the command, message or packet")                                \
    F(INT, left, "", "how many more times it will act; -1 without limit")
#define FIELDS_SIM_ENDED(F)                                                                        \
    F(WORD, reason, "quiet|until|time_limit|event_limit|queue_limit|message_limit|memory_limit",   \
      "nothing left to do, --until, or the limit that was met")                                    \
    F(INT, events, "", "events that the kernel fired")

#define FIELDS_HOST_STARTED(F)                                                                     \
    F(TEXTS, addresses, "", "IPv4 and IPv6 addresses")                                             \
    F(TEXTS, roles, "", "mua, msa, mta, mda, dns, router, ...")                                    \
    F(TEXTS, listens, "", "\"tcp/25 smtp\", \"udp/53 dns\", ...")
#define FIELDS_HOST_STOPPED(F) F(INT, sessions, "", "open sessions that got 421")
#define FIELDS_HOST_CRASHED(F) F(INT, connections, "", "connections lost without a word")
#define FIELDS_LINK_STATE(F)                                                                       \
    F(TEXT, link, "", "\"a - b\", \"internet\", or \"a - internet\": one host's way to it")        \
    F(WORD, state, "up|down|changed", "")                                                          \
    F(INT, latency_ns, "", "one way")                                                              \
    F(INT, rate_bits, "", "bits a second, each direction; 0 without limit")                        \
    F(INT, loss_ppm, "", "share of packets lost, in a million")

/* ---- net, tcp, udp ------------------------------------------------------------------------ */

#define FIELDS_NET_DROPPED(F)                                                                      \
    F(TEXT, link, "", "\"a > b\", or empty where no link was reached")                             \
    F(WORD, protocol, "tcp|udp", "")                                                               \
    F(TEXT, source, "", "address")                                                                 \
    F(INT, source_port, "", "")                                                                    \
    F(TEXT, destination, "", "address")                                                            \
    F(INT, destination_port, "", "")                                                               \
    F(INT, packet_octets, "", "IP header included")                                                \
    F(WORD, reason, "loss|queue_full|link_down|no_route|host_down|no_such_address|fault", "")
#define FIELDS_TCP_OPENED(F)                                                                       \
    F(TEXT, local, "", "address")                                                                  \
    F(INT, local_port, "", "")                                                                     \
    F(TEXT, remote, "", "address")                                                                 \
    F(INT, remote_port, "", "")                                                                    \
    F(TEXT, remote_host, "", "name of the host that has this address")                             \
    F(INT, waited_ns, "", "since the first SYN; 0 on the server's side")
#define FIELDS_TCP_FAILED(F)                                                                       \
    F(TEXT, remote, "", "address")                                                                 \
    F(INT, remote_port, "", "")                                                                    \
    F(WORD, reason, "refused|timeout|unreachable", "RST, no answer, or no route")                  \
    F(INT, waited_ns, "", "since the first SYN")
#define FIELDS_TCP_CLOSED(F)                                                                       \
    F(WORD, reason, "fin|reset|timeout|aborted", "both FINs; RST received; gave up; RST sent")     \
    F(INT, sent_octets, "", "payload handed over by this side")                                    \
    F(INT, received_octets, "", "payload delivered to this side")
#define FIELDS_TCP_SEGMENT(F)                                                                      \
    F(TEXT, source, "", "address")                                                                 \
    F(INT, source_port, "", "")                                                                    \
    F(TEXT, destination, "", "address")                                                            \
    F(INT, destination_port, "", "")                                                               \
    F(INT, seq_no, "", "sequence number, 32 bits")                                                 \
    F(INT, ack_no, "", "acknowledgement number, 32 bits; 0 without ACK")                           \
    F(TEXT, flags, "", "of S A P F R, in this order")                                              \
    F(INT, window, "", "octets")                                                                   \
    F(INT, mss, "", "maximum segment size offered; 0 but in a SYN")                                \
    F(INT, offset, "", "where the payload begins in this side's tcp.bytes")                        \
    F(INT, payload_octets, "", "")                                                                 \
    F(BOOL, again, "", "a retransmission")                                                         \
    F(INT, arrives_ns, "", "planned arrival at the next node")
#define FIELDS_TCP_BYTES(F)                                                                        \
    F(INT, offset, "", "in what this side has handed over so far")                                 \
    F(TEXT, octets, "", "")
#define FIELDS_TCP_TIMEOUT(F)                                                                      \
    F(INT, rto_ns, "", "retransmission time-out that ran off (RFC 6298)")                          \
    F(INT, attempt, "", "1, 2, ... for the same octets")                                           \
    F(INT, seq_no, "", "first octet sent again")
#define FIELDS_UDP_DATAGRAM(F)                                                                     \
    F(TEXT, source, "", "address")                                                                 \
    F(INT, source_port, "", "")                                                                    \
    F(TEXT, destination, "", "address")                                                            \
    F(INT, destination_port, "", "")                                                               \
    F(TEXT, octets, "", "payload")                                                                 \
    F(INT, arrives_ns, "", "planned arrival at the next node")

/* ---- dns ---------------------------------------------------------------------------------- */

#define FIELDS_DNS_QUERY(F)                                                                        \
    F(INT, id, "", "message id, 16 bits")                                                          \
    F(TEXT, name, "", "")                                                                          \
    F(TEXT, type, "", "A, AAAA, MX, ...")                                                          \
    F(TEXT, peer, "", "address of the other side")                                                 \
    F(INT, attempt, "", "1, 2, ...; 0 on the server's side")
#define FIELDS_DNS_ANSWER(F)                                                                       \
    F(INT, id, "", "")                                                                             \
    F(TEXT, name, "", "")                                                                          \
    F(TEXT, type, "", "")                                                                          \
    F(TEXT, peer, "", "address of the other side")                                                 \
    F(WORD, rcode, "NOERROR|FORMERR|SERVFAIL|NXDOMAIN|NOTIMP|REFUSED", "RFC 1035 4.1.1")           \
    F(TEXTS, answers, "", "\"shop.example 3600 MX 10 mx.shop.example\"")                           \
    F(BOOL, authoritative, "", "")                                                                 \
    F(INT, waited_ns, "", "since the query; 0 on the server's side")
#define FIELDS_DNS_TIMEOUT(F)                                                                      \
    F(INT, id, "", "")                                                                             \
    F(TEXT, name, "", "")                                                                          \
    F(TEXT, type, "", "")                                                                          \
    F(TEXT, peer, "", "")                                                                          \
    F(INT, attempt, "", "")                                                                        \
    F(INT, waited_ns, "", "")
#define FIELDS_DNS_CACHED(F)                                                                       \
    F(TEXT, name, "", "")                                                                          \
    F(TEXT, type, "", "")                                                                          \
    F(WORD, rcode, "NOERROR|NXDOMAIN|SERVFAIL", "")                                                \
    F(TEXTS, answers, "", "as they lie in the cache, with the TTL left")                           \
    F(INT, ttl_s, "", "seconds left")
#define FIELDS_DNS_EXPIRED(F)                                                                      \
    F(TEXT, name, "", "")                                                                          \
    F(TEXT, type, "", "")
#define FIELDS_DNS_MX_CHOSEN(F)                                                                    \
    F(TEXT, domain, "", "domain of the recipient")                                                 \
    F(ROWS, candidates, candidate, "all of them, best first")                                      \
    F(TEXT, chosen, "", "host; empty if none is left")                                             \
    F(TEXT, address, "", "the address to be tried; empty if none is left")                         \
    F(WORD, reason, "mx|implicit_mx|null_mx|smarthost|literal|next|none|no_domain|loop",           \
      "lowest preference; no MX: the domain itself; RFC 7505; route; after a failure; ...")

/* ---- smtp, tls, auth ---------------------------------------------------------------------- */

#define FIELDS_SMTP_COMMAND(F)                                                                     \
    F(TEXT, verb, "", "in upper case; empty if the line has none")                                 \
    F(TEXT, line, "", "as on the wire, without CRLF")
#define FIELDS_SMTP_REPLY(F)                                                                       \
    F(INT, code, "", "three digits")                                                               \
    F(TEXT, enhanced, "", "RFC 3463 status, or empty")                                             \
    F(TEXTS, lines, "", "the text of each line, code and enhanced status left out")                \
    F(TEXT, to, "", "verb that it answers; \"greeting\" or \"message\" (end of data) otherwise")
#define FIELDS_SMTP_STATE(F)                                                                       \
    F(TEXT, from, "", "state left; empty at the beginning")                                        \
    F(TEXT, to, "", "state entered")                                                               \
    F(TEXT, input, "", "what led there: \"RCPT fine\", \"end of data\", \"time-out\", ...")
#define FIELDS_SMTP_ASK(F)                                                                         \
    F(WORD, question, "connection|hello|sender|recipient|data|message|verify|login|command", "")   \
    F(TEXT, subject, "", "the address, name or client in question")
#define FIELDS_SMTP_DATA(F)                                                                        \
    F(INT, octets, "", "of the message, dots removed, end of data left out")                       \
    F(INT, lines, "", "")                                                                          \
    F(INT, dots, "", "dots that transparency added or removed (RFC 5321 4.5.2)")
#define FIELDS_SMTP_TIMEOUT(F)                                                                     \
    F(TEXT, phase, "", "greeting, MAIL, RCPT, DATA, block, message, command")                      \
    F(INT, limit_ns, "", "RFC 5321 4.5.3.2")
#define FIELDS_TLS_STARTED(F)                                                                      \
    F(TEXT, version, "", "")                                                                       \
    F(BOOL, implicit, "", "from the first octet (RFC 8314), not by STARTTLS")                      \
    F(TEXT, server_name, "", "in the client's hello, to be read by everybody on the way (SNI)")
#define FIELDS_TLS_REFUSED(F) F(TEXT, reason, "", "")
#define FIELDS_AUTH_RESULT(F)                                                                      \
    F(TEXT, user, "", "")                                                                          \
    F(TEXT, mechanism, "", "")                                                                     \
    F(BOOL, accepted, "", "")                                                                      \
    F(TEXT, reason, "", "")

/* ---- policy, queue, custody --------------------------------------------------------------- */

#define FIELDS_POLICY_DECISION(F)                                                                  \
    F(WORD, at, "connection|hello|sender|recipient|data|message|vacation",                         \
      "which question was decided")                                                                \
    F(WORD, verdict, "accept|refuse|defer", "")                                                    \
    F(INT, code, "", "reply that follows")                                                         \
    F(TEXT, enhanced, "", "")                                                                      \
    F(TEXT, rule, "", "mailbox, size, recipients limit, null MX, ...")                             \
    F(TEXT, subject, "", "address or client in question")                                          \
    F(TEXT, reference, "", "RFC section")
#define FIELDS_POLICY_RELAY(F)                                                                     \
    F(BOOL, allowed, "", "")                                                                       \
    F(WORD, reason, "local|login|network|anyone|domain|denied", "")                                \
    F(TEXT, rule, "", "the rule that decided, in the scenario's words")                            \
    F(TEXT, client, "", "address")                                                                 \
    F(TEXT, recipient, "", "")                                                                     \
    F(TEXT, reference, "", "RFC section")

#define FIELDS_QUEUE_ENTERED(F)                                                                    \
    F(TEXT, sender, "", "reverse-path without <>; empty: null")                                    \
    F(TEXTS, recipients, "", "")                                                                   \
    F(INT, octets, "", "size of the message")
#define FIELDS_QUEUE_ATTEMPT(F)                                                                    \
    F(INT, attempt, "", "1, 2, ...")                                                               \
    F(TEXT, route, "", "mx, smarthost:HOST, lmtp:HOST, local")                                     \
    F(TEXT, domain, "", "")                                                                        \
    F(TEXTS, recipients, "", "")
#define FIELDS_QUEUE_DEFERRED(F)                                                                   \
    F(TEXT, recipient, "", "")                                                                     \
    F(INT, attempt, "", "")                                                                        \
    F(INT, code, "", "of the reply; 0 if there was none")                                          \
    F(TEXT, enhanced, "", "in the reply, empty if it had none; or ours, without a reply")          \
    F(TEXT, reason, "", "in words, or the reply's text")                                           \
    F(TEXT, remote, "", "host asked; empty if none was reached")                                   \
    F(INT, next_try_ns, "", "when it is due again; tried later if others of it still are")
#define FIELDS_QUEUE_HELD(F)                                                                       \
    F(TEXT, recipient, "", "")                                                                     \
    F(TEXT, reason, "", "")
#define FIELDS_QUEUE_WARNED(F)                                                                     \
    F(TEXT, recipient, "", "")                                                                     \
    F(INT, age_ns, "", "")
#define FIELDS_QUEUE_BOUNCED(F)                                                                    \
    F(TEXT, recipient, "", "")                                                                     \
    F(INT, code, "", "of the reply; 0 if there was none")                                          \
    F(TEXT, status, "", "RFC 3463")                                                                \
    F(TEXT, reason, "", "in words, or the reply's text")                                           \
    F(TEXT, remote, "", "host that said so; empty if none")                                        \
    F(TEXT, enhanced, "", "status in the reply; empty if it had none")
#define FIELDS_QUEUE_EXPIRED(F)                                                                    \
    F(TEXT, recipient, "", "")                                                                     \
    F(INT, age_ns, "", "")                                                                         \
    F(INT, attempts, "", "")
#define FIELDS_QUEUE_REMOVED(F) F(INT, age_ns, "", "since it entered")

#define FIELDS_CUSTODY_OPENED(F)                                                                   \
    F(TEXT, custody, "", "id: host/number")                                                        \
    F(TEXT, parent, "", "custody that it came from; empty for the first")                          \
    F(TEXT, recipient, "", "")                                                                     \
    F(WORD, how, "written|accepted|expanded",                                                      \
      "by this host itself; 2yz to end of data; mail.expanded")
#define FIELDS_CUSTODY_CLOSED(F)                                                                   \
    F(TEXT, custody, "", "")                                                                       \
    F(TEXT, recipient, "", "")                                                                     \
    F(WORD, how, "passed_on|delivered|bounced|expired|expanded|discarded", "")                     \
    F(TEXT, to, "", "host, mailbox or report that it went to; empty if none")
#define FIELDS_CUSTODY_OVERLAP(F)                                                                  \
    F(TEXT, custody, "", "of the sender, still open")                                              \
    F(TEXT, next, "", "opened by the receiver; both hold it until the reply arrives")

/* ---- mail, pop3, list --------------------------------------------------------------------- */

#define FIELDS_MAIL_COMPOSED(F)                                                                    \
    F(TEXT, from, "", "reverse-path; empty: null")                                                 \
    F(TEXTS, to, "", "recipients of the envelope")                                                 \
    F(TEXT, subject, "", "")                                                                       \
    F(TEXT, message_id, "", "")                                                                    \
    F(INT, octets, "", "")
#define FIELDS_MAIL_CONTENT(F)                                                                     \
    F(WORD, part, "whole|prepended|received|final|stored",                                         \
      "all of it; the lines that this host (queue id) put before what the custody's parent had; "  \
      "those and all below them, where what came is not what the parent had; "                     \
      "the lines before it in the mailbox of the mail.delivered that follows; or, where final "    \
      "delivery also removed lines, all that was stored")                                          \
    F(TEXT, octets, "", "")
#define FIELDS_MAIL_ACCEPTED(F)                                                                    \
    F(TEXT, sender, "", "")                                                                        \
    F(TEXTS, recipients, "", "those whose RCPT was accepted")                                      \
    F(INT, octets, "", "as received, without the lines that this host adds")                       \
    F(WORD, protocol, "SMTP|ESMTP|ESMTPS|ESMTPA|ESMTPSA|LMTP|LMTPS|LMTPA|LMTPSA", "RFC 3848")      \
    F(TEXT, client, "", "name given in EHLO")                                                      \
    F(TEXT, address, "", "of the client")
#define FIELDS_MAIL_RELAYED(F)                                                                     \
    F(TEXT, recipient, "", "")                                                                     \
    F(TEXT, next_hop, "", "host that took it")                                                     \
    F(INT, code, "", "its reply")                                                                  \
    F(TEXT, reply, "", "text of the reply")
#define FIELDS_MAIL_EXPANDED(F)                                                                    \
    F(TEXT, recipient, "", "")                                                                     \
    F(TEXTS, into, "", "")                                                                         \
    F(WORD, by, "alias|list|forward|catch_all", "what the recipient was")                          \
    F(TEXT, sender, "", "reverse-path from here on: a list's owner, else as before; empty: null")
#define FIELDS_MAIL_DELIVERED(F)                                                                   \
    F(TEXT, recipient, "", "")                                                                     \
    F(TEXT, mailbox, "", "name at this host")                                                      \
    F(INT, octets, "", "as stored")                                                                \
    F(INT, hops, "", "Received lines")                                                             \
    F(INT, age_ns, "", "since it was composed; -1 if not known")
#define FIELDS_MAIL_COLLECTED(F)                                                                   \
    F(TEXT, mailbox, "", "")                                                                       \
    F(TEXT, server, "", "")                                                                        \
    F(INT, octets, "", "")
#define FIELDS_MAIL_NDR(F)                                                                         \
    F(TEXT, about, "", "mail that it reports on")                                                  \
    F(TEXT, to, "", "reverse-path of that mail")                                                   \
    F(WORD, action, "failed|delayed|delivered|relayed|expanded", "RFC 3464 2.3.3")                 \
    F(TEXTS, recipients, "", "")                                                                   \
    F(TEXTS, statuses, "", "of each recipient")
#define FIELDS_MAIL_DISCARDED(F)                                                                   \
    F(TEXT, recipient, "", "")                                                                     \
    F(TEXT, reason, "", "")
#define FIELDS_MAIL_ENDED(F)                                                                       \
    F(TEXT, recipient, "", "as the sender named it")                                               \
    F(WORD, verdict, "delivered|bounced|expired|refused|discarded|open", "")                       \
    F(TEXT, at, "", "host where it ended")                                                         \
    F(TEXT, why, "", "in words")

#define FIELDS_POP3_COMMAND(F) F(TEXT, line, "", "without CRLF; a password is left out")
#define FIELDS_POP3_REPLY(F)                                                                       \
    F(BOOL, ok, "", "")                                                                            \
    F(TEXT, line, "", "first line without CRLF")
#define FIELDS_LIST_LISTED(F)                                                                      \
    F(TEXT, list, "", "")                                                                          \
    F(TEXT, address, "", "")                                                                       \
    F(TEXT, reason, "", "")
#define FIELDS_LIST_DELISTED(F)                                                                    \
    F(TEXT, list, "", "")                                                                          \
    F(TEXT, address, "", "")                                                                       \
    F(TEXT, reason, "", "")

/* ---- the table ---------------------------------------------------------------------------- */

#define TRACE_KINDS(K)                                                                             \
    K(SIM_STARTED, sim_started, "sim.started", CORE, "the world is built; time begins")            \
    K(SIM_INPUT, sim_input, "sim.input", CORE, "an input: a timeline entry, an action, octets")    \
    K(SIM_FAULT, sim_fault, "sim.fault", CORE, "a fault met what it was aimed at")                 \
    K(SIM_ENDED, sim_ended, "sim.ended", CORE, "the run is over")                                  \
    K(HOST_STARTED, host_started, "host.started", CORE, "a host is up")                            \
    K(HOST_STOPPED, host_stopped, "host.stopped", CORE, "a host stopped in good order")            \
    K(HOST_CRASHED, host_crashed, "host.crashed", CORE, "a host lost power")                       \
    K(LINK_STATE, link_state, "link.state", CORE, "a link changed")                                \
    K(NET_DROPPED, net_dropped, "net.dropped", TCP, "a packet was lost, and why")                  \
    K(TCP_OPENED, tcp_opened, "tcp.opened", TCP, "this side's connection is established")          \
    K(TCP_FAILED, tcp_failed, "tcp.failed", TCP, "a connection could not be opened")               \
    K(TCP_CLOSED, tcp_closed, "tcp.closed", TCP, "this side's connection is over")                 \
    K(TCP_SEGMENT, tcp_segment, "tcp.segment", SEGMENT, "a segment was sent")                      \
    K(TCP_BYTES, tcp_bytes, "tcp.bytes", BYTES, "this side handed octets to TCP")                  \
    K(TCP_TIMEOUT, tcp_timeout, "tcp.timeout", TCP, "no acknowledgement in time")                  \
    K(UDP_DATAGRAM, udp_datagram, "udp.datagram", SEGMENT, "a datagram was sent")                  \
    K(DNS_QUERY, dns_query, "dns.query", DNS, "a question was sent, or (server) received")         \
    K(DNS_ANSWER, dns_answer, "dns.answer", DNS, "an answer was received, or (server) sent")       \
    K(DNS_TIMEOUT, dns_timeout, "dns.timeout", DNS, "no answer in time")                           \
    K(DNS_CACHED, dns_cached, "dns.cached", DNS, "the answer was in the cache")                    \
    K(DNS_EXPIRED, dns_expired, "dns.expired", DNS, "the answer in the cache was too old")         \
    K(DNS_MX_CHOSEN, dns_mx_chosen, "dns.mx_chosen", CORE, "where to try next, and why")           \
    K(SMTP_COMMAND, smtp_command, "smtp.command", SMTP, "sent (client) or read (server)")          \
    K(SMTP_REPLY, smtp_reply, "smtp.reply", SMTP, "read (client) or sent (server)")                \
    K(SMTP_STATE, smtp_state, "smtp.state", SMTP, "this side's session changed its state")         \
    K(SMTP_ASK, smtp_ask, "smtp.ask", SMTP, "the server's session waits for a verdict")            \
    K(SMTP_DATA, smtp_data, "smtp.data", SMTP, "the message was sent or read to its end")          \
    K(SMTP_TIMEOUT, smtp_timeout, "smtp.timeout", SMTP, "the other side was silent too long")      \
    K(TLS_STARTED, tls_started, "tls.started", SMTP, "the connection is sealed from here on")      \
    K(TLS_REFUSED, tls_refused, "tls.refused", SMTP, "no TLS, and why")                            \
    K(AUTH_RESULT, auth_result, "auth.result", SMTP, "a login was judged")                         \
    K(POLICY_DECISION, policy_decision, "policy.decision", CORE, "a rule other than relaying")     \
    K(POLICY_RELAY, policy_relay, "policy.relay", CORE, "may this client send there?")             \
    K(QUEUE_ENTERED, queue_entered, "queue.entered", CORE, "the message is in this queue")         \
    K(QUEUE_ATTEMPT, queue_attempt, "queue.attempt", CORE, "a try begins")                         \
    K(QUEUE_DEFERRED, queue_deferred, "queue.deferred", CORE, "not now: it will be tried again")   \
    K(QUEUE_HELD, queue_held, "queue.held", CORE, "set aside")                                     \
    K(QUEUE_WARNED, queue_warned, "queue.warned", CORE, "the sender is told that it is late")      \
    K(QUEUE_BOUNCED, queue_bounced, "queue.bounced", CORE, "failed for good")                      \
    K(QUEUE_EXPIRED, queue_expired, "queue.expired", CORE, "waited too long: failed for good")     \
    K(QUEUE_REMOVED, queue_removed, "queue.removed", CORE, "nothing left to do for it here")       \
    K(CUSTODY_OPENED, custody_opened, "custody.opened", CORE, "this host is now responsible")      \
    K(CUSTODY_CLOSED, custody_closed, "custody.closed", CORE, "it no longer is, and why")          \
    K(CUSTODY_OVERLAP, custody_overlap, "custody.overlap", CORE, "two hosts hold it: in doubt")    \
    K(MAIL_COMPOSED, mail_composed, "mail.composed", CORE,                                         \
      "a message was written, or (server) first seen")                                             \
    K(MAIL_CONTENT, mail_content, "mail.content", CORE, "its octets")                              \
    K(MAIL_ACCEPTED, mail_accepted, "mail.accepted", CORE, "250 to the end of data was sent")      \
    K(MAIL_RELAYED, mail_relayed, "mail.relayed", CORE, "the next host took it")                   \
    K(MAIL_EXPANDED, mail_expanded, "mail.expanded", CORE, "one recipient became others")          \
    K(MAIL_DELIVERED, mail_delivered, "mail.delivered", CORE, "it is in a mailbox")                \
    K(MAIL_COLLECTED, mail_collected, "mail.collected", CORE, "an MUA fetched it")                 \
    K(MAIL_NDR, mail_ndr, "mail.ndr", CORE, "this (new) mail is a report about another")           \
    K(MAIL_DISCARDED, mail_discarded, "mail.discarded", CORE, "thrown away, and why")              \
    K(MAIL_ENDED, mail_ended, "mail.ended", CORE, "the verdict for one recipient")                 \
    K(POP3_COMMAND, pop3_command, "pop3.command", POP3, "sent (client) or read (server)")          \
    K(POP3_REPLY, pop3_reply, "pop3.reply", POP3, "read (client) or sent (server)")                \
    K(LIST_LISTED, list_listed, "list.listed", CORE, "a blocklist entered an address")             \
    K(LIST_DELISTED, list_delisted, "list.delisted", CORE, "a blocklist removed an address")

#endif
