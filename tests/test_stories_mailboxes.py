#!/usr/bin/env python3
"""Who is behind a name: aliases, forwards, lists, who catches all, details of names; whole runs (stories.py).

usage: test_stories_mailboxes.py [NAME...]      BUILD names the build folder (default: build)
"""
from stories import Run, scenario, site, story, tell_all

BANK = site("bank.example", users=["carol"])


def shop(to, users=("bob", "dave"), more=None, **mda):
    """Alice writes to addresses of shop.example, whose MDA has these extras."""
    hosts = {**site("shop.example", users=users if isinstance(users, dict) else list(users), mda=mda), **BANK}
    return scenario(hosts, [{"to": to}], **(more or {}))


def boxes(r):
    return sorted((e["host"], e["data"]["mailbox"]) for e in r.all("mail.delivered")
                  if e["host"] != "mail.uni.example")


STAFF = {"staff": {"members": ["bob", "carol@bank.example"], "owner": "dave@shop.example"}}


@story
def a_list_has_a_return_path_of_its_own():  # R092 (RFC 5321 3.9.2)
    r = Run(shop("staff@shop.example", lists=STAFF))
    r.one("mail.expanded", by="list", sender="dave@shop.example",
          into=["bob@shop.example", "carol@bank.example"])
    assert boxes(r) == [("mail.bank.example", "carol"), ("mail.shop.example", "bob")], boxes(r)
    r.one("smtp.command", "mail.bank.example", line=lambda l: l.startswith("MAIL FROM:<dave@shop.example>"))
    # R088: one Return-Path, the list's; the header that Alice wrote is as she wrote it
    final = {e["host"]: e["data"]["octets"] for e in r.all("mail.content", part="final")}
    assert final["mail.bank.example"] == "Return-Path: <dave@shop.example>\r\n", final
    for prepended in r.all("mail.content", "mail.bank.example", part="prepended"):
        assert prepended["data"]["octets"].startswith("Received: "), prepended
    r.one("mail.ended", recipient="staff@shop.example", verdict="delivered")
    told = r.story()
    assert ("mail.shop.example turns staff@shop.example into bob@shop.example and carol@bank.example: it is "
            "a list, and reports go to its owner from here on, dave@shop.example (RFC 5321 3.9.2).") in told, told


@story
def a_lists_errors_go_to_its_owner():  # R092: the list of two, one bad address
    lists = {"staff": {"members": ["bob", "nobody@bank.example"], "owner": "dave@shop.example"}}
    r = Run(shop("staff@shop.example", lists=lists))
    r.one("mail.ndr", "mail.shop.example", to="dave@shop.example", recipients=["nobody@bank.example"])
    assert boxes(r) == [("mail.shop.example", "bob"), ("mail.shop.example", "dave")], boxes(r)
    r.none("mail.delivered", "mail.uni.example")  # Alice is not told


@story
def an_aliass_errors_go_to_the_author():  # R091: the other way round
    r = Run(shop("staff@shop.example", aliases={"staff": ["bob", "nobody@bank.example"]}))
    r.one("mail.expanded", by="alias", sender="alice@uni.example")
    r.one("mail.ndr", "mail.shop.example", to="alice@uni.example", recipients=["nobody@bank.example"])
    r.one("mail.delivered", "mail.uni.example", mailbox="alice")
    final = r.one("mail.content", "mail.shop.example", part="final")["data"]["octets"]
    assert final == "Return-Path: <alice@uni.example>\r\n", final  # R088


@story
def a_report_to_a_list_goes_to_its_owner():  # R092 R120: no list sends reports on
    document = shop("staff@shop.example", lists=STAFF)
    document["timeline"][0]["send"]["from"] = "<>"
    r = Run(document)
    r.one("mail.expanded", by="list", into=["dave@shop.example"], sender="")
    assert boxes(r) == [("mail.shop.example", "dave")], boxes(r)


