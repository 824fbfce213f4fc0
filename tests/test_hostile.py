#!/usr/bin/env python3
"""Scenarios made to break the reader or the engine: each ends with a clear error (65, 66 or 75) or runs,
within seconds and within memory, with the plain program and with the sanitized one."""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

from script_lab import exit_status, test

SMTPLAB = os.path.abspath(os.environ.get("SMTPLAB", "build/smtplab"))
SANITIZED = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "variants/gcc-san/smtplab"))
FIRST = json.load(open("scenarios/first-letter.json", encoding="utf-8"))
os.environ.update(ASAN_OPTIONS="exitcode=99", UBSAN_OPTIONS="exitcode=99")   # 1 has a meaning of its own


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(program, *arguments):
    began = time.monotonic()
    ran = subprocess.run([program, *arguments], capture_output=True, check=False, preexec_fn=limits, timeout=200)
    return ran.returncode, ran.stderr.decode("utf-8", "replace"), time.monotonic() - began


def base(**changes):
    scenario = {
        "smtplab": 1, "title": "hostile",
        "hosts": {"alice-pc": {"mua": {"mailbox": "alice@uni.example", "server": "mail.uni.example"}},
                  "mail.uni.example": {"msa": {}, "mta": {}, "mda": {"mailboxes": ["alice"]}},
                  "mail.shop.example": {"mta": {}, "mda": {"mailboxes": ["bob"]}}},
        "timeline": [{"at": "0s", "on": "alice-pc", "send": {"to": "bob@shop.example", "subject": "Hi"}}]}
    scenario.update(changes)
    return json.dumps(scenario).encode()


def sent(**what):
    return base(timeline=[{"at": "0s", "on": "alice-pc", "send": {"to": "bob@shop.example", "subject": "Hi", **what}}])


def many_hosts(count):
    hosts = {f"h{n}.x{n % 1000}.example": {"mta": {}, "mda": {"mailboxes": ["u"]}} for n in range(count)}
    hosts["alice-pc"] = {"mua": {"mailbox": "u@x0.example", "server": "h0.x0.example"}}
    return base(hosts=hosts, timeline=[{"at": "0s", "on": "alice-pc", "send": {"to": "u@x1.example", "subject": "Hi"}}])


