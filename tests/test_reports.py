#!/usr/bin/env python3
"""Every delivered report, opened with Python's email package, and every field of it worked out anew.

usage: test_reports.py [NAME...]      BUILD names the build folder (default: build)

Runs of all kinds (who failed, was late, was reached; what was asked of reports; one or many recipients).
The reports are taken from the mailboxes (`run --mail`) as their receivers got them.  What each must say is
derived from the trace without the report's own records: from the commands and replies on the wire, from
queues and custodies, and from the message as its lines were written.  Then the shape: structure, fields and
their order beside six real reports, with a table of what each real one does otherwise.
"""
import calendar, email, email.policy, email.utils, mailbox, os, re, sys, tempfile, time

from stories import Run, SHOP, TO_BOB, here, scenario, site
from check_trace import Trace

ALL = ["success", "failure", "delay"]
BANK = site("bank.example", users=["carol", "dave"])
DEAD = {"routes": {"*": "smarthost:mail.shop.example:2525"}}
RETURNS_MAX = 50000  # octets: what is longer comes back as its header alone (RFC 3461 6.2)


def with_lmtp(mta=None, **mx):
    return {"mx.shop.example": {"mta": {"deliver": "lmtp:store.shop.example", "domains": ["shop.example"], **mx}},
            "store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": ["bob", "Carol"], "ports": [24]},
                                   **({"mta": mta} if mta else {})}}


def stopped(document, host, start=None):
    document["timeline"] += [{"at": "0s", "on": host, "stop": True}]
    if start:
        document["timeline"] += [{"at": start, "on": host, "start": True}]
    return document


def answers(to, reply, **send):
    document = scenario(SHOP, [{**TO_BOB, "at": "1s", **send}])
    document["timeline"][:0] = [{"at": "0s", "on": "mail.shop.example", "answer": {"to": to, "with": reply, "times": 100}}]
    return document


def lists(**lists):
    return {**site("shop.example", mda={"lists": lists}), **BANK}


