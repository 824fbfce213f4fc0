#!/usr/bin/env python3
"""Who is told what: failed, delayed, delivered, relayed and expanded; what is asked for and passed on; where
reports go, and where none does.  Whole runs (stories.py); test_reports.py reads every field.

usage: test_stories_reports.py [NAME...]      BUILD names the build folder (default: build)
"""
import email, email.utils, os, re

from stories import Run, SHOP, TO_BOB, scenario, site, story, tell_all

DSN_OF_BOB = "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@shop.example"
ALL = ["success", "failure", "delay"]
DEAD = {"routes": {"*": "smarthost:mail.shop.example:2525"}}  # nobody listens there


def wire(r, host, verb, side="server"):
    """What was read there as MAIL or RCPT, of letters (not of reports)."""
    return [e["data"]["line"] for e in r.all("smtp.command", host, verb=verb)
            if e["side"] == side and e["data"]["line"] != "" and "FROM:<>" not in e["data"]["line"]
            and "TO:<alice@" not in e["data"]["line"]]


def reports(r):
    """(host, action, recipients, statuses) of each report, in order."""
    return [(e["host"], e["data"]["action"], e["data"]["recipients"], e["data"]["statuses"])
            for e in r.all("mail.ndr")]


def text_of(r, n=0):
    """The whole n-th report as it was written."""
    mail = r.all("mail.ndr")[n]["mail"]
    return [e for e in r.all("mail.content", part="whole") if e["mail"] == mail][0]["data"]["octets"]


def store(**extra):
    """shop.example behind LMTP: an MX host, and a host with the mailboxes."""
    return {"mx.shop.example": {"mta": {"deliver": "lmtp:store.shop.example", **extra.pop("mx", {})}},
            "store.shop.example": {"mda": {"mailboxes": ["bob"], **extra.pop("mda", {})}, **extra}}


# ---- where a report goes ----------------------------------------------------------------------------

@story
def a_report_goes_to_the_reverse_path():  # R118 R119 R123 (RFC 5321 6.1, 3.6.3)
    hosts = {**SHOP, **site("bank.example", users=["eve"])}
    r = Run(scenario(hosts, [{"to": "nobody@shop.example", "from": "eve@bank.example"}]))
    ndr = r.one("mail.ndr", "mail.uni.example", to="eve@bank.example", action="failed")
    r.one("queue.entered", "mail.uni.example", sender="", recipients=["eve@bank.example"])
    lines = [e["data"]["line"] for e in r.all("smtp.command", "mail.bank.example", verb="MAIL")]
    assert lines and all(re.fullmatch(r"MAIL FROM:<>( SIZE=\d+)?", x) for x in lines), lines
    assert "\r\nTo: eve@bank.example\r\n" in text_of(r)
    r.one("mail.delivered", "mail.bank.example", mailbox="eve")
    assert ndr["data"]["about"] == "alice-pc.1"


@story
def the_way_back_is_a_new_way():  # R118 S19: out by the smarthost, back by MX, into another host's mailbox
    hosts = {
        "mail.uni.example": {"msa": {}, "mta": {"routes": {"*": "smarthost:relay.isp.example"}, "domains": []}},
        "relay.isp.example": {"mta": {"relay": ["allow from 192.0.2.0/24", "refuse"]}},
        "mx.uni.example": {"mta": {"domains": ["uni.example"], "deliver": "lmtp:store.uni.example"}},
        "store.uni.example": {"mda": {"domains": ["uni.example"], "mailboxes": ["alice"]}},
        "mx.shop.example": {"mta": {"recipients": "any", "deliver": "lmtp:store.shop.example"}},
        "store.shop.example": {"mda": {"mailboxes": ["bob"]}},
    }
    r = Run(scenario(hosts, [{"to": "nobody@shop.example"}],
                     zones={"uni.example": {"mx": ["10 mx.uni.example"]}, "shop.example": {"mx": ["10 mx.shop.example"]}}))
    there = [e["host"] for e in r.all("mail.accepted", sender="alice@uni.example")]
    back = [e["host"] for e in r.all("mail.accepted", sender="")]
    assert there == ["mail.uni.example", "relay.isp.example", "mx.shop.example"], there
    assert back == ["mx.uni.example", "store.uni.example"], back
    r.one("mail.ndr", "mx.shop.example", about="alice-pc.1")
    r.one("dns.mx_chosen", "mx.shop.example", domain="uni.example", chosen="mx.uni.example")
    r.one("mail.delivered", "store.uni.example", mailbox="alice")


