"""What must hold in the trace of any world, whatever happened in it.

Reads the trace alone (its header has the scenario).  Written from the RFCs and the contract, not from
the C code.  tests/check_trace.py holds what any trace must obey; here is what mail must obey: who may
relay, when a copy may exist twice, what is retried when, what a report says, what arrived.
"""
import email
import email.policy
import ipaddress
import json
import re

import fates
from check_trace import Checker

UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86400 * 10**9}
OUTBOX_RETRY_NS, OUTBOX_GIVE_UP_NS = [5 * UNITS["m"]], UNITS["d"]  # of an MUA (explain simplifications)
SCREEN = "the author's screen"


def duration_ns(text):
    total = 0
    for number, unit in re.findall(r"([0-9.]+)\s*(ns|us|ms|s|m|h|d)", text):
        total += round(float(number) * UNITS[unit])
    return total


class Trace:
    """A framed trace as octets; the shape that check_trace's rules want."""

    def __init__(self, octets):
        text = octets.decode("ascii")
        self.lines = text.split("\n")
        self.framed = True
        whole = json.loads(text)
        self.header, self.footer, self.events = whole["header"], whole["footer"], whole["events"]


class Base(Checker):
    """The rules of any trace; hashes and key order are the business of other tests, and slow."""
    rule_hashes = rule_key_order = rule_integers = lambda self: None


def on_the_wire(octets, kept):
    """What a client sends behind 354: a CR or LF alone becomes CRLF unless it is kept, lines that begin
    with a dot get another (RFC 5321 2.3.8, 4.5.2)."""
    if not kept:
        octets = re.sub("\r\n|\r|\n", "\r\n", octets)
    if not octets.endswith("\r\n"):
        octets += "\r\n"
    return re.sub(r"(^|\r\n)\.", r"\1..", octets) + ".\r\n"


def as_read(wire, lenient):
    """What a server makes of that: its line ends are CRLF, or (wrongly) LF alone too."""
    end, at, message = "\n" if lenient else "\r\n", 0, ""
    while at < len(wire):
        stop = wire.find(end, at) + len(end)
        line, at = wire[at:stop], stop
        if line == ".\r\n" or (lenient and line == ".\n"):
            break
        message += line.removeprefix(".")
    return message


class Custody:
    def __init__(self, e):
        d = e["data"]
        self.id, self.parent, self.recipient, self.how = d["custody"], d["parent"], d["recipient"], d["how"]
        self.host, self.queue, self.mail, self.seq, self.t = e["host"], e.get("queue"), e.get("mail"), e["seq"], e["t_ns"]
        self.children, self.end, self.into = [], None, None  # end: its custody.closed; into: its mail.expanded
        self.spare = False  # a further copy for somebody who had one