def runs():
    """name -> (scenario, actions of its reports)"""
    late = {"warn_after": "30m", "give_up_after": "2h", "retry": ["10m"]}
    full = site("shop.example", users={"bob": {"quota": "4KB"}})
    two = ["nobody@shop.example", "bob@shop.example", "No.One@shop.example", "x@nowhere.example"]
    return {
        "refused": (scenario(SHOP, [{"to": "nobody@shop.example"}]), ["failed"]),
        "refused, with all that can be asked": (scenario(SHOP, [
            {"to": "No-Body@shop.example", "notify": ALL, "ret": "full", "envid": "QQ=314 159+1"}]), ["failed"]),
        "refused, header alone": (scenario(SHOP, [{"to": "nobody@shop.example", "ret": "hdrs"}]), ["failed"]),
        "refused, long": (scenario(SHOP, [{"to": "nobody@shop.example", "size": "60KB"}]), ["failed"]),
        "refused, 8-bit": (scenario(SHOP, [{"to": "nobody@shop.example", "body": "Grüße\nFrom here on\n.\n",
                                            "subject": "Grüße"}]), ["failed"]),
        "several": (scenario(SHOP, [{"to": two, "envid": "E"}]), ["failed"]),
        "several, one reached": (scenario(SHOP, [{"to": two, "notify": ALL}]), ["delivered", "failed"]),
        "quoted": (scenario(SHOP, [{"to": '"no body"@shop.example', "notify": "failure"}]), ["failed"]),
        "dead host": (scenario({"mail.shop.example": {"mta": {}, "mda": {"mailboxes": ["bob"]}}}, [TO_BOB],
                               uni=DEAD), ["failed"]),
        "dead host, late": (scenario(SHOP, [{**TO_BOB, "notify": ALL, "envid": "late"}], uni={**DEAD, **late}),
                            ["delayed", "failed"]),
        "late and reached": (stopped(scenario(SHOP, [{**TO_BOB, "notify": ALL, "at": "1m"}], uni=late),
                                     "mail.shop.example", "55m"), ["delayed", "delivered"]),
        "full mailbox": (scenario(full, [{**TO_BOB, "size": "3KB"}, {**TO_BOB, "size": "2KB", "notify": ALL}],
                                  uni=late), ["delayed", "failed"]),
        "too big": (scenario(site("shop.example", max_size="20KB"), [{**TO_BOB, "size": "30KB"}]), ["failed"]),
        "null MX": (scenario(SHOP, [TO_BOB], zones={"shop.example": {"mx": ["0 ."]}}), ["failed"]),
        "DNS fails": (scenario(SHOP, [TO_BOB], zones={"shop.example": {"fails": "servfail"}}), ["failed"]),
        "accepted, then refused by the store": (scenario(with_lmtp(recipients="any"), [
            {"to": ["nobody@shop.example", "bob@shop.example"], "notify": ALL, "envid": "E"}]), ["failed", "delivered"]),
        "delivered": (scenario(SHOP, [{**TO_BOB, "notify": "success", "envid": "E", "ret": "full"}]), ["delivered"]),
        "delivered behind LMTP": (scenario(with_lmtp(), [{"to": ["bob@shop.example", "Carol@shop.example"],
                                                           "notify": "success"}]), ["delivered"]),
        "delivered by a store with a queue": (scenario(with_lmtp(mta={"domains": ["store.example"]}), [
            {**TO_BOB, "notify": "success", "envid": "E+"}]), ["delivered"]),
        "relayed": (scenario(site("shop.example", users=["bob", "eve"], without=["DSN"]), [
            {"to": ["bob@shop.example", "eve@shop.example"], "notify": ALL, "envid": "E"}]), ["relayed"]),
        "relayed, then failed": (scenario(with_lmtp(recipients="any", without=["DSN"]), [
            {"to": "nobody@shop.example", "notify": ALL, "envid": "E"}]), ["relayed", "failed"]),
        "one for one": (scenario({**site("shop.example", mda={"aliases": {"sales": ["nobody@bank.example"]}}), **BANK},
                                 [{"to": "sales@shop.example", "notify": ALL, "envid": "E"}]), ["failed"]),
        "one for several": (scenario({**site("shop.example", mda={"aliases": {
            "sales": ["carol@bank.example", "nobody@bank.example"]}}), **BANK},
            [{"to": "sales@shop.example", "notify": ALL, "envid": "E"}]), ["expanded", "failed"]),
        "a list": (scenario(lists(staff={"members": ["carol@bank.example", "nobody@bank.example"],
                                         "owner": "bob@shop.example"}),
                            [{"to": "staff@shop.example", "notify": ALL, "envid": "E"}]), ["delivered", "failed"]),
        "a loop": (scenario({
            "mail.shop.example": {"mta": {"domains": [], "relay": ["allow anyone"],
                                          "routes": {"*": "smarthost:mail.bank.example"}}},
            "mail.bank.example": {"mta": {"domains": [], "relay": ["allow anyone"], "max_hops": 12,
                                          "routes": {"shop.example": "smarthost:mail.shop.example", "*": "mx"}}}},
            [TO_BOB], zones={"shop.example": {"mx": ["10 mail.shop.example"]}}), ["failed"]),
        "a loop that the host finds itself": (scenario(
            {"mail.shop.example": {"mta": {"domains": [], "relay": ["allow anyone"]}}},
            [{**TO_BOB, "notify": "failure", "envid": "E"}],
            zones={"shop.example": {"mx": ["10 mail.shop.example"]}}), ["failed"]),
        "refused at MAIL": (answers("MAIL", "550 5.1.8 no such domain"), ["failed"]),
        "refused at the end": (answers(".", "554 5.6.0 not this letter", notify=ALL), ["failed"]),
        "refused without a status": (answers("RCPT", "551 gone"), ["failed"]),
        "deferred until it expires": (answers("DATA", "451 4.3.0 later", ret="hdrs"), ["failed"]),
        "no service": (answers("connect", "554 no"), ["failed"]),
        "another's name": (scenario({**SHOP, **BANK}, [{"to": "nobody@shop.example", "from": "carol@bank.example"}]),
                           ["failed"]),
    }