@story
def collected_like_any_mail():  # S19: the report waits in the mailbox until its reader comes (RFC 1939)
    hosts = {**store(mx={"recipients": "any"}),
             "alice-pc": {"mua": {"mailbox": "alice@uni.example", "server": "mail.uni.example",
                                  "collect": {"from": "mail.uni.example", "every": "5m"}, "tls": "none"}}}
    r = Run(scenario(hosts, [{"to": "nobody@shop.example"}]))
    ndr = r.one("mail.ndr", "mx.shop.example")
    got = [e for e in r.all("mail.collected", "alice-pc") if e["mail"] == ndr["mail"]]
    assert len(got) == 1 and got[0]["t_ns"] > ndr["t_ns"], got


@story
def of_a_source_route_the_last_hop_gets_it():  # R121 (RFC 5321 6.1, appendix C)
    r = Run(scenario(SHOP, [{"to": "nobody@shop.example", "from": "@relay.example,@isp.example:alice@uni.example"}]))
    r.some("smtp.command", "mail.uni.example", verb="MAIL",
           line=lambda x: x.startswith("MAIL FROM:<@relay.example,@isp.example:alice@uni.example>"))
    r.some("smtp.command", "mail.shop.example", verb="MAIL",
           line=lambda x: x.startswith("MAIL FROM:<alice@uni.example>"))  # R048: not passed on
    r.one("mail.ndr", "mail.uni.example", to="alice@uni.example")
    assert "\r\nTo: alice@uni.example\r\n" in text_of(r)
    r.one("mail.delivered", "mail.uni.example", mailbox="alice")


@story
def a_mailbox_that_is_not_there_ends_it():  # R120 R137: bounce of a bounce
    hosts = {**SHOP, **site("bank.example", users=["eve"])}
    r = Run(scenario(hosts, [{"to": "nobody@shop.example", "from": "nobody@bank.example", "notify": ALL}]))
    r.one("mail.ndr", to="nobody@bank.example")
    r.one("mail.discarded", "mail.uni.example", recipient="nobody@bank.example",
          reason="null reverse-path: no report is written about it")
    assert r.one("mail.ended", recipient="nobody@bank.example")["data"]["verdict"] == "discarded"
    assert r.one("mail.ended", recipient="nobody@shop.example")["data"]["verdict"] == "bounced"


@story
def no_report_about_a_null_reverse_path():  # R120: whatever was asked, and whatever became of it
    for to in ("nobody@shop.example", "bob@shop.example"):
        r = Run(scenario(SHOP, [{"to": to, "from": "<>", "notify": ALL}], uni={"without": ["DSN"]}))
        r.none("mail.ndr")
    hosts = {"mail.shop.example": {"mta": {}, "mda": {"mailboxes": ["bob"]}}}
    r = Run(scenario(hosts, [{**TO_BOB, "from": "<>"}], uni={**DEAD, "warn_after": "30m"}))
    r.none("mail.ndr")  # neither late nor expired is told
    r.one("mail.discarded", "mail.uni.example", recipient="bob@shop.example")


@story
def one_report_for_all_that_failed_together():  # R122 (RFC 5321 4.4)
    hosts = {**SHOP, **site("bank.example", users=["eve"])}
    to = ["nobody@shop.example", "eve@bank.example", "none@shop.example", "x@nowhere.example", "No.One@bank.example"]
    r = Run(scenario(hosts, [{"to": to}]))
    told = r.one("mail.ndr", "mail.uni.example")["data"]
    assert told["recipients"] == [t for t in to if t != "eve@bank.example"], told
    assert told["statuses"] == ["5.1.1", "5.1.1", "5.1.2", "5.1.1"], told
    blocks = text_of(r).count("\r\nFinal-Recipient: ")
    assert blocks == 4 and "Final-Recipient: rfc822; No.One@bank.example\r\n" in text_of(r)  # R130: its case
    r.one("mail.ended", recipient="eve@bank.example", verdict="delivered")


