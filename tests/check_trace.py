#!/usr/bin/env python3
"""Whether what must always hold in a trace does hold, from the contract alone.

usage: tests/check_trace.py TRACE...     status 0: all hold; 1: said which does not, and where

Nothing here is shared with the C code: the contract is read twice, once by each.
"""
import hashlib
import json
import re
import sys


class Trace:
    """Header, events and footer of either form, and the octets of the event lines."""

    def __init__(self, path):
        with open(path, "rb") as f:
            raw = f.read()
        if not raw.isascii():
            raise ValueError("not ASCII")
        lines = raw.decode("ascii").split("\n")
        if lines.pop() != "":
            raise ValueError("the last line has no LF")
        if not lines or not lines[-1].startswith(('],"footer":', '{"footer":')):
            raise ValueError("no footer: truncated")
        self.framed = lines[-1].startswith("]")
        if self.framed:
            whole = json.loads(raw)
            self.header, self.footer, self.events = whole["header"], whole["footer"], whole["events"]
            self.lines = [line[:-1] if line.endswith(",") else line for line in lines[1:-1]]
        else:
            self.header = json.loads(lines[0])["header"]
            self.footer = json.loads(lines[-1])["footer"]
            self.lines = lines[1:-1]
            self.events = [json.loads(line) for line in self.lines]
        scenario = re.search(r'"scenario":(\{.*\}),"scenario_sha256":"[0-9a-f]{64}"(?:,"changed":"(?:[^"\\]|\\.)+")?\}', lines[0])
        self.scenario = scenario.group(1) if scenario else ""


