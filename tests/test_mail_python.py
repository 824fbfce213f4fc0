#!/usr/bin/env python3
"""Opens our letters and reports with Python's email package, a reader that we did not write.

tests/mail/*.eml are held to the octet by test_mail_message and test_report; here they must be free of
defects under the strictest policy, say what they should, and the reports must have the shape of the
real ones in tests/oracle/reports.  (OpenSMTPD's report is the counter-example to RFC 3464.)
"""
import email
import email.header
import email.policy
import email.utils
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
STRICT = email.policy.SMTP.clone(raise_on_defect=True)
failed = 0


def check(what, fine, detail=""):
    global failed
    failed += not fine
    print(f"{'ok' if fine else 'not ok'} {what}{'' if fine else ': ' + str(detail)}")


def octets(folder, name):
    with open(os.path.join(HERE, folder, name), "rb") as f:
        return f.read()


def open_strictly(data):
    return email.message_from_bytes(data, policy=STRICT)


def defects(message):
    for part in message.walk():
        yield from part.defects
        for name in part.keys():
            for value in part.get_all(name):
                yield from value.defects


def letters():
    return {name: octets("mail", name) for name in sorted(os.listdir(os.path.join(HERE, "mail")))
            if name.endswith(".eml")}


def check_letter(name, data):
    try:
        message = open_strictly(data)
        found = list(defects(message))
    except Exception as e:  # raise_on_defect
        found = [e]
        message = email.message_from_bytes(data, policy=email.policy.SMTP)
    check(f"{name}: no defects", not found, found)
    check(f"{name}: CRLF only", not re.search(rb"(?<!\r)\n|\r(?!\n)", data))
    longest = max(len(line) for line in data.split(b"\r\n"))
    check(f"{name}: no line beyond 998 octets", longest <= 998, longest)
    header = data.split(b"\r\n\r\n")[0]
    check(f"{name}: header lines up to 78", all(len(x) <= 78 for x in header.split(b"\r\n")))
    check(f"{name}: header is ASCII", header.isascii())
    for must in ("Date", "From", "Message-ID"):
        check(f"{name}: one {must}", len(message.get_all(must, [])) == 1)
    zone = email.utils.parsedate_tz(message["Date"])
    check(f"{name}: date with numeric zone", zone is not None and zone[9] == 0, message["Date"])
    return message


def check_contents(all_of_them):
    m = all_of_them["plain.eml"]
    check("plain.eml: a plain letter has no MIME fields", not [k for k in m if k.startswith("MIME") or
                                                               k.startswith("Content")])
    check("plain.eml: body", m.get_payload() == "Hello Bob,\r\n\r\nhere it is.\r\n", m.get_payload())
    m = all_of_them["folded.eml"]
    check("folded.eml: twelve in To", len(m["To"].addresses) == 12)
    cc = [(a.display_name, a.addr_spec) for a in m["Cc"].addresses]
    check("folded.eml: Cc with a quoted name", cc == [
        ("Bob", "bob@shop.example"), ('Smith, "Big" John', "john@shop.example")], cc)
    check("folded.eml: subject unfolds to what was written", m["Subject"] == (
        "A subject of so many words that it does not fit into one line of the header, "
        "and  so  it must be folded where there are blanks"), m["Subject"])
    check("folded.eml: further fields", m["X-Course"] == "3")
    m = all_of_them["utf8.eml"]
    # Python's newer parser leaves a blank between the encoded words of a phrase; the older one does
    # as RFC 2047 6.2 says.
    raw = email.message_from_bytes(octets("mail", "utf8.eml"), policy=email.policy.compat32)["To"]
    name = str(email.header.make_header(email.header.decode_header(email.utils.parseaddr(raw)[0])))
    check("utf8.eml: name", name == "Bärbel Müller-Lüdenscheidt-Grüße von und zu Schönhausen", name)
    check("utf8.eml: address", m["To"].addresses[0].addr_spec == "bob@shop.example", m["To"])
    check("utf8.eml: subject", m["Subject"] == "Привет, café € 5 日本語の長い件名です 📧", m["Subject"])
    check("utf8.eml: body", m.get_content() == "Grüße aus Köln 📧\n".replace("\n", "\r\n") or
          m.get_content() == "Grüße aus Köln 📧\n", repr(m.get_content()))
    check("utf8.eml: encoded words of at most 75, on lines of at most 76 (RFC 2047 2)",
          all(len(w) <= 75 for w in re.findall(rb"=\?.*?\?[BQ]\?.*?\?=", octets("mail", "utf8.eml"))) and
          all(len(x) <= 76 for x in octets("mail", "utf8.eml").split(b"\r\n") if b"=?" in x))
    m = all_of_them["long-lines.eml"]
    lines = m.get_content().replace("\r\n", "\n").split("\n")
    check("long-lines.eml: the long line is whole again", len(lines[0]) >= 2500 and
          lines[0].startswith("word0 = word1 = ") and lines[0].endswith(" = "), len(lines[0]))
    check("long-lines.eml: the rest", lines[1:] == ["ends with blanks \t", "José", ""], lines[1:])