@story
def those_who_fail_later_are_told_later():  # R122: one report for each round
    document = scenario({**SHOP, **site("bank.example", users=["eve"])},
                        [{"to": ["nobody@shop.example", "eve@bank.example"], "at": "1s"}])
    document["timeline"][:0] = [{"at": "0s", "on": "mail.bank.example", "stop": True}]
    r = Run(document)
    assert [(a, who, s) for _, a, who, s in reports(r)] == [
        ("failed", ["nobody@shop.example"], ["5.1.1"]), ("failed", ["eve@bank.example"], ["4.4.1"])], reports(r)


# ---- refused at once, or accepted and returned ---------------------------------------------------------

@story
def who_writes_it():  # R072 R118: whoever is responsible when it fails
    r = Run(scenario(SHOP, [{"to": "nobody@shop.example"}]))  # 550 at RCPT: still with the sender's server
    assert reports(r)[0][0] == "mail.uni.example"
    r = Run(scenario(store(mx={"recipients": "any"}), [{"to": "nobody@shop.example"}]))
    assert reports(r)[0][0] == "mx.shop.example"  # it had said 250


def spammer(mode):
    """Eve's program writes to the shop's own server, in Alice's name."""
    hosts = {"mx.shop.example": {"mta": {"recipients": mode, "deliver": "lmtp:store.shop.example"}},
             "store.shop.example": {"mda": {"mailboxes": ["bob"]}},
             "eve-pc": {"mua": {"mailbox": "eve@bank.example", "server": "mx.shop.example", "port": 25}},
             **site("bank.example", users=["eve"])}
    sends = [{"on": "eve-pc", "to": [f"victim{i}@shop.example" for i in range(3)], "from": "alice@uni.example"},
             {"to": "bob@shop.example", "at": "1m"}]
    return Run(scenario(hosts, sends))


@story
def backscatter():  # R149 (RFC 5321 6.2): a forged sender gets reports of what she never wrote
    r = spammer("any")
    ndr = r.one("mail.ndr", "mx.shop.example", to="alice@uni.example")
    assert ndr["data"]["about"] == "eve-pc.1"
    r.one("mail.delivered", "mail.uni.example", mailbox="alice")


@story
def refused_in_the_session_there_is_none():  # R149: the same, where the server knows its recipients
    r = spammer("known")
    r.none("mail.ndr")
    r.none("mail.delivered", "mail.uni.example")
    assert len(r.all("mail.ended", verdict="refused")) == 3  # on the screen of whoever wrote it


# ---- NOTIFY ------------------------------------------------------------------------------------------

@story
def delivered_is_told_if_it_was_asked():  # R143 (RFC 3461 5.2.3)
    r = Run(scenario(SHOP, [{**TO_BOB, "notify": "success", "envid": "QQ314159"}]))
    assert reports(r) == [("mail.shop.example", "delivered", ["bob@shop.example"], ["2.0.0"])], reports(r)
    assert "\r\nOriginal-Envelope-Id: QQ314159\r\n" in text_of(r)  # R128
    r.one("mail.delivered", "mail.uni.example", mailbox="alice")
    assert "mail.shop.example wrote the report that was asked for" in r.story(), r.story()
    for quiet in ({}, {"notify": "failure"}, {"notify": ["failure", "delay"]}, {"notify": "never"}, {"ret": "full"}):
        r = Run(scenario(SHOP, [{**TO_BOB, **quiet}]))
        r.none("mail.ndr")


@story
def never_means_never():  # R144 (RFC 3461 4.1, 5.2.6): failed here, at the store, or after two hours
    cases = [(SHOP, {}, "mail.uni.example", "nobody@shop.example"),
             (store(mx={"recipients": "any"}), {}, "mx.shop.example", "nobody@shop.example"),
             (SHOP, {**DEAD, "warn_after": "30m"}, "mail.uni.example", "bob@shop.example"),
             (SHOP, {}, "mail.uni.example", "bob@nowhere.example")]
    for hosts, uni, at, to in cases:
        r = Run(scenario(hosts, [{"to": to, "notify": "never"}], uni=uni))
        r.none("mail.ndr")
        r.none("queue.warned")
        r.one("mail.discarded", at, recipient=to, reason="NOTIFY=NEVER: the sender wants no report")
        r.one("mail.ended", recipient=to, verdict="discarded", at=at)
        assert "thrown away, since its author wanted no report of a failure" in r.story(), r.story()