class Checker:
    def __init__(self, trace):
        self.t = trace
        self.wrong = []

    def need(self, condition, event, what):
        if not condition:
            place = f"seq {event['seq']}: " if event else ""
            self.wrong.append(place + what)

    def check(self):
        for name in sorted(dir(self)):
            if name.startswith("rule_"):
                getattr(self, name)()
        return self.wrong

    # ---- the file ----

    def rule_hashes(self):
        text = "".join(line + "\n" for line in self.t.lines)
        self.need(hashlib.sha256(text.encode()).hexdigest() == self.t.footer["events_sha256"], None,
                  "events_sha256 is not that of the event lines")
        self.need(hashlib.sha256(self.t.scenario.encode()).hexdigest() == self.t.header["scenario_sha256"],
                  None, "scenario_sha256 is not that of the scenario")

    def rule_counts(self):
        counts = {}
        for e in self.t.events:
            counts[e["kind"]] = counts.get(e["kind"], 0) + 1
        footer = self.t.footer["counts"]
        for kind, count in counts.items():
            self.need(footer.get(kind) == count, None, f"{count} {kind}, but the footer counts {footer.get(kind)}")
        self.need(self.t.footer["written"] == len(self.t.events), None, "`written` is not the number of events")
        self.need(self.t.footer["records"] == sum(footer.values()), None, "`records` is not the sum of the counts")
        self.need(self.t.footer["status"] in ("complete", "limit", "error"), None, "unknown status")

    def rule_integers(self):
        def walk(e, value):
            if isinstance(value, float) or value is None:
                self.need(False, e, f"not an integer: {value}")
            elif isinstance(value, dict):
                for v in value.values():
                    walk(e, v)
            elif isinstance(value, list):
                for v in value:
                    walk(e, v)
            elif isinstance(value, str):
                self.need(all(ord(c) < 256 for c in value), e, "a code point beyond an octet")
        for e in self.t.events:
            walk(e, e)

    def rule_key_order(self):
        order = ["seq", "t_ns", "host", "kind", "side", "conn", "mail", "queue", "cause", "data"]
        for e in self.t.events:
            keys = list(e)
            self.need(keys == [k for k in order if k in e], e, f"keys {keys}")

    # ---- what must always hold ----

    def rule_order(self):
        """Causes come earlier; time never runs back."""
        seen, seq, time = set(), 0, 0
        for e in self.t.events:
            self.need(e["seq"] > seq, e, "seq does not grow")
            self.need(e["t_ns"] >= time, e, "time runs back")
            seq, time = e["seq"], e["t_ns"]
            if "cause" in e:
                self.need(e["cause"] < seq, e, "the cause comes later")
                self.need(e["cause"] in seen, e, f"the cause {e['cause']} is not in the trace")
            seen.add(seq)
        self.need(self.t.footer["end_ns"] >= time, None, "the run ends before its last event")

    def rule_state_chains(self):
        """Each (connection, side)'s state changes form a chain."""
        state = {}
        for e in self.t.events:
            if e["kind"] == "smtp.state":
                end = (e["conn"], e["side"])
                self.need(e["data"]["from"] == state.get(end, ""), e,
                          f"leaves {e['data']['from']!r}, but {end} was in {state.get(end, '')!r}")
                state[end] = e["data"]["to"]

    def rule_custody(self):
        """Every custody opens once and closes once, or stands in the footer with its holder."""
        opened, closed = {}, set()
        for e in self.t.events:
            if e["kind"] == "custody.opened":
                c = e["data"]["custody"]
                self.need(c not in opened, e, f"custody {c} opens twice")
                self.need(c.startswith(e["host"] + "/"), e, f"custody {c} is not named after its host {e['host']}")
                parent = e["data"]["parent"]
                self.need(parent == "" or parent in opened, e, f"the parent {parent} never opened")
                opened[c] = e
            elif e["kind"] == "custody.closed":
                c = e["data"]["custody"]
                self.need(c in opened, e, f"custody {c} closes, but never opened")
                self.need(c not in closed, e, f"custody {c} closes twice")
                if c in opened:
                    self.need(opened[c]["host"] == e["host"], e, f"custody {c} is closed by another host")
                    self.need(opened[c]["data"]["recipient"] == e["data"]["recipient"], e,
                              f"custody {c} closes for another recipient")
                closed.add(c)
            elif e["kind"] == "custody.overlap":
                c = e["data"]["custody"]
                self.need(c in opened and c not in closed, e, f"overlap with {c}, which is not open")
                self.need(e["data"]["next"] in opened, e, f"overlap with {e['data']['next']}, which never opened")
        listed = {c["custody"]: c for c in self.t.footer["custodies_open"]}
        if "core" not in self.t.header["layers"]:
            return
        self.need(set(opened) - closed == set(listed), None,
                  f"open at the end: {sorted(set(opened) - closed)}; the footer lists {sorted(listed)}")
        for c, entry in listed.items():
            if c in opened:
                self.need(entry["host"] == opened[c]["host"], None, f"{c}: the footer names another holder")

    def rule_found(self):
        """A message that nobody wrote is first seen by the server that takes it (mail.composed on the server's
        side): it is named after that server, its content is recorded whole there, and its custody comes from nobody.  If the client is
        one of ours, it was smuggled (RFC 5321 2.3.8, 4.1.1.4): a letter went over that connection before,
        and in it, behind a dot between bare LF, stands every octet of this one.  No other custody is
        accepted from nobody."""
        if "core" not in self.t.header["layers"]:
            return
        written, octets, found, carried, opened_by = set(), {}, {}, {}, {}
        for e in self.t.events:
            kind, d, mail = e["kind"], e["data"], e.get("mail", "")
            if kind == "mail.composed":
                self.need(mail not in written and mail not in found, e, f"{mail} is composed twice")
                if "side" not in e:
                    written.add(mail)
                    continue
                found[mail] = e
                self.need(e["side"] == "server" and re.fullmatch(re.escape(e["host"]) + r"\.[0-9]+", mail), e,
                          f"{mail}, which nobody wrote, is not named after the server that found it")
            elif kind == "tcp.opened" and e.get("side") == "client":
                opened_by[e["conn"]] = e["host"]
            elif kind == "mail.content" and d["part"] == "whole":
                self.need(mail not in octets, e, f"{mail} has a second content")
                octets[mail] = d["octets"]
            elif kind == "mail.accepted":
                self.need(mail in written or mail in found, e, f"{mail} was neither written nor found")
                if mail in found and e["conn"] == found[mail].get("conn") and e["conn"] in opened_by:
                    letter = carried.get(e["conn"])
                    self.need(letter in written, e, f"{mail} was smuggled in no letter")
                    # Such a server also takes away the dot of any other line that it thinks begins with one.
                    marked = re.sub(r"(?<!\r)\n\.\r?\n", "\n\0", octets.get(letter, ""))
                    before, inside, _ = marked.replace("\n.", "\n").partition(octets[mail].replace("\n.", "\n"))
                    self.need(inside and "\0" in before, e,
                              f"{mail} does not stand behind a dot between bare LF in {letter}")
                elif mail in written:
                    carried[e["conn"]] = mail
            elif kind == "custody.opened" and d["how"] == "accepted":
                self.need((d["parent"] == "") == (mail in found and e["host"] == found[mail]["host"]), e,
                          f"{d['custody']} is accepted from {d['parent'] or 'nobody'}")

    def rule_never_no_hand(self):
        """A custody closes only for a reason that stands before it: the next host (or entry) has opened
        its own, the mailbox has it, the report is written, nothing may be written."""
        if "core" not in self.t.header["layers"]:
            return
        children, overlaps, mailbox, reports, given_up, dropped, spared = set(), set(), set(), set(), set(), set(), set()
        unwanted = set()
        name, sender, held = {}, {}, {}
        for e in self.t.events:
            kind, d, mail = e["kind"], e["data"], e.get("mail", "")
            if kind == "mail.composed":
                sender[mail] = d["from"]
            elif kind == "custody.opened":
                children.add(d["parent"])
                name[d["custody"]] = (e["host"], e.get("queue"), d["recipient"])
                same = (e["host"], mail, d["recipient"].lower())
                held[same] = held.get(same, 0) + 1
            elif kind == "custody.overlap":
                overlaps.add(d["custody"])
            elif kind == "mail.delivered":
                mailbox.add((e["host"], e.get("queue"), d["recipient"]))
            elif kind == "mail.ndr":
                for recipient in d["recipients"]:
                    reports.add((e["host"], e["mail"], recipient))
            elif kind == "queue.expired":
                given_up.add((e["host"], e.get("queue"), d["recipient"]))
            elif kind == "mail.discarded":
                dropped.add((e["host"], e.get("queue"), d["recipient"]))
                if d["reason"].startswith("a further copy"):
                    spared.add((e["host"], e.get("queue"), d["recipient"]))
                    self.need(held.get((e["host"], mail, d["recipient"].lower()), 0) > 1, e,
                              f"no other copy for {d['recipient']}")
                if d["reason"].startswith("NOTIFY"):  # RFC 3461 4.1: the author wants no report
                    unwanted.add((e["host"], e.get("queue"), d["recipient"]))
            elif kind == "custody.closed":
                how, c, to = d["how"], d["custody"], d["to"]
                key = name.get(c)
                reported = (e["host"], to, d["recipient"]) in reports or to == "the author's screen"
                if how == "passed_on":
                    self.need(to != "", e, "passed on to nobody")
                    self.need(c in children, e, f"{c} is passed on, but nobody has taken it")
                    self.need(c in overlaps, e, f"{c} is passed on without an overlap")
                elif how == "expanded":
                    self.need(c in children, e, f"{c} is expanded into nothing")
                elif how == "delivered":
                    self.need(key in mailbox, e, f"{c} is delivered, but no mailbox has it")
                elif how == "bounced":
                    self.need(reported, e, f"{c} has bounced, but there is no report {to!r} about it")
                elif how == "expired":
                    self.need(reported and key in given_up, e, f"{c} has expired untold")
                elif how == "discarded":
                    self.need(key in dropped and (key in spared or key in unwanted or sender.get(mail, "") == ""), e,
                              f"{c} is discarded, and its author ({sender.get(mail)}) could have been told")

    def rule_ages(self):
        """mail.delivered counts from mail.composed."""
        composed = {}
        for e in self.t.events:
            if e["kind"] == "mail.composed":
                composed[e["mail"]] = e["t_ns"]
            elif e["kind"] == "mail.delivered" and e["mail"] in composed:
                self.need(e["data"]["age_ns"] == e["t_ns"] - composed[e["mail"]], e, "age_ns is not since mail.composed")

    def rule_replies(self):
        """A server answers each command once, in order (RFC 2920 3.2, RFC 5321 4.3.1), and the class of the
        enhanced status is that of the code (RFC 2034 4)."""
        asked = {}
        for e in self.t.events:
            if e["kind"] == "smtp.reply":
                code, status = e["data"]["code"], e["data"]["enhanced"]
                self.need(200 <= code <= 599, e, f"code {code}")
                self.need(status == "" or status[0] == str(code)[0], e, f"{code} with {status}")
            if e.get("side") != "server" or e["kind"] not in ("smtp.command", "smtp.reply"):
                continue
            queue = asked.setdefault(e["conn"], [])
            if e["kind"] == "smtp.command":
                self.need(not queue, e, f"a further command before {queue} is answered")
                queue.append(e["data"]["verb"])
            elif queue:
                verb, to = queue.pop(), e["data"]["to"]
                # The last BDAT is answered as the message (RFC 3030 2); a response within AUTH has no verb.
                fits = to in (verb, "") or (verb, to) in (("BDAT", "message"), ("", "AUTH"))
                self.need(fits or e["data"]["code"] in (421, 500), e, f"{verb} is answered as {to}")
            else:
                self.need(e["data"]["to"] in ("greeting", "message") or e["data"]["code"] == 421, e,
                          "a reply that nobody asked for")

    def rule_reports(self):
        """No report is ever made about a report, nor about any mail with a null reverse-path."""
        sender, reports, owners = {}, set(), {}
        for e in self.t.events:
            if e["kind"] == "mail.composed":
                # of a source route the last hop counts (RFC 5321 6.1)
                sender[e["mail"]] = re.sub(r"^@[^:]*:", "", e["data"]["from"])
            elif e["kind"] == "mail.expanded" and e["data"]["by"] == "list":  # RFC 5321 3.9.2
                owners.setdefault(e["mail"], set()).add(e["data"]["sender"])
        for e in self.t.events:
            if e["kind"] == "mail.ndr":
                about = e["data"]["about"]
                self.need(about not in reports, e, f"a report about the report {about}")
                self.need(e["data"]["to"] == sender.get(about, e["data"]["to"]) or
                          e["data"]["to"] in owners.get(about, ()), e, "the report goes to somebody else")
                self.need(sender.get(about, "?") != "", e, f"a report about {about}, whose reverse-path is null")
                self.need(sender.get(e["mail"], "") == "", e, "the report has a reverse-path (RFC 5321 6.1)")
                reports.add(e["mail"])

    def rule_relaying(self):
        """Nothing is accepted by SMTP, and so nothing relayed, that no rule allowed.  (LMTP hands over
        to a mailbox and relays nothing.)"""
        verdict, holds = {}, set()
        for e in self.t.events:
            d = e["data"]
            if e["kind"] == "policy.relay":
                verdict[(e.get("conn"), d["recipient"])] = d["allowed"]
            elif e["kind"] == "mail.accepted":
                holds.add((e["host"], e["mail"]))
                if not d["protocol"].startswith("LMTP"):
                    for recipient in d["recipients"]:
                        self.need(verdict.get((e.get("conn"), recipient)) is True, e,
                                  f"accepted for {recipient}, which no rule allowed")
            elif e["kind"] == "mail.composed":
                holds.add((e["host"], e["mail"]))
            elif e["kind"] == "mail.relayed":
                self.need((e["host"], e["mail"]) in holds, e, f"{e['host']} relays a mail that it never had")

    def rule_verdicts(self):
        """One verdict for each recipient of each mail; all of them when the run came to rest."""
        wanted, got = {}, {}
        for e in self.t.events:
            if e["kind"] == "mail.composed":
                wanted[e["mail"]] = e["data"]["to"]
            elif e["kind"] == "mail.ended":
                key = (e["mail"], e["data"]["recipient"])
                self.need(key not in got, e, f"a second verdict for {key[1]} of {key[0]}")
                got[key] = e["data"]["verdict"]
                self.need(key[1] in wanted.get(key[0], []), e, f"a verdict for {key[1]}, who is no recipient of {key[0]}")
        waits = {c["mail"] for c in self.t.footer["custodies_open"]}  # on hold, or at a host that is down
        at_rest = any(e["kind"] == "sim.ended" and e["data"]["reason"] == "quiet" for e in self.t.events)
        for mail, recipients in wanted.items():
            for r in recipients:
                self.need(not at_rest or (mail, r) in got or mail in waits, None, f"no verdict for {r} of {mail}")


def main(paths):
    bad = 0
    for path in paths:
        try:
            trace = Trace(path)
            wrong = Checker(trace).check()
        except (ValueError, KeyError) as mistake:
            wrong = [f"not a whole trace: {mistake!r}"]
        for what in wrong[:20]:
            print(f"not ok {path}: {what}")
        if len(wrong) > 20:
            print(f"not ok {path}: and {len(wrong) - 20} more")
        if not wrong:
            print(f"ok {path}: {len(trace.events)} events")
        bad |= bool(wrong)
    return bad


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    sys.exit(main(sys.argv[1:]))
