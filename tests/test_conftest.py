"""The guards of tests/conftest.py work themselves."""

import socket

import pytest

from tests.conftest import NetworkUsed


def test_other_machines_cannot_be_called() -> None:
    with socket.socket() as caller, pytest.raises(NetworkUsed):
        caller.connect(("192.0.2.1", 80))


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(NetworkUsed):
        socket.create_connection(("city.example", 80))


def test_this_machine_can_be_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