@story
def success_alone_is_no_failure():  # RFC 3461 5.2.6 b
    r = Run(scenario(SHOP, [{"to": ["bob@shop.example", "nobody@shop.example"], "notify": "success"}]))
    assert reports(r) == [("mail.shop.example", "delivered", ["bob@shop.example"], ["2.0.0"])], reports(r)
    r.one("mail.discarded", recipient="nobody@shop.example",
          reason="NOTIFY without FAILURE: the sender wants no report of it")
    r = Run(scenario(SHOP, [{"to": "nobody@shop.example", "notify": "failure"}]))
    assert reports(r) == [("mail.uni.example", "failed", ["nobody@shop.example"], ["5.1.1"])], reports(r)


@story
def each_as_it_was_asked():  # RFC 3461 5.2.8, 10: one transaction, and no word of those who want none
    each = {"bob@shop.example": "success", "carol@shop.example": "failure", "x@shop.example": ["success", "failure"],
            "y@shop.example": "never", "z@shop.example": "failure"}
    r = Run(scenario(site("shop.example", users=["bob", "carol"]), [{"to": [*each, "none@shop.example"], "notify": each}]))
    assert sorted(reports(r), reverse=True) == [
        ("mail.uni.example", "failed", ["x@shop.example", "z@shop.example", "none@shop.example"], ["5.1.1"] * 3),
        ("mail.shop.example", "delivered", ["bob@shop.example"], ["2.0.0"])], reports(r)
    assert len(wire(r, "mail.shop.example", "MAIL")) == 1
    assert wire(r, "mail.shop.example", "RCPT")[3:] == ["RCPT TO:<y@shop.example> NOTIFY=NEVER",
        "RCPT TO:<z@shop.example> NOTIFY=FAILURE ORCPT=rfc822;z@shop.example", "RCPT TO:<none@shop.example>"]
    for address in ("bob", "carol", "y"):
        assert f"<{address}@shop.example>" not in text_of(r, 1).split("Content-Type: message/rfc822")[0]
    r.one("mail.discarded", recipient="y@shop.example")


@story
def late_is_told_unless_it_was_not_asked():  # R147 (RFC 3461 5.2.5)
    for notify, told in ((None, True), ("delay", True), (ALL, True), ("failure", False), ("never", False),
                         ("success", False)):
        send = {**TO_BOB, **({"notify": notify} if notify else {})}
        r = Run(scenario(SHOP, [send], uni={**DEAD, "warn_after": "30m"}))
        delayed = [x for x in reports(r) if x[1] == "delayed"]
        assert len(delayed) == len(r.all("queue.warned")) == told, (notify, reports(r))
        failed = [x for x in reports(r) if x[1] == "failed"]
        assert len(failed) == (notify in (None, ALL, "failure")), (notify, reports(r))


def fields(report):
    """Of the one recipient in a delivery report, by name (RFC 3464 2.3)."""
    parts = email.message_from_string(report).walk()
    return dict([p for p in parts if p.get_content_type() == "message/delivery-status"][0].get_payload()[1].items())


@story
def what_expired_names_the_last_trouble():  # R097 R133 R135 (RFC 3463 3.5): as Postfix does
    # X.4.7: "If possible, the code for the actual problem found when delivery was attempted should be
    # returned rather than this code."  Class 4 with "failed": persistent transient failure (3463 2).
    reply = "450 4.2.1 Mailbox temporarily unavailable"
    document = scenario(SHOP, [TO_BOB])
    document["timeline"][:0] = [{"at": "0s", "on": "mail.shop.example", "answer": {"to": "RCPT", "with": reply, "times": 99}}]
    r = Run(document)
    r.one("queue.expired", "mail.uni.example", recipient="bob@shop.example")
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle", "reports")
    real = fields(open(os.path.join(here, "postfix37-u2_tmp.test-Undelivered_Mail_Returned_to_Sender.eml")).read())
    ours = fields(text_of(r))
    for name in ("Action", "Status", "Diagnostic-Code"):
        assert ours[name] == real[name], (name, ours[name], real[name])
    assert ours["Remote-MTA"] == "dns; mail.shop.example", ours
    assert "The message waited too long and was given up." in text_of(r)