class Judge:
    def __init__(self, trace):
        self.t = trace
        self.scenario = json.loads(json.dumps(trace.header["scenario"]))
        self.hosts = self.scenario["hosts"]
        self.wrong = []
        self.custody, self.by_place = {}, {}
        self.entered = {}      # (host, queue) -> queue.entered
        self.entries_of = {}   # (host, mail) -> its queue.entered there
        self.whole = {}        # mail -> its octets, as composed
        self.added = {}        # (host, queue) -> lines prepended there
        self.changed = {}      # the same -> all that is there, where it is not below the lines what the sender had
        self.found = {}        # mail -> its content, of mails that nobody composed
        self.as_written = set()  # mails with "line_ends": "as_written"
        self.sends, self.by_bdat, self.by_lmtp = {}, set(), set()
        self.composed, self.reports = {}, {}
        self.tries = {}        # (host, queue, recipient) -> attempts and deferrals, in order
        self.settled = {}      # (host, queue) -> when a try of it last led to something
        self.spared = {}       # mail -> were copies spared, since two names led to one mailbox?
        self.merged = {}       # mail -> recipients of whom only such copies were left
        self.last_input = None
        self.wishes = {}       # mail -> its NOTIFY
        # Lists begin anew, and servers without DSN cannot pass it on (RFC 3461 5.2.7, 5.2.2).
        self.forgetful = any(h.get(r, {}).get("without") or h.get("mda", {}).get("lists") for h in self.hosts.values()
                             for r in ("msa", "mta", "mda"))
        # ... nor can a server whose EHLO is refused.
        self.forgetful = self.forgetful or any(t.get("answer", {}).get("to") == "EHLO" for t in self.scenario["timeline"])
        self.reset = set()     # hosts whose settings changed
        self.late = set()      # (mail, recipient) of whom a copy was taken when all was over
        self.down = {}         # host -> since
        self.outages = {}      # host -> [(from, to)]
        self.logins, self.answers, self.accepted_on = {}, {}, {}
        self.calm = True       # nothing has been done to this world but sending
        self.counts = {"letters": 0, "reports": 0, "copies": 0, "doubles": 0, "expired": 0, "refusals": 0, "faults": 0,
                       "foretold": 0}

    def need(self, condition, e, what):
        if not condition:
            self.wrong.append((f"seq {e['seq']} ({e['kind']} at {e.get('host')}): " if e else "") + what)

    def judge(self):
        for e in self.t.events:
            rule = getattr(self, "on_" + e["kind"].replace(".", "_"), None)
            if e.get("host") in self.down:
                self.need(e["kind"] in ("host.started", "sim.input", "tcp.closed", "tcp.failed", "net.dropped", "custody.opened",
                                        "sim.fault", "mail.composed", "mail.content", "queue.entered"),
                          e, "a host that is down does something")
            if rule:
                rule(e, e["data"])
        for name in dir(self):
            if name.startswith("at_end_"):
                getattr(self, name)()
        self.at_last_fates()
        return self.wrong

    # ---- the world and what is done to it ----

    def on_sim_input(self, e, d):
        self.last_input = e
        if d["verb"] != "send":
            self.calm = False
        else:
            self.sends[e["seq"]] = json.loads(d["detail"])
        if d["verb"] == "set":
            for pointer, value in json.loads(d["detail"]).items():
                self.set(e, pointer, value)

    def set(self, e, pointer, value):
        self.reset.add(e["host"])
        place = self.hosts[e["host"]]
        if pointer.startswith("/zones/"):
            place = self.scenario
        *path, last = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
        for p in path:
            place = place[int(p)] if isinstance(place, list) else place.setdefault(p, {})
        if isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value

    def on_sim_fault(self, e, d):
        self.calm = False
        self.counts["faults"] += 1

    def on_net_dropped(self, e, d):
        self.calm = False

    def on_host_crashed(self, e, d):
        self.down[e["host"]] = e["t_ns"]
        self.outages.setdefault(e["host"], []).append([e["t_ns"], None])

    def on_host_stopped(self, e, d):
        self.outages.setdefault(e["host"], []).append([e["t_ns"], None])

    def on_host_started(self, e, d):
        self.down.pop(e["host"], None)
        for gap in self.outages.get(e["host"], [])[-1:]:
            gap[1] = e["t_ns"]

    def was_down(self, host, after, before):
        return any(a <= before and (b is None or b >= after) for a, b in self.outages.get(host, []))

    # ---- mail comes into being ----

    def on_mail_composed(self, e, d):
        self.composed[e["mail"]] = e
        if self.last_input and e.get("cause") == self.last_input["seq"]:
            self.wishes[e["mail"]] = json.loads(self.last_input["data"]["detail"]).get("notify")
        if self.sends.get(e.get("cause"), {}).get("line_ends") == "as_written":
            self.as_written.add(e["mail"])
        self.counts["letters"] += 1

    def on_mail_content(self, e, d):
        if d["part"] == "whole":
            self.whole[e["mail"]] = d["octets"]
            if e.get("side") == "server":
                self.found[e["mail"]] = e
                self.need(self.is_lenient(e["host"]), e, "a message that nobody wrote, at a server that only CRLF ends lines for")
        elif d["part"] in ("prepended", "received"):
            # By LMTP one line serves all copies of a transaction, so it has no queue id yet.
            at = self.added if d["part"] == "prepended" else self.changed
            at[e["host"], e.get("queue", e.get("conn"))] = d["octets"]
        else:
            self.last_final = (d["part"], d["octets"])

    def on_queue_entered(self, e, d):
        self.need((e["host"], e["queue"]) not in self.entered, e, "a queue id is used twice")
        report, before = self.reports.get(e["mail"]), self.entries_of.setdefault((e["host"], e["mail"]), [])
        if report and report["host"] == e["host"] and not before:
            self.need(d["recipients"] == [report["data"]["to"]] and d["sender"] == "", e, f"a report from {d['sender']!r} to {d['recipients']}")
        before.append(e)
        self.entered[e["host"], e["queue"]] = e

    # ---- who holds it ----

    def on_custody_opened(self, e, d):
        c = self.custody[d["custody"]] = Custody(e)
        before = self.by_place.get((c.host, c.queue, c.recipient))
        if not before or before.end:  # else: the same name twice in one message; the second is spared
            self.by_place[c.host, c.queue, c.recipient] = c
        parent = self.custody.get(c.parent)
        if not parent:
            self.need(c.how == "written" or c.mail in self.found, e, f"{c.how}, but from nobody")
            return
        if c.how == "accepted":
            self.count_hops(e, c)
            # A slow server takes what its client gave up on, and has given back to the author by now.
            last = self.tries.get((parent.host, parent.queue, parent.recipient), [{"kind": ""}])[-1]["kind"]
            late = parent.end and (last == "queue.expired" or self.was_given_up(c, parent))
            if late:
                self.late.add((c.mail, self.author_named(c)))
            self.need(not parent.end or late, e, f"taken from {parent.id}, which is closed")
            if any(k.how == "accepted" for k in parent.children) and not self.was_given_up(c, parent):
                self.second_copy(e, parent, [k for k in parent.children if k.how == "accepted"][-1])
        parent.children.append(c)

    def was_given_up(self, c, parent):
        """It came by a connection older than another try, which its client had lost from sight."""
        conns = [self.accepted_on.get((k.host, k.queue)) for k in parent.children if k.how == "accepted"]
        tries = self.tries.get((parent.host, parent.queue, parent.recipient), [])
        lost = any(t["kind"] == "queue.deferred" and t["data"]["code"] in (0, 421) for t in tries)
        return self.accepted_on.get((c.host, c.queue), 0) < max(conns, default=0) and (lost or parent.host in self.outages)

    def count_hops(self, e, c):
        """RFC 5321 6.3: each Received line is a hop, and a server takes so many and no more."""
        host, hops, above = self.hosts[c.host], 0, self.custody.get(c.parent)
        while above:
            hops += above.how == "accepted"
            above = self.custody.get(above.parent)
        limit = (host.get("mta") or host.get("msa") or {}).get("max_hops")
        self.need(limit is None or hops < limit, e, f"taken after {hops} hops; {limit} is the limit")

    def author_named(self, c):
        while c.parent in self.custody:
            c = self.custody[c.parent]
        return c.recipient

    def second_copy(self, e, parent, before):
        """RFC 5321 6.1: only if the reply to the final dot of the first one was lost."""
        self.counts["doubles"] += 1
        conn = self.accepted_on.get((before.host, before.queue))
        read = [r for r in self.answers.get(conn, [])
                if r["seq"] > before.seq and r["data"]["to"] == "message" and r["data"]["code"] // 100 == 2]
        if self.is_lmtp(before):
            read = []  # one reply for each recipient: which of them was read, its custody says
        self.need(not read, e, f"a second copy for {parent.recipient}, though {parent.host} has read the 250")
        tries = self.tries.get((parent.host, parent.queue, parent.recipient), [])
        began = max((t["seq"] for t in tries if t["kind"] == "queue.attempt" and t["seq"] < before.seq), default=0)
        last = [t for t in tries if t["seq"] > began]  # a slow server may take it after its client gave up
        doubt = [t for t in last if t["kind"] == "queue.deferred" and t["data"]["code"] in (0, 421)]
        # The client may have lost power before a slow server took what it had sent.
        since = min((r["t_ns"] for r in self.answers.get(conn, [])), default=before.t)
        self.need(doubt or self.was_down(parent.host, min(since, before.t), e["t_ns"]), e,
                  f"a second copy for {parent.recipient}, though nothing was lost after the first")

    def is_lmtp(self, c):
        return "mta" not in self.hosts[c.host] and "mda" in self.hosts[c.host]

    def on_mail_accepted(self, e, d):
        self.accepted_on[e["host"], e.get("queue")] = e.get("conn")
        host = self.hosts[e["host"]]
        if d["protocol"].startswith("LMTP"):
            self.by_lmtp.add(e.get("conn"))
            return
        for recipient in d["recipients"]:
            allowed, _ = fates.may_relay(host, d["address"], e.get("conn") in self.logins, recipient)
            # What was judged at RCPT stays so when the rules change before the dot.
            self.need(allowed or e["host"] in self.reset, e, f"taken for {recipient}, which no rule of {e['host']} allows to {d['address']}")
            if fates.is_local(host, recipient) and host["mta"].get("recipients", "known") == "known" and self.calm:
                self.need(fates.known(self.hosts, recipient, fates.home(host)), e, f"{recipient} is nobody's, and this server knows")

    def on_policy_relay(self, e, d):
        host = self.hosts[e["host"]]
        allowed, rule = fates.may_relay(host, d["client"], e.get("conn") in self.logins, d["recipient"])
        self.need(allowed == d["allowed"], e, f"the rules say {allowed}, the verdict is {d['allowed']}")
        if rule and d["reason"] != "local":
            self.need(rule == d["rule"], e, f"the first rule that fits is {rule!r}, not {d['rule']!r}")

    def on_auth_result(self, e, d):
        if d["accepted"] and e.get("side") == "server" and d["mechanism"] in ("PLAIN", "LOGIN"):  # else: POP3's
            users = self.hosts[e["host"]].get("msa", {}).get("users", {})
            self.need(d["user"] in users, e, f"{d['user']} is no user of this server")
            self.logins[e["conn"]] = d["user"]

    def on_smtp_reply(self, e, d):
        if e["side"] == "client":
            self.answers.setdefault(e["conn"], []).append(e)
        elif d["code"] >= 500:
            self.counts["refusals"] += 1

    # ---- trying ----

    def on_queue_attempt(self, e, d):
        for recipient in d["recipients"]:
            key = (e["host"], e["queue"], recipient)
            tries = self.tries.setdefault(key, [])
            if tries:
                last = tries[-1]
                if last["kind"] in ("queue.bounced", "queue.expired"):
                    self.need(False, e, f"{recipient} is tried again after {last['kind']}")
                elif last["kind"] == "queue.deferred":
                    due = last["data"]["next_try_ns"]
                    self.need(e["t_ns"] >= due, e, f"{recipient} is tried before its time, {due}")
                    if not self.was_down(e["host"], last["t_ns"], e["t_ns"]) and not self.waits(e["host"]):
                        # Later only if others of the same message were still being tried when it was due.
                        over = self.settled.get((e["host"], e["queue"]), 0)
                        self.need(e["t_ns"] == max(due, over), e, f"{recipient} is tried after its time, {due}")
                elif not self.was_down(e["host"], last["t_ns"], e["t_ns"]):
                    self.need(False, e, f"{recipient} is tried twice at once")
            c = self.by_place.get(key)
            self.need(c and not c.end, e, f"{recipient} is tried, but {e['host']} does not hold it")
            tries.append(e)

    def waits(self, host):
        """Has this host a limit that may make a try wait for its turn?"""
        mta = {**self.hosts[host].get("msa", {}), **self.hosts[host].get("mta", {})}
        return host in self.reset or any(mta.get(k) for k in ("parallel", "parallel_per_host", "hold")) or mta.get("personality", "rfc") != "rfc"

    def schedule(self, host):
        if "stranger" in self.hosts[host]:
            return [0], 0  # tries once
        if "mta" not in self.hosts[host] and "msa" not in self.hosts[host]:
            return OUTBOX_RETRY_NS, OUTBOX_GIVE_UP_NS
        mta = self.hosts[host].get("mta") or self.hosts[host]["msa"]
        return [duration_ns(r) for r in mta["retry"]], duration_ns(mta["give_up_after"])

    def on_queue_deferred(self, e, d):
        tries = self.tries.setdefault((e["host"], e["queue"], d["recipient"]), [])
        self.need(tries and tries[-1]["kind"] == "queue.attempt", e, f"{d['recipient']} is deferred without a try")
        self.need((d["enhanced"] or str(d["code"])).startswith("4"), e, f"deferred with {d['code']} {d['enhanced']}")
        entered = self.entered[e["host"], e["queue"]]["t_ns"]
        if not self.waits(e["host"]):
            retry, give_up = self.schedule(e["host"])
            due = min(e["t_ns"] + retry[min(d["attempt"], len(retry)) - 1], entered + give_up)
            if d["enhanced"] in ("4.4.1", "4.4.3") and d["code"] == 0:  # the host cannot be reached: it has a clock of its own (RFC 5321 4.5.4.1)
                latest = min(e["t_ns"] + max(retry), entered + give_up)
                self.need(e["t_ns"] < d["next_try_ns"] <= latest, e, f"the next try is due by {latest}, not at {d['next_try_ns']}")
            else:
                self.need(d["next_try_ns"] == due, e, f"the next try is due at {due}, not at {d['next_try_ns']}")
        self.need(sum(t["kind"] == "queue.attempt" for t in tries) == d["attempt"], e, "attempts are miscounted")
        tries.append(e)
        self.settled[e["host"], e["queue"]] = e["t_ns"]

    def on_mail_relayed(self, e, d):
        self.settled[e["host"], e["queue"]] = e["t_ns"]

    def on_queue_bounced(self, e, d):
        self.settled[e["host"], e["queue"]] = e["t_ns"]
        self.tries.setdefault((e["host"], e["queue"], d["recipient"]), []).append(e)
        self.need(d["code"] == 0 or d["code"] >= 500, e, f"{d['code']} is no reason to give up (RFC 5321 4.2.1)")
        self.need(d["status"].startswith("5"), e, f"bounced with {d['status']}")

    def on_queue_expired(self, e, d):
        self.counts["expired"] += 1
        self.settled[e["host"], e["queue"]] = e["t_ns"]
        self.tries.setdefault((e["host"], e["queue"], d["recipient"]), []).append(e)
        entered = self.entered[e["host"], e["queue"]]["t_ns"]
        self.need(d["age_ns"] == e["t_ns"] - entered, e, "its age is wrong")
        if not self.waits(e["host"]):
            self.need(d["age_ns"] >= self.schedule(e["host"])[1], e, "given up before its time")

    def on_dns_mx_chosen(self, e, d):
        rows, own = d["candidates"], e["host"]
        mx = [c for c in rows if c["preference"] >= 0]
        self.need(mx == sorted(mx, key=lambda c: c["preference"]), e, "candidates are not in the order of preference")
        limit = min([c["preference"] for c in mx if c["host"] == own], default=None)
        for c in mx:
            if limit is not None and c["preference"] >= limit and d["reason"] in ("mx", "next", "loop"):
                self.need(c["verdict"] == "dropped", e, f"{c['host']} is not better than this host itself (RFC 5321 5.1)")
        live = [c["host"] for c in rows if c["verdict"] not in ("dropped", "failed")]
        if d["chosen"]:
            self.need(live and live[0] == d["chosen"], e, f"{d['chosen']} is chosen before {live[:1]}")
        zone = self.scenario["zones"].get(d["domain"])
        if zone and all(c["preference"] >= 0 for c in d["candidates"]) and "fails" not in zone and self.calm:
            self.as_in_zone(e, d, zone["mx"])

    def as_in_zone(self, e, d, mx):
        rows = [f"{c['preference']} {c['host']}" for c in d["candidates"]]
        want = mx or [f"0 {d['domain']}"]
        self.need(sorted(rows) == sorted(want), e, f"the zone has {mx}, but it tries {rows}")
        if mx == ["0 ."]:
            self.need(d["reason"] == "null_mx", e, f"RFC 7505, and not {d['reason']}")
        elif not mx:
            self.need(d["reason"] in ("implicit_mx", "loop", "none"), e, f"RFC 5321 5.1: implicit, and not {d['reason']}")

    # ---- where it ends ----

    def on_mail_delivered(self, e, d):
        self.counts["copies"] += 1
        c = self.by_place.get((e["host"], e.get("queue"), d["recipient"]))
        if not c:
            self.need(False, e, "delivered, but nobody held it")
            return
        part, octets = self.last_final
        stored = octets + self.content(c) if part == "final" else octets
        self.need(len(stored) == d["octets"], e, f"{d['octets']} octets are stored, its parts have {len(stored)}")
        self.need(stored.endswith(self.content(c).split("\r\n\r\n", 1)[-1]), e, "what is stored is not what was written")

    def content(self, c):
        """The message as this custody's host holds it: what was written, below the lines of each hop."""
        lines, mail = [], c.mail
        while c:
            if c.how == "accepted":
                conn = self.accepted_on.get((c.host, c.queue))
                for place in ((c.host, c.queue), (c.host, conn)):
                    if place in self.changed:
                        return "".join(lines) + self.changed[place]
                    if place in self.added:
                        lines.append(self.added[place])
                        break
            c = self.custody.get(c.parent)
        return "".join(lines) + self.whole[mail]

    def on_mail_discarded(self, e, d):
        self.last_discard = d["reason"]

    def bare_lf(self, host):
        return (self.hosts[host].get("mta") or self.hosts[host].get("msa") or {}).get("bare_lf")

    def is_lenient(self, host):
        return self.bare_lf(host) == "ends_line"

    def keeps(self, c):
        """Do a CR or LF alone go out of there as they are?"""
        return self.bare_lf(c.host) == "kept" or (c.how == "written" and c.mail in self.as_written)

    def at_end_hops(self):
        """What each server holds is its own lines, and what it had to read (RFC 5321 2.3.8, 4.1.1.4)."""
        for c in self.custody.values():
            parent = self.custody.get(c.parent)
            conn = self.accepted_on.get((c.host, c.queue))
            if c.how != "accepted" or not parent or parent.mail != c.mail:
                continue
            want, has = self.content(parent), self.content(c)
            if conn not in self.by_bdat:
                want = as_read(on_the_wire(want, self.keeps(parent)), self.is_lenient(c.host) and conn not in self.by_lmtp)
            own = has.removesuffix(want)
            self.need(own != has and own.startswith(("Received:", "Received-SPF:")) and own.endswith("\r\n"), None,
                      f"{c.id} has something else than came from {parent.id}")

    def at_end_found(self):
        """What nobody wrote stands in a letter that came to the same server before, by the same connection."""
        for mail, e in self.found.items():
            before = [c for c in self.custody.values() if self.accepted_on.get((c.host, c.queue)) == e["conn"]
                      and c.seq < e["seq"] and c.parent in self.custody]
            sender = self.custody[before[-1].parent] if before else None
            self.need(sender and self.keeps(sender), e, f"{mail} comes from nowhere")
            if sender:
                _, dot, behind = re.sub(r"\n\.\r?\n", "\n\0", on_the_wire(self.content(sender), True), count=1).partition("\0")
                inside = [as_read(part, True) for part in behind.split("DATA\r\n")]
                self.need(dot and self.whole[mail] in inside, e, f"{mail} is not what follows a dot in {sender.mail}")

    def on_smtp_command(self, e, d):
        if d["verb"] == "BDAT":
            self.by_bdat.add(e.get("conn"))

    def on_custody_closed(self, e, d):
        c = self.custody[d["custody"]]
        c.end = e
        if d["how"] == "passed_on":
            taken = [k for k in c.children if k.how == "accepted"]
            self.need(taken, e, "passed on, but nobody took it")
            for k in taken[-1:]:
                conn = self.accepted_on.get((k.host, k.queue))
                good = [r for r in self.answers.get(conn, []) if r["data"]["to"] == "message" and r["data"]["code"] // 100 == 2]
                self.need(good, e, f"passed on, but no 250 of {k.host} was read")
        if d["how"] == "discarded" and self.last_discard.startswith("a further copy") and any(k.mail == c.mail and k.host == c.host and k is not c and k.seq < c.seq
                                           and k.recipient.lower() == c.recipient.lower() for k in self.custody.values()):
            self.spared[c.mail] = c.spare = True  # an alias led to somebody who has it from here already
        elif d["how"] in ("bounced", "expired", "discarded"):
            end = [t["kind"] for t in self.tries.get((c.host, c.queue, c.recipient), [])][-1:]
            self.need(end in (["queue.bounced"], ["queue.expired"]), e, f"{d['how']} after {end}")

    # ---- reports ----

    def on_mail_ndr(self, e, d):
        self.counts["reports"] += 1
        self.reports[e["mail"]] = e
        entry = self.entries_of.get((e["host"], d["about"]), [])
        self.need(any(q["data"]["sender"] == d["to"] for q in entry), e, f"goes to {d['to']}, who did not send it")
        self.need(d["to"] != "", e, "about a mail with a null reverse-path (RFC 5321 6.1)")
        self.need(d["about"] not in self.reports, e, "about a report")
        wishes = self.wishes.get(d["about"])
        self.need(wishes not in ("never", ["never"]) or self.forgetful, e, "about a mail whose author wants none (RFC 3461 4.1)")
        for recipient, status in zip(d["recipients"], d["statuses"]):
            tried = [self.tries.get((e["host"], q["queue"], recipient)) for q in entry]
            last = [t[-1] for t in tried if t]
            if d["action"] == "failed":
                self.need(any(t["kind"] in ("queue.bounced", "queue.expired") for t in last), e, f"{recipient} has not failed")
            if d["action"] == "failed" and any(t["kind"] == "queue.expired" for t in last) and len(last) == 1:
                asked = any(t["kind"] == "queue.attempt" for t in [x for x in tried if x][0])
                self.need(status[0] == "4", e, f"{recipient} has expired, and the report says {status} (RFC 3463 2)")
                self.need((status == "4.4.7") != asked, e, f"{recipient} has expired {'' if asked else 'un'}tried, and the report "
                          f"says {status} (RFC 3463 3.5: the actual problem, where there was one)")
        self.read_report(e, d)

    def read_report(self, e, d):
        """As RFC 3464 and 6522 have it, read by somebody else's parser."""
        octets = self.whole.get(e["mail"])
        if octets is None:
            self.need(False, e, "the report has no content")
            return
        m = email.message_from_bytes(octets.encode("latin-1"), policy=email.policy.default)
        self.need(m.get_content_type() == "multipart/report" and m.get_param("report-type") == "delivery-status", e,
                  f"is no report but {m['Content-Type']}")
        parts = m.get_payload()
        self.need(2 <= len(parts) <= 3 and parts[0].get_content_type() == "text/plain"
                  and parts[1].get_content_type() == "message/delivery-status", e, "its parts are wrong")
        blocks = parts[1].get_payload()
        self.need(blocks[0]["Reporting-MTA"] == f"dns; {e['host']}", e, f"Reporting-MTA: {blocks[0]['Reporting-MTA']}")
        said = [(b["Final-Recipient"], b["Action"], b["Status"]) for b in blocks[1:]]
        meant = [(f"rfc822; {r}", d["action"], s) for r, s in zip(d["recipients"], d["statuses"])]
        self.need(sorted(said) == sorted(meant), e, f"says {said}, but the record {meant}")
        self.need(m["To"] is not None and d["to"].lower() in str(m["To"]).lower(), e, f"is written to {m['To']}")
        for b in blocks[1:]:
            self.need(("Will-Retry-Until" in b) <= (b["Action"] == "delayed"), e, "Will-Retry-Until where nothing is retried")

    # ---- what was written, what was on the wire ----

    def at_end_letters(self):
        """Each letter is what the scenario says, with the line ends of mail (RFC 5321 2.3.8)."""
        for e in self.t.events:
            if e["kind"] != "sim.input" or e["data"]["verb"] != "send":
                continue
            send = json.loads(e["data"]["detail"])
            first = [c for c in self.composed.values() if c.get("cause") == e["seq"]]
            self.need(len(first) == 1, e, "one input, not one letter")
            if first and "size" not in send:
                body = self.whole[first[0]["mail"]].split("\r\n\r\n", 1)[1]
                want = send.get("body", "").encode().decode("latin-1")
                if send.get("line_ends") == "as_written":
                    self.need(body == want + "\r\n" * (want != "" and not want.endswith("\r\n")), e, "another body was written")
                    continue
                want = want.replace("\r\n", "\n").replace("\r", "\n").split("\n")
                self.need(body.rstrip("\r\n").split("\r\n") == "\n".join(want).rstrip("\n").split("\n"), e, "another body was written")

    def at_end_wire(self):
        """What went over each connection, dots taken off, is what its sender held (RFC 5321 4.5.2)."""
        streams, sealed, sent = {}, set(), {}
        for e in self.t.events:
            if e["kind"] == "tcp.bytes" and e.get("side") == "client":
                streams.setdefault(e["conn"], []).append(e["data"]["octets"])
            elif e["kind"] == "tls.started":
                sealed.add(e.get("conn"))
            elif e["kind"] == "custody.overlap":
                sent.setdefault(self.accepted_on.get((e["host"], e.get("queue"))), {})[e["data"]["custody"]] = e
        for conn, overlaps in sent.items():
            if conn in sealed or conn not in streams:
                continue
            said = "".join(streams[conn])
            for custody, e in overlaps.items():
                held = self.content(self.custody[custody])
                stuffed = held if conn in self.by_bdat else on_the_wire(held, self.keeps(self.custody[custody]))
                self.need(stuffed in said, e, f"connection {conn} carried something else than {custody} had")

    def at_end_one_report_for_a_round(self):
        """RFC 5321 4.4: what failed together is told together."""
        rounds = {}
        for c in self.custody.values():
            if c.end and c.end["data"]["how"] in ("bounced", "expired"):
                rounds.setdefault((c.host, c.queue, c.end["t_ns"]), set()).add(c.end["data"]["to"])
        for place, told in rounds.items():
            self.need(len(told) == 1, None, f"{place}: one failure, {len(told)} reports: {sorted(told)}")

    def on_mail_expanded(self, e, d):
        c = self.by_place.get((e["host"], e["queue"], d["recipient"]))
        if c:
            c.into = e

    def at_end_expansions(self):
        """Whom a name stands for, all of them; a list sends as its owner (RFC 5321 3.9)."""
        for c in self.custody.values():
            if not c.end or c.end["data"]["how"] != "expanded":
                continue
            new = [k.recipient for k in c.children if k.how == "expanded"]
            self.need(c.into and new == c.into["data"]["into"], c.end, f"{c.recipient} became {new}")
            if c.into and c.into["data"]["by"] == "list" and self.entered[c.host, c.queue]["data"]["sender"]:
                sender = self.entered[c.host, c.end["data"]["to"]]["data"]["sender"]
                owners = [l["owner"] for h in self.hosts.values() for l in h.get("mda", {}).get("lists", {}).values()]
                self.need(sender in owners, c.end, f"the list sends as {sender}")

    def at_end_verdicts(self):
        """The worst that happened to any copy is what mail.ended says."""
        order = ["delivered", "discarded", "expired", "bounced", "refused"]
        roots = {}
        for c in self.custody.values():
            top = c
            while top.parent in self.custody:
                top = self.custody[top.parent]
            if c.end and not c.spare:
                how = c.end["data"]["how"]
                if how == "bounced" and c.end["data"]["to"] == SCREEN:
                    how = "refused"
                if how in order:
                    roots.setdefault((top.mail, top.recipient), set()).add(how)
        for e in self.t.events:
            if e["kind"] == "mail.ended" and e["data"]["verdict"] in order:
                seen = roots.get((e["mail"], e["data"]["recipient"]), set())
                if not seen and e["data"]["verdict"] == "discarded" and self.spared.get(e["mail"]):
                    self.merged.setdefault(e["mail"], set()).add(e["data"]["recipient"])
                    continue  # all it led to had the message by another name already
                worst = max(seen, key=order.index, default=None)
                ok = e["data"]["verdict"] == worst or (e["mail"], e["data"]["recipient"]) in self.late or (worst == "expired" and e["data"]["verdict"] == "refused")
                self.need(ok, e, f"the verdict is {e['data']['verdict']}, but its copies ended {sorted(seen)}")

    def at_end_nothing_left(self):
        ended = [e for e in self.t.events if e["kind"] == "sim.ended"]
        self.need(len(ended) == 1, None, "sim.ended is not there once")
        if ended and ended[0]["data"]["reason"] == "quiet":
            for c in self.custody.values():
                self.need(c.end or c.host in self.down or self.was_down(c.host, ended[0]["t_ns"], ended[0]["t_ns"]), None,
                          f"{c.host} still holds {c.id} for {c.recipient}")

    def at_last_fates(self):
        """In a calm world one can say beforehand what becomes of each letter."""
        if self.calm:
            for wrong in fates.compare(self):
                self.need(False, None, wrong)


def judge(octets):
    trace = Trace(octets)
    base = Base(trace)
    wrong = base.check()
    j = Judge(trace)
    return wrong + j.judge(), j.counts
