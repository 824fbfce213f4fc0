#!/usr/bin/env python3
"""Extensions of SMTP between hosts: BDAT; and what a bare LF can do; whole runs (stories.py).

usage: test_stories_extensions.py [NAME...]      BUILD names the build folder (default: build)
"""
from stories import Run, TO_BOB, scenario, site, story, tell_all

UNI, SHOP_HOST = "mail.uni.example", "mail.shop.example"


def commands(r, host):
    return [e["data"]["verb"] for e in r.all("smtp.command", host)]


@story
def chunks_where_both_know_them():  # R162 R065
    for both in (True, False):
        r = Run(scenario(site("shop.example", chunking=both), [TO_BOB], uni={"chunking": True}))
        assert ("BDAT" in commands(r, SHOP_HOST)) == both and ("DATA" in commands(r, SHOP_HOST)) != both
        r.one("mail.delivered", SHOP_HOST, mailbox="bob")
        r.none("mail.ndr")


@story
def only_who_offers_chunks_takes_them():  # R162
    r = Run(scenario(site("shop.example", chunking=True), [TO_BOB]))
    greeting = next(e for e in r.all("smtp.reply", SHOP_HOST) if e["data"]["to"] == "EHLO")
    assert "CHUNKING" in greeting["data"]["lines"], greeting
    assert "BDAT" not in commands(r, SHOP_HOST)  # the client was not told to use it
    r.one("mail.delivered", SHOP_HOST, mailbox="bob")


tell_all()