# ---- reports --------------------------------------------------------------------------------------

def blocks(report):
    """The groups of fields of message/delivery-status, as lists of (name, value)."""
    status = [p for p in report.walk() if p.get_content_type() == "message/delivery-status"][0]
    return [[(k, str(v)) for k, v in block.items()] for block in status.get_payload()]


def types(report):
    return [p.get_content_type() for p in report.get_payload()]


ACTIONS = {"failed": "45", "delayed": "4", "delivered": "2", "relayed": "2", "expanded": "2"}
ORDER = ["original-envelope-id", "reporting-mta", "arrival-date"]
RECIPIENT_ORDER = ["original-recipient", "final-recipient", "action", "status", "remote-mta",
                   "diagnostic-code", "last-attempt-date", "will-retry-until"]


def in_order(names, order):
    places = [order.index(n) if n in order else -1 for n in names]
    return -1 not in places and places == sorted(set(places))


def check_report(name, report):
    check(f"{name}: multipart/report (R124)", report.get_content_type() == "multipart/report" and
          report.get_param("report-type") == "delivery-status")
    check(f"{name}: parts", types(report)[:2] == ["text/plain", "message/delivery-status"] and
          types(report)[2:] in ([], ["message/rfc822"], ["text/rfc822-headers"]), types(report))
    check(f"{name}: says that it is automatic (R138)", report["Auto-Submitted"] == "auto-replied")
    check(f"{name}: to the sender (R123)", report["To"] == "alice@uni.example")
    about, *recipients = blocks(report)
    check(f"{name}: per-message fields in the order of RFC 3464 (R126, R127)",
          in_order([k.lower() for k, _ in about], ORDER) and
          ("Reporting-MTA", "dns; mail.uni.example") in about, about)
    check(f"{name}: at least one recipient", len(recipients) >= 1)
    for fields in recipients:
        f = {k.lower(): v for k, v in fields}
        check(f"{name}: {f['final-recipient']}: fields in the order of RFC 3464 (R126, R130)",
              in_order([k.lower() for k, _ in fields], RECIPIENT_ORDER) and
              f["final-recipient"].startswith("rfc822; "), fields)
        check(f"{name}: {f['final-recipient']}: class matches action (R132, R133)",
              f["status"][0] in ACTIONS[f["action"]] and re.fullmatch(r"[245]\.\d+\.\d+", f["status"]),
              (f["action"], f["status"]))
        check(f"{name}: {f['final-recipient']}: Will-Retry-Until only when delayed (R136)",
              ("will-retry-until" in f) <= (f["action"] == "delayed"))
        check(f"{name}: {f['final-recipient']}: a diagnosis comes from a remote host (R134, R135)",
              ("diagnostic-code" in f) <= ("remote-mta" in f))
        text = report.get_payload()[0].get_content()
        check(f"{name}: {f['final-recipient']}: named to people (R125)",
              "<" + f["final-recipient"].split("; ")[1] + ">" in text)