@story
def a_list_of_lists():  # R092: the members of the inner list get it from the inner list
    lists = {"all": {"members": ["staff", "bob"], "owner": "bob@shop.example"}, **STAFF}
    r = Run(shop("all@shop.example", lists=lists))
    assert [e["data"]["sender"] for e in r.all("mail.expanded")] == ["bob@shop.example", "dave@shop.example"]
    assert boxes(r) == [("mail.bank.example", "carol"), ("mail.shop.example", "bob"),
                        ("mail.shop.example", "bob")], boxes(r)  # two lists, two letters
    senders = sorted(e["data"]["octets"] for e in r.all("mail.content", "mail.shop.example", part="final"))
    assert senders == ["Return-Path: <bob@shop.example>\r\n", "Return-Path: <dave@shop.example>\r\n"], senders


@story
def lists_that_lead_back():  # a member of a list is the list, by way of another: 5.4.6, to the owner
    lists = {"a": {"members": ["b", "bob"], "owner": "dave@shop.example"},
             "b": {"members": ["a", "carol@bank.example"], "owner": "dave@shop.example"}}
    r = Run(shop("a@shop.example", lists=lists))
    r.one("queue.bounced", recipient="a@shop.example", status="5.4.6", reason="the address leads back to itself")
    r.one("mail.ndr", to="dave@shop.example", recipients=["a@shop.example"])
    assert boxes(r) == [("mail.bank.example", "carol"), ("mail.shop.example", "bob"),
                        ("mail.shop.example", "dave")], boxes(r)


@story
def a_forward_that_leads_back():  # the forward of one is an alias for the other
    r = Run(shop("bob@shop.example", users={"bob": {"forward": "desk"}}, aliases={"desk": "bob"}))
    r.one("queue.bounced", recipient="bob@shop.example", status="5.4.6", reason="the address leads back to itself")
    r.one("mail.ndr", to="alice@uni.example")


@story
def forwards_that_go_round_between_hosts():  # R093: no host sees it alone; the Received lines stop it
    hosts = {**site("shop.example", users={"bob": {"forward": "carol@bank.example"}}),
             **site("bank.example", users={"carol": {"forward": "bob@shop.example"}}, max_hops=10)}
    r = Run(scenario(hosts, [{"to": "bob@shop.example"}]))
    r.one("policy.decision", at="message", verdict="refuse", rule="hop limit")
    r.one("mail.ndr", to="alice@uni.example")


@story
def deep_nesting_ends():  # limits.nesting
    aliases = {f"a{i}": f"a{i + 1}" for i in range(6)}
    aliases["a6"] = "bob"
    r = Run(shop("a0@shop.example", aliases=aliases))
    assert boxes(r) == [("mail.shop.example", "bob")]
    r = Run(shop("a0@shop.example", aliases=aliases, more={"limits": {"nesting": 3}}))
    r.one("queue.bounced", recipient="a3@shop.example", status="5.4.6",
          reason="too many aliases, forwards and lists one behind the other")
    r.one("mail.ndr", to="alice@uni.example")


@story
def a_forward():  # R091: as an alias; the reverse-path stays
    r = Run(shop("bob@shop.example", users={"bob": {"forward": ["carol@bank.example"]}}))
    r.one("mail.expanded", by="forward", sender="alice@uni.example", into=["carol@bank.example"])
    assert boxes(r) == [("mail.bank.example", "carol")], boxes(r)
    r.one("smtp.command", "mail.bank.example", line=lambda l: l.startswith("MAIL FROM:<alice@uni.example>"))
    assert ("turns bob@shop.example into carol@bank.example: its mail is forwarded "
            "(RFC 5321 3.9.1).") in r.story(), r.story()


