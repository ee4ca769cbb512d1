"""From which network somebody comes: enough to count requests by, less than an address."""

from ipaddress import IPv6Address, ip_address, ip_network

UNKNOWN = "unknown"


def network_of(address: str | None) -> str:
    """The /24 of an IPv4 address or the /64 of an IPv6 address; what is no address shares one name.

    >>> network_of("192.0.2.77"), network_of("2001:db8:1:2:3:4:5:6"), network_of("::ffff:192.0.2.77")
    ('192.0.2.0/24', '2001:db8:1:2::/64', '192.0.2.0/24')
    >>> network_of("fe80::1%eth0"), network_of("somewhere"), network_of(None)
    ('fe80::/64', 'unknown', 'unknown')
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))