def check_reports(all_of_them):
    reports = {n: m for n, m in all_of_them.items() if n.startswith("report-")}
    check("six reports", len(reports) == 6, sorted(reports))
    for name, report in reports.items():
        check_report(name, report)
    got = {n: [dict((k.lower(), v) for k, v in b) for b in blocks(m)] for n, m in reports.items()}
    check("report-three.eml: ENVID and ORCPT as they came (R128, R131)",
          got["report-three.eml"][0]["original-envelope-id"] == "QQ314159" and
          got["report-three.eml"][2]["original-recipient"] == "rfc822;carol.smith@shop.example")
    check("report-three.eml: letter case of the address (R130)",
          got["report-three.eml"][2]["final-recipient"] == "rfc822; Carol@Shop.Example")
    check("report-three.eml: the whole reply is there, unfolded (R135)",
          got["report-three.eml"][2]["diagnostic-code"].replace("\r\n", "").endswith(
              "please use the telephone instead"), got["report-three.eml"][2]["diagnostic-code"])
    original = reports["report-failed.eml"].get_payload()[2].get_payload()[0]
    check("report-failed.eml: the original is inside, whole",
          original["Subject"] == "Lab report" and original.get_payload() == "Here it is.\r\n",
          repr(original.get_payload()))
    headers = reports["report-delayed.eml"].get_payload()[2].get_payload()
    check("report-delayed.eml: the header alone comes back", "Subject: Lab report" in str(headers) and
          "Here it is" not in str(headers))


def check_shape(reports):
    """Each kind of report beside the real ones: same parts, and every field that all of them have."""
    real = os.path.join("oracle", "reports")
    pairs = {
        "postfix37-nobody_rej.test.eml": "report-failed.eml",
        "exim498-nobody_rej.test.eml": "report-failed.eml",
        "loop-pingpong-generated-by-exim.eml": "report-expired.eml",
        "postfix37-u2_tmp.test-Delayed_Mail_still_being_retried_.eml": "report-delayed.eml",
        "postfix37-u2_tmp.test-Undelivered_Mail_Returned_to_Sender.eml": "report-failed.eml",
    }
    for theirs, ours in pairs.items():
        their = email.message_from_bytes(octets(real, theirs), policy=email.policy.default)
        our = reports[ours]
        check(f"{ours} beside {theirs}: same parts", types(their) == types(our), types(their))
        check(f"{ours} beside {theirs}: same parameters of the whole",
              their.get_param("report-type") == our.get_param("report-type"))
        check(f"{ours} beside {theirs}: automatic", their["Auto-Submitted"] == our["Auto-Submitted"])
        for at, what in ((0, "the message"), (1, "the recipient")):
            # private fields aside; theirs for the loop names no host, as ours for the expired one
            want = {k.lower() for k, _ in blocks(their)[at] if not k.lower().startswith("x-")}
            have = {k.lower() for k, _ in blocks(our)[at]}
            optional = {"original-envelope-id", "original-recipient"}  # only if ENVID, ORCPT came
            check(f"{ours} beside {theirs}: fields of {what}", want - have <= optional, want - have)
        check(f"{ours} beside {theirs}: same action", dict(blocks(their)[1])["Action"] ==
              dict(blocks(our)[1])["Action"])
    counter = email.message_from_bytes(octets(real, "opensmtpd76-nobody_rej.test.eml"))
    check("the counter-example is one: multipart/mixed", counter.get_content_type() == "multipart/mixed")


opened = {name: check_letter(name, data) for name, data in letters().items()}
check_contents(opened)
check_reports(opened)
check_shape(opened)
sys.exit(failed > 0)
