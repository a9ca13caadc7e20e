"""Sixty addresses that lead into the local network or elsewhere they should not."""

import errno
import socket
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.errors import BadData, Unavailable
from astrolens.download.guard import AddressInfo, PrivateAddress, check_url, is_public, socket_factory
from tests.download.servers import Clock, fetcher

HOSTS = ("sky.example.org", "Data.Example.org")

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::",
    "2002:c0a8:101::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:0:4136:e378:8000:63bf:80ff:fffe", "fec0::1",
    "not an address", "", "1.2.3",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8",
    "130.79.128.30",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


def test_sockets_open_only_to_the_internet() -> None:
    opened = socket_factory(allow_private=False)
    with pytest.raises(PrivateAddress, match=r"127\.0\.0\.1"):
        opened((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443)))
    opened((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))).close()
    socket_factory(allow_private=True)((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))).close()


Info = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]]


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1", "8.8.8.8"), ("8.8.8.8", "127.0.0.1"), ("::1", "8.8.8.8"), ("fc00::1", "127.0.0.1"),
     ("169.254.169.254",), ("::ffff:127.0.0.1", "2001:4860:4860::8888")],
)  # fmt: skip
async def test_a_name_of_both_worlds_leads_to_the_public_one_only(
    addresses: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def resolved(*_: object, **__: object) -> list[Info]:
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, 443, 0, 0) if ":" in address else (address, 443),
            )
            for address in addresses
        ]

    def noted(allow_private: bool, info: AddressInfo) -> socket.socket:
        made = socket_factory(allow_private=allow_private)(info)  # raises for the local network
        made.close()
        opened.append(str(info[4][0]))
        raise OSError(errno.ENETUNREACH, "a test has no internet")

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(
        "astrolens.download.fetch.socket_factory", lambda *, allow_private: partial(noted, allow_private)
    )
    async with fetcher(Clock(), allow_private_hosts=False, attempts=1) as http:
        with pytest.raises(Unavailable):
            await http.fetch("https://sky.example.org/a", tmp_path / "file", ("sky.example.org",))
    assert set(opened) == {address for address in addresses if is_public(address)}


@pytest.mark.parametrize(
    "url",
    ["https://sky.example.org/a?b=c", "https://SKY.example.org./", "https://data.example.org:443/x#part"],
)
def test_declared_hosts_pass(url: str) -> None:
    parsed = check_url(url, HOSTS, allow_private=False)
    assert parsed.scheme == "https"
    assert parsed.fragment == ""


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://sky.example.org/", "not https"),
        ("ftp://sky.example.org/", "not https"),
        ("file:///etc/passwd", "not https"),
        ("javascript:alert(1)", "not https"),
        ("sky.example.org/a", "not https"),
        ("", "not https"),
        ("//sky.example.org/a", "not https"),
        ("https:///a", "not declared|no address"),
        ("https://evil.org/", "not declared"),
        ("https://sky.example.org.evil.org/", "not declared"),
        ("https://evil.org/sky.example.org", "not declared"),
        ("https://evil.org\\@sky.example.org/", "user name|not declared|no address"),
        ("https://sky.example.org@evil.org/", "user name|not declared"),
        ("https://me:secret@sky.example.org/", "user name or password"),
        ("https://sub.sky.example.org/", "not declared"),
        ("https://127.0.0.1/", "not declared"),
        ("https://[::1]/", "not declared"),
        ("https://[::1/", "no address"),
        ("https://sky.example.org:8443/", "port 8443"),
        ("https://sky.example.org:99999/", "no address|port"),
        ("https://sky.example.org/" + "a" * 5000, "characters"),
    ],
)
def test_everything_else_is_refused(url: str, reason: str) -> None:
    with pytest.raises(BadData, match=reason) as refused:
        check_url(url, HOSTS, allow_private=False)
    assert "secret" not in str(refused.value)


@given(st.text(max_size=60))
def test_noise_never_passes_unless_it_is_a_declared_host(noise: str) -> None:
    try:
        parsed = check_url(noise, HOSTS, allow_private=True)
    except BadData:
        return
    assert parsed.host is not None
    assert parsed.host.rstrip(".").lower() in {"sky.example.org", "data.example.org"}