@story
def a_forward_that_keeps_a_copy():
    users = {"bob": {"forward": "carol@bank.example", "keep_copy": True}}
    r = Run(shop("bob@shop.example", users=users))
    r.one("mail.expanded", by="forward", into=["carol@bank.example", "bob@shop.example"])
    assert boxes(r) == [("mail.bank.example", "carol"), ("mail.shop.example", "bob")], boxes(r)
    # The same with the mailboxes on another host.
    hosts = {"mx.shop.example": {"mta": {"deliver": "lmtp:store.shop.example"}},
             "store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": users}}, **BANK}
    r = Run(scenario(hosts, [{"to": "bob@shop.example"}]))
    r.one("mail.expanded", "mx.shop.example", by="forward")
    assert boxes(r) == [("mail.bank.example", "carol"), ("store.shop.example", "bob")], boxes(r)


@story
def who_catches_all():
    r = Run(shop(["anybody@shop.example", "bob@shop.example"], catch_all="dave"))
    r.one("mail.expanded", by="catch_all", recipient="anybody@shop.example", into=["dave@shop.example"])
    assert boxes(r) == [("mail.shop.example", "bob"), ("mail.shop.example", "dave")], boxes(r)
    r.none("smtp.reply", "mail.shop.example", code=550)
    assert "nobody there has that name, and what is left goes to dave@shop.example." in r.story(), r.story()


@story
def the_detail_of_a_name():  # RFC 5233: alice+lab is alice
    r = Run(shop(["bob+lab@shop.example", "BOB+Other+one@shop.example"], subaddress="+"))
    assert boxes(r) == 2 * [("mail.shop.example", "bob")], boxes(r)
    r.one("mail.delivered", recipient="bob+lab@shop.example", mailbox="bob")
    r = Run(shop("bob+lab@shop.example"))
    r.one("smtp.reply", "mail.shop.example", code=550, enhanced="5.1.1")
    r = Run(shop(["dave+x@shop.example", "+bob@shop.example"], users={"dave": {}, "dave+x": {}}, subaddress="+"))
    r.one("mail.delivered", mailbox="dave+x")  # a whole name goes before
    r.one("mail.ended", recipient="+bob@shop.example", verdict="bounced")


@story
def reached_twice_delivered_once():  # one reverse-path, one message, one mailbox: one copy
    r = Run(shop(["bob@shop.example", "staff@shop.example", "all@shop.example"],
                 aliases={"staff": ["bob", "dave"], "all": ["staff", "bob", "carol@bank.example"]}))
    assert boxes(r) == [("mail.bank.example", "carol"), ("mail.shop.example", "bob"),
                        ("mail.shop.example", "dave")], boxes(r)
    spared = r.some("mail.discarded", reason="a further copy for somebody who gets this message already")
    assert sorted(e["data"]["recipient"] for e in spared) == 3 * ["bob@shop.example"] + ["dave@shop.example"], spared
    assert len(r.all("mail.ended", verdict="delivered")) == 3


@story
def reached_twice_and_nobody_else():  # the verdict of an alias whose only member was named as well
    r = Run(shop(["bob@shop.example", "desk@shop.example"], aliases={"desk": "bob"}))
    assert boxes(r) == [("mail.shop.example", "bob")], boxes(r)
    r.one("mail.ended", recipient="bob@shop.example", verdict="delivered")
    r.one("mail.ended", recipient="desk@shop.example", verdict="discarded",
          why="a further copy for somebody who gets this message already")
    assert "desk@shop.example, which stands for others: bob@shop.example: as its own line says." in r.story()


@story
def two_aliases_for_each_other():  # none of them leaves the delivery to the other
    users = {"bob": {"forward": ["b", "c"]}, "dave": {}}
    r = Run(shop("bob@shop.example", users=users, aliases={"b": ["c2"], "c": ["b2"], "c2": "dave", "b2": "dave"}))
    assert boxes(r) == [("mail.shop.example", "dave")], boxes(r)


def split(**boxes):
    """shop.example with its mailboxes on a host of their own, reached by LMTP."""
    return {"mx.shop.example": {"mta": {"deliver": "lmtp:store.shop.example", "retry": ["10m"], "give_up_after": "1h"}},
            "store.shop.example": {"mda": {"domains": ["shop.example"], "mailboxes": boxes}}, **BANK}


