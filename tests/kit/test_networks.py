"""Who counts as one, for every limit alike: at the doors, while a body is read, and when a password is guessed."""

import pytest

from app.kit.networks import network_of_address, wider_network


@pytest.mark.parametrize(
    ("address", "network", "wider"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("unix:", "unix:", "unix:"),
        ("", "", ""),
    ],
)
def test_networks(address: str, network: str, wider: str) -> None:
    assert (network_of_address(address), wider_network(network)) == (network, wider)
    assert network_of_address(network) in (network, address), "a network is not made wider by asking again"
