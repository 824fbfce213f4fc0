#!/usr/bin/python3
"""DNS messages made by dnspython, for tests/test_dns_message.c: name, a tab, hexadecimal octets.

Prints them; tests/dns/golden.txt is what it printed.  Owner names keep one spelling within a message,
since dnspython compresses without regard to case and the lab with regard to it.
"""
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rrset

SOA = "shop.example. 3600 IN SOA ns.example. hostmaster.shop.example. 1 86400 7200 3600000 900"


def message(name, kind, ident, response=False, aa=False, rd=False, ra=False, rcode=0, edns=None,
            answer=(), authority=(), additional=()):
    m = dns.message.make_query(name, kind)
    m.id = ident
    m.flags = 0
    for on, flag in ((response, dns.flags.QR), (aa, dns.flags.AA), (rd, dns.flags.RD),
                     (ra, dns.flags.RA)):
        if on:
            m.flags |= flag
    if edns:
        m.use_edns(0, 0, edns)
    m.set_rcode(rcode)
    for texts, section in ((answer, m.answer), (authority, m.authority), (additional, m.additional)):
        for text in texts:
            owner, ttl, _, kind_, *data = text.split(None, 4)
            for datum in data[0].split(" | "):
                rrset = next((s for s in section if s.name.to_text() == owner
                              and dns.rdatatype.to_text(s.rdtype) == kind_), None)
                if rrset is None:
                    section.append(dns.rrset.from_text(owner, int(ttl), "IN", kind_, datum))
                else:
                    rrset.add(dns.rdata.from_text("IN", kind_, datum))
    return m.to_wire(want_shuffle=False)


ROWS = {
    "query": message("shop.example.", "MX", 0x1234),
    "query, recursion desired": message("mail.shop.example.", "A", 1, rd=True),
    "query with EDNS": message("shop.example.", "AAAA", 0xFFFF, edns=1232),
    "query for the root": message(".", "NS", 7),
    "query, escapes": message(r"a\.b.\032\\x\200.example.", "TXT", 8),
    "two MX": message("shop.example.", "MX", 0x1234, response=True, aa=True, edns=1232, answer=[
        "shop.example. 3600 IN MX 10 mx.shop.example. | 20 mx2.backup.example."]),
    "null MX": message("null.example.", "MX", 3, response=True, aa=True,
                       answer=["null.example. 60 IN MX 0 ."]),
    "addresses": message("mx.shop.example.", "A", 4, response=True, aa=True, rd=True, ra=True, answer=[
        "mx.shop.example. 0 IN A 192.0.2.1 | 192.0.2.2 | 198.51.100.3"]),
    "IPv6": message("mx.shop.example.", "AAAA", 5, response=True, aa=True, answer=[
        "mx.shop.example. 2147483647 IN AAAA 2001:db8::1 | ::"]),
    "CNAMEs": message("www.Shop.example.", "A", 6, response=True, aa=True, answer=[
        "www.Shop.example. 60 IN CNAME web.Shop.example.",
        "web.Shop.example. 60 IN CNAME Host.example.",
        "Host.example. 60 IN A 192.0.2.80"]),
    "NXDOMAIN": message("nobody.shop.example.", "MX", 7, response=True, aa=True, rcode=3,
                        authority=[SOA]),
    "NODATA": message("shop.example.", "AAAA", 8, response=True, aa=True, edns=1232, authority=[SOA]),
    "SERVFAIL": message("shop.example.", "MX", 9, response=True, rcode=2),
    "REFUSED": message("elsewhere.example.", "MX", 10, response=True, rcode=5, edns=4096),
    "BADVERS": message("shop.example.", "MX", 11, response=True, rcode=16, edns=1232),
    "TXT": message("shop.example.", "TXT", 12, response=True, aa=True, answer=[
        'shop.example. 300 IN TXT "v=spf1 mx -all" | "" "two" "strings" | "%s"' % ("x" * 255)]),
    "PTR": message("1.2.0.192.in-addr.arpa.", "PTR", 13, response=True, aa=True, answer=[
        "1.2.0.192.in-addr.arpa. 3600 IN PTR mx.shop.example."]),
    "all sections": message("shop.example.", "NS", 14, response=True, aa=True, edns=1232, answer=[
        "shop.example. 3600 IN NS ns1.shop.example. | ns2.shop.example."],
        authority=["example. 60 IN NS ns.example."], additional=[
            "ns1.shop.example. 3600 IN A 192.0.2.53",
            "ns1.shop.example. 3600 IN AAAA 2001:db8::53",
            "ns2.shop.example. 3600 IN A 192.0.2.54"]),
    "unknown type": message("shop.example.", "TYPE65280", 15, response=True, aa=True, answer=[
        r"shop.example. 1 IN TYPE65280 \# 4 0a0b0c0d"]),
}

if __name__ == "__main__":
    for name, octets in ROWS.items():
        print(name, octets.hex(), sep="\t")