@story
def a_full_mailbox_at_rcpt():  # 452 4.2.2 where the host knows; the sender's MTA waits and gives up
    r = Run(shop("bob@shop.example", users={"bob": {"quota": "700B"}}))
    r.one("mail.delivered", mailbox="bob")
    document = shop("bob@shop.example", users={"bob": {"quota": "700B"}})
    document["timeline"] += [{"at": "1m", "on": "alice-pc", "send": {"to": "bob@shop.example", "subject": "Again", "body": "Hello.\n"}}]
    r = Run(document)
    r.one("mail.delivered", mailbox="bob")
    full = r.some("smtp.reply", "mail.shop.example", code=452, enhanced="4.2.2", to="RCPT")
    assert len(full) > 3, full
    r.some("policy.decision", "mail.shop.example", at="recipient", verdict="defer", code=452, rule="quota")
    r.one("queue.expired", "mail.uni.example", recipient="bob@shop.example")
    r.one("mail.ndr", to="alice@uni.example")


@story
def a_message_larger_than_the_mailbox():  # 552 5.2.3 at once: waiting would not help
    document = shop("bob@shop.example", users={"bob": {"quota": "10kB"}})
    document["timeline"][0]["send"] = {"to": "bob@shop.example", "size": "20kB"}
    r = Run(document)
    r.one("smtp.reply", "mail.shop.example", code=552, enhanced="5.2.3", to="RCPT")
    r.none("queue.deferred")
    r.one("mail.ndr", to="alice@uni.example", statuses=["5.2.3"])


@story
def a_full_mailbox_behind_lmtp():  # R180: each copy is judged after the dot; the MX host waits
    document = scenario(split(bob={"quota": "1500B"}, dave={}),
                        [{"to": ["bob@shop.example", "dave@shop.example"]} for _ in range(3)])
    r = Run(document)
    assert len(r.all("mail.delivered", "store.shop.example", mailbox="dave")) == 3
    delivered = len(r.all("mail.delivered", "store.shop.example", mailbox="bob"))
    assert 0 < delivered < 3, delivered
    r.some("smtp.reply", "store.shop.example", code=452, enhanced="4.2.2")
    r.some("queue.deferred", "mx.shop.example", recipient="bob@shop.example", code=452, enhanced="4.2.2",
           remote="store.shop.example")
    r.some("queue.expired", "mx.shop.example", recipient="bob@shop.example")
    r.some("mail.ndr", "mx.shop.example", to="alice@uni.example", recipients=["bob@shop.example"])


@story
def a_full_mailbox_of_this_host():  # accepted in good faith, since the size was not known: the queue waits
    hosts = {"mail.shop.example": {"mta": {"recipients": "any", "retry": ["10m"], "give_up_after": "1h"},
                                   "mda": {"mailboxes": {"bob": {"quota": "900B"}, "dave": {"forward": "bob", "keep_copy": False}}}}}
    r = Run(scenario(hosts, [{"to": "dave@shop.example"} for _ in range(3)]))
    r.some("queue.deferred", "mail.shop.example", recipient="bob@shop.example", code=0, enhanced="4.2.2",
           reason="the mailbox is full")
    r.some("queue.expired", "mail.shop.example", recipient="bob@shop.example")


AWAY = {"bob": {"vacation": "I am in the mountains until May."}, "dave": {}}


def letters(*sends):
    document = shop("bob@shop.example", users=AWAY)
    document["timeline"] = [{"at": "0s", "on": "alice-pc", "send": {"to": "bob@shop.example", "subject": "Hi", "body": "Hello.\n"}}]
    for at, send in sends:
        document["timeline"].append({"at": at, "on": "alice-pc", "send": {"to": "bob@shop.example", "body": "x", **send}})
    return document