def cases():
    whole = base()
    yield "nothing", b"", (65,)
    yield "one octet", b"{", (65,)
    for part in range(1, 20):
        yield f"cut after {part}/20", whole[:len(whole) * part // 20], (65,)
    yield "NUL octets", b"\0" * 1000, (65,)
    yield "a NUL in a string", whole.replace(b"hostile", b"hos\0tile"), (65,)
    yield "an escaped NUL", whole.replace(b"hostile", b"hos\\u0000tile"), (65,)
    yield "bad UTF-8", whole.replace(b"hostile", b"hos\xfftile"), (65,)
    yield "overlong UTF-8", whole.replace(b"hostile", b"hos\xc0\xaftile"), (65,)
    yield "half a surrogate", whole.replace(b"hostile", b"hos\\ud800tile"), (65,)
    yield "a byte order mark", b"\xef\xbb\xbf" + whole, (65,)
    yield "duplicate keys", whole.replace(b'"smtplab": 1', b'"smtplab": 1, "smtplab": 1'), (65,)
    yield "100,000 duplicate keys", b"{" + b",".join([b'"smtplab": 1'] * 100000) + b"}", (65,)
    yield "100,000 unknown keys", b"{" + b",".join(b'"k%d": 1' % n for n in range(100000)) + b"}", (65,)
    yield "nested 100,000 deep", b"[" * 100000, (65,)
    yield "nested 100,000 deep, and closed", b'{"note":' * 100000 + b"1" + b"}" * 100000, (65,)
    yield "a huge number", whole.replace(b'"smtplab": 1', b'"smtplab": 1' + b"0" * 100000), (65,)
    yield "a huge exponent", whole.replace(b'"smtplab": 1', b'"smtplab": 1e999999999'), (65,)
    yield "a seed too large", base(seed=2**64), (65,)
    yield "a negative seed", base(seed=-1), (65,)
    for rate in ("0bit/s", "0Mbit/s", "-1Mbit/s", "99999999999999999999Mbit/s", "Mbit/s", "", "1e3bit/s"):
        yield f"rate '{rate}'", base(internet={"rate": rate}), (65,)
    for latency in ("-1ms", "99999999999d", "1", "ms", "0x10ms"):
        yield f"latency '{latency}'", base(internet={"latency": latency}), (65,)
    for loss in ("101%", "-1%", "nan%", "1e9%"):
        yield f"loss '{loss}'", base(internet={"loss": loss}), (65,)
    yield "everything lost", base(internet={"loss": "100%"}), (0, 1, 75)
    yield "a rate of one bit a second", base(internet={"rate": "1bit/s"}), (0, 1, 75)
    yield "no hosts", base(hosts={}), (65,)
    yield "an empty host name", base(hosts={"": {"mta": {}}}), (65,)
    yield "a host name of 64 KB", base(hosts={"a" * 65536: {"mta": {}}}), (65,)
    yield "a path as a host name", base(hosts={"../../etc/passwd": {"mta": {}}}), (65,)
    yield "MTAs that are each other's smarthost", base(
        hosts={"alice-pc": {"mua": {"mailbox": "a@one.example", "server": "mx.one.example"}},
               "mx.one.example": {"msa": {}, "mta": {"routes": {"*": "smarthost:mx.two.example"}, "relay": ["allow anyone"]}},
               "mx.two.example": {"mta": {"routes": {"*": "smarthost:mx.one.example"}, "relay": ["allow anyone"]}}},
        timeline=[{"at": "0s", "on": "alice-pc", "send": {"to": "b@three.example", "subject": "Hi"}}]), (0, 1, 65, 75)
    yield "aliases in a circle", base(
        hosts={"alice-pc": {"mua": {"mailbox": "a@one.example", "server": "mx.one.example"}},
               "mx.one.example": {"msa": {}, "mta": {}, "mda": {"mailboxes": ["a"], "aliases": {"x": ["y"], "y": ["x"]}}}},
        timeline=[{"at": "0s", "on": "alice-pc", "send": {"to": "x@one.example", "subject": "Hi"}}]), (0, 1, 65, 75)
    yield "CNAMEs in a circle", base(zones={"shop.example": {"mx": ["10 a.shop.example"], "cname": {
        "a.shop.example": "b.shop.example", "b.shop.example": "a.shop.example"}}}), (0, 1, 65)
    yield "a subject with a line end", sent(subject="Hi\r\nBcc: all@shop.example"), (0, 65)
    yield "a subject of a megabyte", sent(subject="x" * 1000000), (0, 65, 75)
    yield "100,000 recipients", sent(to=[f"u{n}@shop.example" for n in range(100000)]), (0, 1, 65, 75)
    yield "a timeline of 100,000 entries", base(timeline=[
        {"at": f"{n}s", "on": "alice-pc", "send": {"to": "bob@shop.example", "subject": "Hi"}} for n in range(100000)]), (0, 1, 75)
    yield "100,000 hosts", many_hosts(100000), (0, 1, 65, 75)
    yield "a letter to itself for ever", base(limits={"events": 100000}, timeline=[
        {"at": "0s", "on": "alice-pc", "send": {"to": "bob@shop.example", "subject": "Hi", "times": 1000000000, "every": "1ns"}}]), (65, 75)


HEAVY = ("100,000 hosts", "100,000 recipients", "a timeline of 100,000 entries")


def main():
    programs = [("", SMTPLAB)]
    if os.path.exists(SANITIZED) and "asan" not in os.environ.get("BUILD", ""):
        programs.append((", sanitized", SANITIZED))
    with tempfile.TemporaryDirectory() as folder:
        for name, octets, want in cases():
            path = f"{folder}/hostile.json"
            with open(path, "wb") as f:
                f.write(octets)
            for how, program in programs:
                if how and name in HEAVY:
                    continue
                try:
                    status, said, seconds = run(program, "run", path, "--quiet")
                except subprocess.TimeoutExpired:
                    test(name + how, False, "takes for ever")
                    continue
                clear = status not in (65, 75) or "error: " in said
                test(name + how, status in want and clear and len(said) < 100000,
                     f"status {status} after {seconds:.1f} s: {said[:600]}")
        path = f"{folder}/large.json"
        with open(path, "wb") as f:   # 100 MB of a text that is never ended
            f.write(b'{ "smtplab": 1, "title": "')
            f.write(b"x" * 100_000_000)
        status, said, seconds = run(SMTPLAB, "run", path)
        test("100 MB", status == 65 and "error: " in said and seconds < 20, f"{status} {seconds:.1f} s {said[:200]}")
        with open(path, "wb") as f:   # 100 MB of small values
            f.write(b'{ "smtplab": 1, "note": [')
            f.write(b"1," * 50_000_000)
            f.write(b"1] }")
        status, said, seconds = run(SMTPLAB, "run", path)
        test("100 MB of small values", status == 65 and "error: " in said and seconds < 40, f"{status} {seconds:.1f} s {said[:200]}")
    return exit_status()


sys.exit(main())