# ---- what the trace says -------------------------------------------------------------------------------

START = calendar.timegm((2026, 3, 2, 9, 0, 0))


def date(t_ns):
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(START + t_ns // 10**9))


def plain(xtext):
    """RFC 3461 4"""
    return re.sub(r"\+([0-9A-F]{2})", lambda m: chr(int(m.group(1), 16)), xtext)


class Evidence:
    """What one run did, as far as reports can tell of it."""

    def __init__(self, events, header):
        self.events = events
        self.hosts = header["scenario"]["hosts"]
        self.server = {e["conn"]: e["host"] for e in events if e.get("side") == "server" and "conn" in e}
        self.whole = {e["mail"]: e["data"]["octets"] for e in events
                      if e["kind"] == "mail.content" and e["data"]["part"] == "whole"}

    def of(self, kind, host=None, mail=None):
        return [e for e in self.events if e["kind"] == kind and host in (None, e["host"])
                and mail in (None, e.get("mail"))]

    def asked(self, host, mail, recipient, before):
        """(parameters of MAIL, of RCPT) with which this host was given the message for that recipient."""
        for e in reversed([e for e in self.of("mail.expanded", host, mail) if e["seq"] < before]):
            if recipient in e["data"]["into"]:
                if e["data"]["by"] == "list":
                    return {}, {}
                return self.asked(host, mail, e["data"]["recipient"], e["seq"])
        found = {}, {}
        of_mail = {}
        for e in self.of("smtp.command", host, mail):
            line = e["data"]["line"]
            if e["side"] != "server" or e["data"]["verb"] not in ("MAIL", "RCPT") or e["seq"] > before:
                continue
            path, _, rest = line.partition("> ")
            given = dict(p.split("=", 1) for p in rest.split())
            if e["data"]["verb"] == "MAIL":
                of_mail = given
            elif path.partition("<")[2].rstrip(">") == recipient:
                found = of_mail, given
        return found

    def entry(self, host, mail, recipient, before):
        """When it came into this host's hands."""
        came = [e for e in self.of("custody.opened", host, mail)
                if e["data"]["recipient"] == recipient and e["seq"] < before]
        assert came, f"{host} never had {mail} for {recipient}"
        return came[-1]

    def trouble(self, host, mail, recipient, before):
        """The last record of why it was not reached."""
        return [e for e in self.events if e["kind"] in ("queue.deferred", "queue.bounced") and e["host"] == host and
                e.get("mail") == mail and e["data"]["recipient"] == recipient and e["seq"] < before][-1]

    def replies(self, host, mail, before):
        """(recipient, reply) for each reply that this host read as a client for that mail, in order."""
        waiting, taken, out = {}, {}, []
        for e in self.events:
            if e.get("side") != "client" or "conn" not in e or e["host"] != host or e.get("mail") != mail or e["seq"] > before:
                continue
            conn, d = e["conn"], e["data"]
            if e["kind"] == "smtp.command" and d["verb"] == "MAIL":
                waiting[conn], taken[conn] = [], []
            elif e["kind"] == "smtp.command" and d["verb"] == "RCPT":
                waiting[conn].append(d["line"].partition("<")[2].partition(">")[0])
            elif e["kind"] == "smtp.reply" and d["to"] == "RCPT":
                who = waiting[conn].pop(0)
                if d["code"] < 300:
                    taken[conn].append(who)
                out.append((who, e))
            elif e["kind"] == "smtp.reply" and d["to"] in ("greeting", "MAIL", "DATA"):
                out.append((None, e))  # for all of them
            elif e["kind"] == "smtp.reply" and d["to"] == "message":
                lmtp = any(x["data"]["verb"] == "LHLO" for x in self.of("smtp.command", host)
                           if x["conn"] == conn)
                for who in [taken[conn].pop(0)] if lmtp else taken[conn]:
                    out.append((who, e))
        return out

    def content(self, custody):
        """The message as the holder of this custody has it: what was written, below the lines of each hop."""
        opened = {e["data"]["custody"]: e for e in self.of("custody.opened")}
        lines, e = [], custody
        while True:
            if e["data"]["how"] == "accepted":
                added = [x for x in self.of("mail.content", e["host"], e["mail"])
                         if x["data"]["part"] == "prepended" and x["seq"] < e["seq"] and
                         x.get("queue", e.get("queue")) == e.get("queue")]
                lines.append(added[-1]["data"]["octets"])
            if e["data"]["parent"] == "":
                return "".join(lines) + self.whole[e["mail"]]
            e = opened[e["data"]["parent"]]


def quoted(reply):
    """The reply's lines as they were on the wire, unfolded (RFC 3461 9.2)."""
    d = reply["data"]
    status = d["enhanced"] + " " if d["enhanced"] else ""
    return " ".join(f"{d['code']}{' ' if i == len(d['lines']) - 1 else '-'}{status}{line}"
                    for i, line in enumerate(d["lines"]))


def expected_recipient(x, ndr, recipient):
    """Fields of one recipient, by name (RFC 3464 2.3)."""
    host, about, action = ndr["host"], ndr["data"]["about"], ndr["data"]["action"]
    _, rcpt = x.asked(host, about, recipient, ndr["seq"])
    f = {"Final-Recipient": f"rfc822; {recipient}", "Action": action}  # R130
    if "ORCPT" in rcpt:  # R131
        kind, _, address = rcpt["ORCPT"].partition(";")
        f["Original-Recipient"] = f"{kind};{plain(address)}"
    reply = None
    if action in ("failed", "delayed"):
        why = x.trouble(host, about, recipient, ndr["seq"])
        gave_up = [e for e in x.of("queue.expired", host, about) if e["data"]["recipient"] == recipient]
        tried = why if action == "delayed" or not gave_up else gave_up[-1]
        if why["data"]["reason"].startswith("not asked"):  # nobody was asked then: an earlier try counts
            tried = [e for e in x.of("tcp.failed", host, about) if e["seq"] < ndr["seq"]][-1]
        f["Last-Attempt-Date"] = date(tried["t_ns"])
        f["Status"] = why["data"].get("status", why["data"].get("enhanced"))
        if why["data"]["code"]:
            reply = [r for who, r in x.replies(host, about, why["seq"]) if who in (None, recipient)
                     and r["data"]["code"] == why["data"]["code"]][-1]
            if reply["data"]["enhanced"]:
                f["Status"] = reply["data"]["enhanced"]
        if action == "delayed":  # R136
            entered = x.entry(host, about, recipient, ndr["seq"])["t_ns"]
            hours = int(x.hosts[host]["mta"]["give_up_after"].rstrip("h"))
            f["Will-Retry-Until"] = date(entered + hours * 3600 * 10**9)
    else:
        f["Status"] = "2.0.0"
        at = [e for e in x.events if e["kind"] in ("mail.relayed", "mail.delivered", "mail.expanded") and
              e["host"] == host and e.get("mail") == about and e["data"]["recipient"] == recipient and e["seq"] < ndr["seq"]][-1]
        f["Last-Attempt-Date"] = date(at["t_ns"])
        if at["kind"] == "mail.relayed":
            reply = [r for who, r in x.replies(host, about, at["seq"]) if who == recipient and r["data"]["to"] == "message"][-1]
            f["Status"] = reply["data"]["enhanced"] or "2.0.0"
    if reply:  # R134 R135
        f["Remote-MTA"] = f"dns; {x.server[reply['conn']]}"
        f["Diagnostic-Code"] = f"smtp; {quoted(reply)}"
    return f


MESSAGE_ORDER = ["Original-Envelope-Id", "Reporting-MTA", "Arrival-Date"]
RECIPIENT_ORDER = ["Original-Recipient", "Final-Recipient", "Action", "Status", "Remote-MTA", "Diagnostic-Code",
                   "Last-Attempt-Date", "Will-Retry-Until"]
SUBJECTS = {"failed": "Mail could not be delivered", "delayed": "Mail is delayed, and still being tried",
            "delivered": "Mail was delivered", "relayed": "Mail was passed on",
            "expanded": "Mail was passed on to several people"}
CLASSES = {"failed": "45", "delayed": "4", "delivered": "2", "relayed": "2", "expanded": "2"}


def unfolded(value):
    return re.sub(r"\s*\r?\n\s+", " ", str(value)).strip()


def blocks(report):
    part = [p for p in report.walk() if p.get_content_type() == "message/delivery-status"][0]
    return [[(k, unfolded(v)) for k, v in block.items()] for block in part.get_payload()]


failed = 0


def need(fine, what, detail=""):
    global failed
    if not fine:
        failed += 1
        print(f"not ok {what}: {str(detail)[:700]}")
    return fine


def check_report(name, x, ndr, raw):
    """One report as it lies in its mailbox."""
    d, host, about = ndr["data"], ndr["host"], ndr["data"]["about"]
    label = f"{name}: {d['action']} by {host}"
    report = email.message_from_bytes(raw, policy=email.policy.compat32)
    strict = email.message_from_bytes(raw, policy=email.policy.default)
    need(not [p for part in strict.walk() for p in part.defects], f"{label}: defects", strict.defects)
    # envelope: null reverse-path (R119 R137), to whoever wrote (R123)
    entered = [e for e in x.of("queue.entered", host, ndr["mail"])][0]["data"]
    given = [e["data"]["sender"] for e in x.of("mail.accepted", host, about)][-1]
    to = ([given] + [e["data"]["sender"] for e in x.of("mail.expanded", host, about)
                     if set(d["recipients"]) & set(e["data"]["into"])])[-1]  # a list's owner
    need(entered["sender"] == "" and entered["recipients"] == [to] == [d["to"]], f"{label}: envelope (R119 R123)", entered)
    need(report.get_all("Return-Path") == ["<>"], f"{label}: Return-Path", report.get_all("Return-Path"))
    lines = [e["data"]["line"] for e in x.of("smtp.command", None, ndr["mail"]) if e["data"]["verb"] == "MAIL"]
    need(all(re.fullmatch(r"MAIL FROM:<>( SIZE=\d+)?( BODY=8BITMIME)?", line) for line in lines), f"{label}: on the wire", lines)
    # header
    home = (x.hosts[host].get("mta", {}).get("domains") or [host])[0]
    original = email.message_from_string(x.whole[about])
    want = {"Date": date(ndr["t_ns"]), "From": f"Mail Delivery System <postmaster@{home}>", "To": to,
            "Subject": SUBJECTS[d["action"]], "References": original["Message-ID"], "Auto-Submitted": "auto-replied",
            "MIME-Version": "1.0"}
    for key, value in want.items():
        need([unfolded(v) for v in report.get_all(key, [])] == [value], f"{label}: {key} (R123 R138)", report.get_all(key))
    need(report.get_content_type() == "multipart/report" and report.get_param("report-type") == "delivery-status",
         f"{label}: multipart/report (R124)", report["Content-Type"])
    # three parts (R124 R125)
    first = x.entry(host, about, d["recipients"][0], ndr["seq"])
    mail, _ = x.asked(host, about, d["recipients"][0], ndr["seq"])
    held = x.content(first).encode("latin-1")
    whole = d["action"] == "failed" and mail.get("RET") != "HDRS" and len(held) <= RETURNS_MAX
    parts = report.get_payload()
    types = [p.get_content_type() for p in parts]
    need(types == ["text/plain", "message/delivery-status", "message/rfc822" if whole else "text/rfc822-headers"],
         f"{label}: parts (R124 R148)", types)
    words = parts[0].get_payload()
    for recipient in d["recipients"]:
        need(f"<{recipient}>" in words, f"{label}: words for people (R125)", words)
    boundary = f"--{report.get_boundary()}".encode()
    back = raw.split(boundary)[3].split(b"\n\n", 1)[1][:-1]  # the octets of the third part
    back = re.sub(rb"(?m)^>(>*From )", rb"\1", back)
    want_back = held.replace(b"\r\n", b"\n")
    if not whole:
        want_back = want_back.split(b"\n\n")[0] + b"\n"
    need(back == want_back, f"{label}: what comes back (R148)", (back[-200:], want_back[-200:]))
    # fields of the message (R126 R127 R128 R129)
    groups = blocks(report)
    want = [(k, v) for k, v in (("Original-Envelope-Id", plain(mail.get("ENVID", ""))), ("Reporting-MTA", f"dns; {host}"),
                                ("Arrival-Date", date(first["t_ns"]))) if v]
    need(groups[0] == want, f"{label}: fields of the message (R126-R129)", (groups[0], want))
    # fields of each recipient (R122 R130-R136), and nobody else (RFC 3461 5.2.8)
    need(len(groups) == 1 + len(d["recipients"]), f"{label}: one block for each (R122)", groups)
    for recipient, got in zip(d["recipients"], groups[1:]):
        fields = expected_recipient(x, ndr, recipient)
        want = [(k, fields[k]) for k in RECIPIENT_ORDER if k in fields]
        need(got == want, f"{label}: {recipient} (R130-R136)", (got, want))
        need(dict(got)["Status"][0] in CLASSES[d["action"]], f"{label}: class of the status (R133)", got)
    return report


def play(name, document, actions):
    """All reports of one run: [(action, report)]."""
    with tempfile.TemporaryDirectory() as folder:
        boxes = os.path.join(folder, "mail")
        r = Run(document, more=["--mail", boxes])
        trace = Trace(os.path.join(r.folder.name, "t.jsonl"))
        x = Evidence(r.events, trace.header)
        stored = {}
        for place, _, files in os.walk(boxes):
            for file in files:
                box = mailbox.mbox(os.path.join(place, file))
                for key in box.keys():
                    raw = box.get_bytes(key)
                    stored.setdefault(email.message_from_bytes(raw)["Message-ID"], []).append(raw)
    ids = {e["mail"]: e["data"]["message_id"] for e in x.of("mail.composed")}
    reports = []
    for ndr in x.of("mail.ndr"):
        copies = stored.get(f"<{ids[ndr['mail']]}>", [])
        if need(len(copies) == 1, f"{name}: the report is in one mailbox", len(copies)):
            reports.append((ndr["data"]["action"], check_report(name, x, ndr, copies[0])))
    need([a for a, _ in reports] == actions, f"{name}: which reports (R132)", [a for a, _ in reports])
    return reports


# ---- beside real ones ------------------------------------------------------------------------------------

# What each real report does otherwise; everything else is the same: parts, fields, their order.
#   has      fields that ours have not: private ones (X-...), which RFC 3464 2.4 allows
#   lacks    fields that ours have and it has not: all of them optional
#   order    pairs that stand the other way round there: RFC 3464 2.2 and 2.3 ask for no order
POSTFIX = {"has": {"x-postfix-queue-id", "x-postfix-sender"}, "lacks": {"last-attempt-date"},
           "order": {("final-recipient", "original-recipient"), ("reporting-mta", "original-envelope-id")},
           "header": {"x-original-to", "delivered-to", "content-transfer-encoding"}}
EXIM = {"has": set(), "lacks": {"arrival-date", "last-attempt-date", "original-recipient"},
        "order": {("action", "final-recipient"), ("reporting-mta", "original-envelope-id")},
        "header": {"x-failed-recipients", "envelope-to", "delivery-date"}}
REAL = {
    "postfix37-nobody_rej.test.eml": ("refused, with all that can be asked", "failed", POSTFIX),
    "exim498-nobody_rej.test.eml": ("refused, with all that can be asked", "failed", EXIM),
    "postfix37-u2_tmp.test-Delayed_Mail_still_being_retried_.eml": ("full mailbox, marked", "delayed", POSTFIX),
    "postfix37-u2_tmp.test-Undelivered_Mail_Returned_to_Sender.eml": ("full mailbox, marked", "failed", POSTFIX),
    "loop-pingpong-generated-by-exim.eml": ("a loop that the host finds itself", "failed", EXIM),
    # The counter-example: no report to a program (multipart/mixed), nothing of what the other host said.
    "opensmtpd76-nobody_rej.test.eml": ("refused", "failed", {
        "has": set(), "lacks": {"arrival-date", "last-attempt-date", "remote-mta", "diagnostic-code"}, "order": set(),
        "header": {"delivered-to"}, "type": "multipart/mixed", "header_lacks": {"auto-submitted", "return-path"},
        "third": "text/rfc822-headers"}),
}
COMMON_HEADER = {"return-path", "received", "date", "from", "to", "message-id", "subject", "auto-submitted",
                 "mime-version", "content-type"}


def names(block):
    return [k.lower() for k, _ in block]


def check_shape(found):
    folder = os.path.join(here, "oracle", "reports")
    need(sorted(os.listdir(folder)) == sorted(REAL), "each real report has its row", os.listdir(folder))
    for file, (run, action, row) in REAL.items():
        with open(os.path.join(folder, file), "rb") as f:
            their = email.message_from_bytes(f.read())
        our = [r for a, r in found[run] if a == action][0]
        label = f"{file} beside ours ({run})"
        need(their.get_content_type() == row.get("type", our.get_content_type()), f"{label}: type", their.get_content_type())
        third = row.get("third", our.get_payload()[2].get_content_type())
        need([p.get_content_type() for p in their.get_payload()] ==
             [p.get_content_type() for p in our.get_payload()][:2] + [third], f"{label}: parts")
        header = {k.lower() for k in their.keys()}
        ours = {k.lower() for k in our.keys()}
        need(COMMON_HEADER - row.get("header_lacks", set()) <= header and COMMON_HEADER - {"received"} <= ours,
             f"{label}: header", (sorted(header), sorted(ours)))
        need(header - COMMON_HEADER - {"references"} == row["header"] & header and
             row["header"] <= header, f"{label}: what is more in the header", sorted(header - COMMON_HEADER))
        for at in (0, 1):
            t, o = names(blocks(their)[at]), names(blocks(our)[at])
            need(set(t) - set(o) == row["has"] & set(t), f"{label}: fields that ours have not", (t, o))
            need(set(o) - set(t) == row["lacks"] & set(o), f"{label}: fields that it has not", (t, o))
            both = [n for n in t if n in o]
            swapped = {(a, b) for i, a in enumerate(both) for b in both[i + 1:] if o.index(a) > o.index(b)}
            need(swapped == {p for p in row["order"] if p[0] in both and p[1] in both}, f"{label}: order", (swapped, t, o))
        need(dict(blocks(their)[1])["Action"] == dict(blocks(our)[1])["Action"], f"{label}: action")
        need(dict(blocks(their)[1])["Status"][0] == dict(blocks(our)[1])["Status"][0],
             f"{label}: class of the status", dict(blocks(their)[1])["Status"])


def main():
    plays = runs()
    document, actions = runs()["full mailbox"]
    document["timeline"][1]["send"]["envid"] = "env-full"
    plays["full mailbox, marked"] = (document, actions)
    wanted = sys.argv[1:]
    found = {}
    for name, (document, actions) in plays.items():
        if wanted and name not in wanted:
            continue
        before = failed
        found[name] = play(name, document, actions)
        if failed == before:
            print(f"ok {name}: {', '.join(actions)}")
    if not wanted:
        before = failed
        check_shape(found)
        if failed == before:
            print(f"ok beside {len(REAL)} real reports")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