def answers(r):
    return [e for e in r.all("mail.composed", "mail.shop.example") if e["data"]["subject"].startswith("Auto:")]


def body_of(r, mail):
    return [e["data"]["octets"] for e in r.all("mail.content", part="whole") if e["mail"] == mail][0]


@story
def on_vacation():  # R140 (RFC 3834 3, 4): to the Return-Path, from nobody, and marked as automatic
    document = letters()
    document["timeline"][0]["send"]["from"] = "carol@bank.example"  # the envelope's; From says Alice
    r = Run(document)
    answer = answers(r)
    assert len(answer) == 1 and answer[0]["data"]["to"] == ["carol@bank.example"], answer
    assert answer[0]["data"]["from"] == "" and answer[0]["data"]["subject"] == "Auto: Hi", answer
    r.one("smtp.command", "mail.bank.example", line=lambda l: l.startswith("MAIL FROM:<>"))
    r.one("mail.delivered", "mail.bank.example", mailbox="carol")
    text = body_of(r, answer[0]["mail"])
    assert "\r\nAuto-Submitted: auto-replied\r\n" in text, text
    assert "\r\nIn-Reply-To: <alice-pc.1@uni.example>\r\n" in text, text
    assert "\r\nReferences: <alice-pc.1@uni.example>\r\n" in text, text
    assert "From: bob@shop.example\r\n" in text and "To: carol@bank.example\r\n" in text, text
    assert text.endswith("\r\n\r\nI am in the mountains until May.\r\n"), text
    r.one("policy.decision", at="vacation", verdict="accept", subject="carol@bank.example")
    assert "mail.shop.example answers carol@bank.example by itself for somebody who is away" in r.story()
    r.one("mail.ended", recipient="carol@bank.example", verdict="delivered")


@story
def no_vacation_answer_to_nobody():  # R139 (RFC 3834 2): a report, or another answer
    document = letters()
    document["timeline"][0]["send"]["from"] = "<>"
    r = Run(document)
    r.one("mail.delivered", mailbox="bob")
    r.one("policy.decision", at="vacation", verdict="refuse", rule="vacation: the reverse-path is null")
    assert not answers(r)


@story
def a_bounce_to_somebody_on_vacation():  # R139: the report is not answered, and two on vacation do not chat
    hosts = {"mail.uni.example": {"msa": {}, "mta": {}, "mda": {"mailboxes": {"alice": {"vacation": "Away, too."}}}},
             **site("shop.example", users=AWAY)}
    r = Run(scenario(hosts, [{"to": "nobody@shop.example"}, {"to": "bob@shop.example"}]))
    composed = [e["data"]["subject"] for e in r.all("mail.composed") if e["data"]["from"] == ""]
    assert len(composed) == 2 and composed[1:] == ["Auto: Hi"], composed
    assert len(r.all("policy.decision", "mail.uni.example", at="vacation", verdict="refuse")) == 2


@story
def a_vacation_answer_only_once():  # R140 (RFC 3834 2): once in seven days for each sender
    r = Run(letters(("1d", {}), ("6d", {}), ("8d", {})))
    assert [e["t_ns"] // 86_400_000_000_000 for e in answers(r)] == [0, 8], answers(r)
    r.some("policy.decision", at="vacation", rule="vacation: the sender was answered less than seven days ago")


@story
def a_list_is_not_answered():  # RFC 3834 2: Bob's own address does not stand in To
    lists = {"staff": {"members": ["bob"], "owner": "dave@shop.example"}}
    document = shop("staff@shop.example", users=AWAY, lists=lists)
    r = Run(document)
    r.one("policy.decision", at="vacation", verdict="refuse",
          rule="vacation: the owner's address is not in To or Cc")
    assert not answers(r)
    document = letters()
    document["timeline"][0]["send"]["from"] = "owner-staff@bank.example"
    r = Run(document)
    r.one("policy.decision", at="vacation", rule="vacation: the sender is a machine or a list")
    assert not answers(r)


tell_all()