@story
def what_was_never_tried_says_that_it_expired():  # 4.4.7 is for it alone (RFC 3463 3.5)
    # OpenSMTPD looks at the age before it tries; here the letter was held for too long.
    document = scenario(SHOP, [TO_BOB], uni={"personality": "opensmtpd", "give_up_after": "1h", "hold": True})
    document["timeline"] += [{"at": "2h", "on": "mail.uni.example", "set": {"/mta/hold": False}}]
    r = Run(document)
    r.one("queue.expired", "mail.uni.example", recipient="bob@shop.example")
    r.none("tcp.opened", "mail.shop.example", local_port=25)
    ours = fields(text_of(r))
    assert ours["Status"] == "4.4.7" and "Diagnostic-Code" not in ours and "Remote-MTA" not in ours, ours


@story
def a_warning_and_a_failure_are_told_apart():  # both go the same way, and do not say the same
    told = Run(scenario(SHOP, [TO_BOB], uni={**DEAD, "warn_after": "30m"})).story()
    assert "not yet delivered, but still tried, to bob@shop.example" in told, told
    assert "a report to alice@uni.example: not delivered to bob@shop.example, status 4.4.1" in told, told
    assert "It writes because of a letter with your return address" in " ".join(
        text_of(Run(scenario(SHOP, [TO_BOB], uni=DEAD))).split())


@story
def the_last_attempt_is_one_that_was_made():  # RFC 3464 2.3.7: a host that is left alone for a while was not asked
    r = Run(scenario(SHOP, [TO_BOB], uni={**DEAD, "retry": ["25m"], "give_up_after": "1h"}))
    tried = r.all("tcp.failed", "mail.uni.example")[-1]["t_ns"] // 10**9
    assert tried < r.one("queue.expired")["t_ns"] // 10**9 - 60
    made = email.utils.parsedate_to_datetime(re.search("Last-Attempt-Date: (.*)\r", text_of(r, -1))[1]).timestamp()
    start = email.utils.parsedate_to_datetime("Mon, 02 Mar 2026 09:00:00 +0000").timestamp()
    assert made - start == tried, (made - start, tried)


@story
def delayed_then_delivered():  # R132 R136: a warning is no verdict
    document = scenario(SHOP, [{**TO_BOB, "notify": ALL, "at": "1m"}],
                        uni={"retry": ["20m"], "warn_after": "30m", "give_up_after": "3h"})
    document["timeline"][:0] = [{"at": "0s", "on": "mail.shop.example", "stop": True}]
    document["timeline"] += [{"at": "55m", "on": "mail.shop.example", "start": True}]
    r = Run(document)
    assert [x[1] for x in reports(r)] == ["delayed", "delivered"], reports(r)
    assert "\r\nWill-Retry-Until: " in text_of(r, 0) and "Will-Retry-Until" not in text_of(r, 1)
    assert reports(r)[0][3][0][0] == "4" and "\r\nContent-Type: text/rfc822-headers\r\n" in text_of(r, 0)
    r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")


# ---- passed on ----------------------------------------------------------------------------------------

@story
def passed_on_unchanged():  # R146 (RFC 3461 5.2.1): by MX, smarthost, LMTP; ENVID in xtext octet by octet
    hosts = {"relay.isp.example": {"mta": {"relay": ["allow anyone"]}},
             **store(mta={"domains": ["store.example"]}, mda={"domains": ["shop.example"], "ports": [24]},
                     mx={"domains": ["shop.example"]})}
    send = {**TO_BOB, "notify": ["failure", "success"], "ret": "hdrs", "envid": "Q=Q +1"}
    r = Run(scenario(hosts, [send], uni={"routes": {"*": "smarthost:relay.isp.example"}},
                     zones={"shop.example": {"mx": ["10 mx.shop.example"]}}))
    for host in ("mail.uni.example", "relay.isp.example", "mx.shop.example", "store.shop.example"):
        mail, rcpt = wire(r, host, "MAIL"), wire(r, host, "RCPT")
        assert len(mail) == 1 and mail[0].endswith(" RET=HDRS ENVID=Q+3DQ+20+2B1"), (host, mail)
        assert rcpt == [f"RCPT TO:<bob@shop.example> {DSN_OF_BOB}"], (host, rcpt)
    assert reports(r) == [("store.shop.example", "delivered", ["bob@shop.example"], ["2.0.0"])], reports(r)
    assert "\r\nOriginal-Envelope-Id: Q=Q +1\r\n" in text_of(r)


