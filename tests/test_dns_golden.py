#!/usr/bin/python3
"""tests/dns/golden.txt, which test_dns_message.c reads, is what dnspython writes today."""
import os
import sys

DEBIAN = "/usr/bin/python3"  # which has Debian's dnspython, whatever python3 comes first
try:
    import dns.message  # noqa: F401
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN):
        os.execv(DEBIAN, [DEBIAN] + sys.argv)
    raise

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "dns"))
import golden  # noqa: E402

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dns", "golden.txt")
with open(here, encoding="ascii") as f:
    written = dict(line.rstrip("\n").split("\t") for line in f)

for name, octets in golden.ROWS.items():
    fine = written.pop(name, None) == octets.hex()
    print("ok" if fine else "not ok", name)
for name in written:
    print("not ok", name, "(only in golden.txt)")
