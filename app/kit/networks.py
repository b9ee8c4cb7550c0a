"""Networks, as far as who comes from the same one counts as one."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


def network_of_address(text: str) -> str:
    """The network of an address: an IPv4 address itself, also if it is written as IPv6, or the /64 of an IPv6 address.

    IPv6 gives every household 2^64 addresses; counting single ones would count nothing. What is no address is a
    network of its own, for tests and Unix sockets.
    """
    address = _parsed(text)
    if address is None:
        return text
    return str(address) if isinstance(address, IPv4Address) else str(ip_network((address, 64), strict=False))


def wider_network(network: str) -> str:
    """What one customer of a provider may have: 256 IPv4 addresses, or an IPv6 /48. Else the network itself."""
    address = _parsed(network.partition("/")[0])
    if address is None:
        return network
    return str(ip_network((address, 24 if isinstance(address, IPv4Address) else 48), strict=False))


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