@story
def nothing_is_invented():  # R146: what was not asked is not passed on (RFC 3461 5.2.1 a-c)
    r = Run(scenario(store(), [TO_BOB, {**TO_BOB, "notify": "never"}, {**TO_BOB, "envid": "E"}]))
    for host in ("mail.uni.example", "mx.shop.example"):
        mail, rcpt = wire(r, host, "MAIL"), wire(r, host, "RCPT")
        assert [("ENVID" in x, "RET" in x) for x in mail] == [(False, False), (False, False), (True, False)], mail
        assert rcpt == ["RCPT TO:<bob@shop.example>", "RCPT TO:<bob@shop.example> NOTIFY=NEVER",
                        "RCPT TO:<bob@shop.example>"], rcpt


@story
def the_store_says_it_where_lmtp_has_no_dsn():  # R143: 250 of LMTP is "in the mailbox" (RFC 2033 4.2)
    r = Run(scenario(store(), [{**TO_BOB, "notify": "success"}]))
    assert wire(r, "store.shop.example", "RCPT") == ["RCPT TO:<bob@shop.example>"]  # it has no queue: no DSN
    assert reports(r) == [("mx.shop.example", "delivered", ["bob@shop.example"], ["2.0.0"])], reports(r)
    assert "\r\nRemote-MTA: dns; store.shop.example\r\nDiagnostic-Code: smtp; 250 " in text_of(r)


@story
def relayed_to_a_host_without_dsn():  # R145 (RFC 3461 5.2.2)
    r = Run(scenario(site("shop.example", without=["DSN"]), [{**TO_BOB, "notify": ALL, "ret": "full", "envid": "E"}]))
    assert reports(r) == [("mail.uni.example", "relayed", ["bob@shop.example"], ["2.0.0"])], reports(r)
    assert wire(r, "mail.shop.example", "RCPT") == ["RCPT TO:<bob@shop.example>"]  # all parameters dropped
    assert re.fullmatch(r"MAIL FROM:<alice@uni.example> SIZE=\d+", wire(r, "mail.shop.example", "MAIL")[0])
    assert "\r\nRemote-MTA: dns; mail.shop.example\r\nDiagnostic-Code: smtp; 250 2.0.0 queued as " in text_of(r)
    assert "passed on to a host that sends no such reports" in r.story(), r.story()


@story
def relayed_and_then_failed():  # R145: that host knows nothing of what was asked, and reports as ever
    hosts = store(mx={"recipients": "any", "without": ["DSN"]})
    r = Run(scenario(hosts, [{"to": "nobody@shop.example", "notify": ["success", "failure"]}]))
    assert [(h, a) for h, a, _, _ in reports(r)] == [("mail.uni.example", "relayed"), ("mx.shop.example", "failed")]
    assert "Original-Recipient" not in text_of(r, 1)  # R131: it was not told
    assert "mx.shop.example wrote the report, mx.shop.example.1" in r.story(), r.story()


@story
def what_was_asked_survives_a_crash():  # R146: it is in the queue, and the queue is on the disk
    document = scenario(store(), [{**TO_BOB, "notify": ALL, "ret": "hdrs", "envid": "E+1"}], uni={"retry": ["10m"]})
    document["timeline"] += [{"at": "0s", "on": "mx.shop.example", "stop": True},
                             {"at": "1m", "on": "mail.uni.example", "crash": True},
                             {"at": "2m", "on": "mail.uni.example", "start": True},
                             {"at": "5m", "on": "mx.shop.example", "start": True}]
    r = Run(document)
    r.one("host.crashed", "mail.uni.example")
    assert wire(r, "mx.shop.example", "MAIL")[-1].endswith(" RET=HDRS ENVID=E+2B1"), wire(r, "mx.shop.example", "MAIL")
    assert wire(r, "mx.shop.example", "RCPT")[-1].endswith(" NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;bob@shop.example")
    assert [x[:2] for x in reports(r)] == [("mx.shop.example", "delivered")], reports(r)


# ---- aliases and lists (RFC 3461 5.2.7) ------------------------------------------------------------------

BANK = site("bank.example", users=["carol", "dave"])


