#!/usr/bin/env python3
"""Seeds for the fuzz targets, from what the tests have anyway: tests/fuzz/seeds.py DIRECTORY

Writes DIRECTORY/fuzz_dns/0 and so on.  With $SMTPLAB the targets that read traces get some too.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

OUT = sys.argv[1]


def write(target, octets):
    folder = os.path.join(OUT, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"seed-{len(os.listdir(folder))}"), "wb") as f:
        f.write(octets)


def octets_of(text):
    """\\r \\n \\t \\\\ \\xNN as in dialogues.json."""
    return re.sub(r"\\(r|n|t|\\|x[0-9A-Fa-f]{2})",
                  lambda m: {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}.get(m[1])
                  or chr(int(m[1][1:], 16)), text).encode("latin-1", "replace")


with open("tests/dns/golden.txt", encoding="ascii") as f:
    for line in f:
        write("fuzz_dns", bytes.fromhex(line.split("\t")[1]))

with open("tests/oracle/dialogues.json", encoding="utf-8") as f:
    for dialogue in json.load(f):
        said = b"".join(octets_of(s["send"]) for s in dialogue["steps"]
                        if not s["send"].startswith("("))
        if said and len(said) < 4096:
            write("fuzz_smtp_server", b"\x20\x00\x05" + said)

CLIENT = ("220 mx ESMTP\n250-mx\n250-PIPELINING\n250-SIZE 100000\n250-8BITMIME\n"
          "250 ENHANCEDSTATUSCODES\n250 2.1.0 ok\n250 2.1.5 ok\n550 5.1.1 no\n452 4.5.3 many\n354 go\n"
          "250 2.0.0 queued\n250 ok\n250 ok\n250 ok\n250 ok\n354 go\n451 later\n221 bye\n",
          "220 mx\n500 what\n250 mx\n250 ok\n550 no\n550 no\n550 no\n250 ok\n421 bye\n",
          "220 mx\n250 mx\n250 ok\n250 ok\n250 ok\n250 ok\n354 go\n250 one\n450 two\n550 three\n221 bye\n",
          "554 no\n221 bye\n")
for text in CLIENT:
    for flags in range(16):
        write("fuzz_smtp_client", bytes([flags, 5]) + text.replace("\n", "\r\n").encode())

for text in ("alice@uni.example", '"q\\"\\ q"@[192.0.2.1]', "<@a.b,@c.d:x@y.z>", "x@[IPv6:2001:db8::1]",
             "<>", "2001:db8::192.0.2.1", "192.0.2.255", r"a\.b.\065.c.", "x@[tag:content]",
             "<Postmaster>", "::", "1:2:3:4:5:6:7:8", "a" * 64 + "@" + "b." * 90 + "c"):
    write("fuzz_address", text.encode())

for path in sorted(glob.glob("scenarios/*.json")):
    if path.endswith("schema.json"):
        continue
    with open(path, "rb") as f:
        octets = f.read()
    write("fuzz_scenario", octets)
    write("fuzz_json", octets)
for text in ('{"a":[1,-2.5e3,true,null,"\\u00e9\\ud83d\\ude00"],"a":{}}', '[1,]', '"\\u0000"', '01',
             '{"a" 1}', '\ufeff[]'):
    write("fuzz_json", text.encode())

program = os.environ.get("SMTPLAB")
if program and os.access(program, os.X_OK):
    with tempfile.TemporaryDirectory() as folder:
        for layers, ending in (("core,dns", "json"), ("smtp,tcp", "jsonl")):
            trace = os.path.join(folder, "trace." + ending)
            subprocess.run([program, "run", "scenarios/first-letter.json", "--quiet", "--layers", layers,
                            "--trace", trace], check=True, stdout=subprocess.DEVNULL)
            with open(trace, "rb") as f:
                write("fuzz_trace", f.read())