@story
def one_for_one_passes_it_on():  # RFC 3461 5.2.7.2: no report, nothing lost; ORCPT is still who was named
    hosts = {**site("shop.example", mda={"aliases": {"sales": ["carol@bank.example"]}}), **BANK}
    r = Run(scenario(hosts, [{"to": "sales@shop.example", "notify": "success", "envid": "E"}]))
    assert wire(r, "mail.bank.example", "RCPT") == [
        "RCPT TO:<carol@bank.example> NOTIFY=SUCCESS ORCPT=rfc822;sales@shop.example"]
    assert reports(r) == [("mail.bank.example", "delivered", ["carol@bank.example"], ["2.0.0"])], reports(r)
    assert ("\r\nOriginal-Recipient: rfc822;sales@shop.example\r\n"
            "Final-Recipient: rfc822; carol@bank.example\r\n") in text_of(r)  # R131


@story
def an_alias_for_several_is_expanded():  # R132: RFC 3461 5.2.7.3 c
    hosts = {**site("shop.example", mda={"aliases": {"sales": ["carol@bank.example", "nobody@bank.example"]}}), **BANK}
    for notify, passed, told in ((["success", "failure"], "NOTIFY=FAILURE", {"expanded", "failed"}),
                                 (["success"], "NOTIFY=NEVER", {"expanded"}),
                                 (["failure"], "NOTIFY=FAILURE", {"failed"}),
                                 (["never"], "NOTIFY=NEVER", set())):
        r = Run(scenario(hosts, [{"to": "sales@shop.example", "notify": notify, "envid": "E"}]))
        lines = wire(r, "mail.bank.example", "RCPT")
        orcpt = "" if notify == ["never"] else " ORCPT=rfc822;sales@shop.example"
        assert lines and all(x.endswith(f"> {passed}{orcpt}") for x in lines), lines
        assert {x[1] for x in reports(r)} == told, (notify, reports(r))
        if "expanded" in told:
            n = [x[1] for x in reports(r)].index("expanded")
            assert reports(r)[n] == ("mail.shop.example", "expanded", ["sales@shop.example"], ["2.0.0"])
            assert "passed on to all who stand behind sales@shop.example" in r.story()


@story
def a_list_is_the_end_of_the_way():  # RFC 3461 5.2.7.1: delivered to the list; its own envelope behind it
    lists = {"staff": {"members": ["carol@bank.example", "nobody@bank.example"], "owner": "bob@shop.example"}}
    r = Run(scenario({**site("shop.example", mda={"lists": lists}), **BANK},
                     [{"to": "staff@shop.example", "notify": ALL, "ret": "full", "envid": "E"}]))
    assert [(a, who) for _, a, who, _ in reports(r)] == [
        ("delivered", ["staff@shop.example"]), ("failed", ["nobody@bank.example"])], reports(r)
    assert [e["data"]["to"] for e in r.all("mail.ndr")] == ["alice@uni.example", "bob@shop.example"]
    assert wire(r, "mail.bank.example", "RCPT") == ["RCPT TO:<carol@bank.example>", "RCPT TO:<nobody@bank.example>"]
    assert re.fullmatch(r"MAIL FROM:<bob@shop.example> SIZE=\d+", wire(r, "mail.bank.example", "MAIL")[0])
    assert "Original-" not in text_of(r, 1)


# ---- RET ----------------------------------------------------------------------------------------------

@story
def how_much_comes_back():  # R148 (RFC 3461 4.3, 6.2)
    whole, header = "\r\nContent-Type: message/rfc822\r\n", "\r\nContent-Type: text/rfc822-headers\r\n"
    for send, want in (({"ret": "full"}, whole), ({"ret": "hdrs"}, header), ({}, whole),
                       ({"size": "49KB"}, whole), ({"size": "60KB", "ret": "full"}, header)):
        r = Run(scenario(SHOP, [{"to": "nobody@shop.example", **send}]))
        assert want in text_of(r), (send, text_of(r)[-900:])
        assert ("Hello." in text_of(r)) == (want == whole and "size" not in send)
    r = Run(scenario(SHOP, [{**TO_BOB, "ret": "full", "notify": "success"}]))  # only failures bring it back
    assert header in text_of(r) and "Hello." not in text_of(r)


@story
def a_report_is_automatic():  # R138 (RFC 3834): so nobody's vacation answers it
    r = Run(scenario(SHOP, [{"to": "nobody@shop.example"}]))
    assert "\r\nAuto-Submitted: auto-replied\r\n" in text_of(r)


if __name__ == "__main__":
    tell_all()
