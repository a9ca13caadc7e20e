"""Strangers at the door: other users, wrong hosts, other pages, wrong tokens."""

import asyncio
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from astrolens.api.door import Door, open_token, peer_uid
from astrolens.domain.errors import ConfigError
from tests.api.conftest import TOKEN, House, a_house

OTHER_USER = """
import os, socket, sys
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
channel = socket.socket(socket.AF_UNIX)
channel.connect(sys.argv[1])
channel.sendall(b"GET /stats HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
print(channel.recv(65536).split(b"\\r\\n")[0].decode())
"""


def test_the_peer_of_a_socket_pair_is_us() -> None:
    left, right = socket.socketpair()
    with left, right:
        assert peer_uid(left) == os.getuid()


def test_the_door_is_open_for_us_and_root_only() -> None:
    assert Door().users == {0, os.getuid()}
    assert TOKEN not in repr(Door(token=TOKEN))


async def test_another_user_is_refused_even_when_the_file_lets_him_in(house: House) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become another user")

    def ask() -> str:
        # Open every folder on the way and the socket itself: only the peer check is left.
        path = house.paths.socket
        path.chmod(0o666)
        for folder in path.parents:
            if folder.stat().st_mode & 0o001 == 0:
                folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o001)
        done = subprocess.run(
            [sys.executable, "-c", OTHER_USER, str(path)], capture_output=True, text=True, check=False
        )
        return done.stdout.strip() or done.stderr

    assert await asyncio.to_thread(ask) == "HTTP/1.1 403 Forbidden"


async def test_a_user_who_is_not_listed_is_told_so() -> None:
    async with a_house(users=frozenset({4_000_000})) as house:
        connector = aiohttp.UnixConnector(path=str(house.paths.socket))
        async with (
            aiohttp.ClientSession("http://localhost", connector=connector) as http,
            http.get("/labels/1") as answer,
        ):
            assert answer.status == 403
            assert f"user {os.getuid()} may not" in (await answer.json())["error"]


async def test_pages_of_other_origins_are_refused_on_the_socket_too(house: House) -> None:
    connector = aiohttp.UnixConnector(path=str(house.paths.socket))
    async with aiohttp.ClientSession("http://localhost", connector=connector) as http:
        for origin, status in [
            ("https://evil.example", 403),
            ("null", 403),
            ("http://localhost.evil.example", 403),
            ("http://localhost", 200),
        ]:
            async with http.get("/health", headers={"Origin": origin}) as answer:
                assert answer.status == status, origin
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect("/events", origin="https://evil.example")


async def test_tcp_wants_host_and_token() -> None:
    async with a_house(tcp=True) as house, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{house.tcp_port}/health"
        good = {"Authorization": f"Bearer {TOKEN}"}
        here = f"127.0.0.1:{house.tcp_port}"
        cases: list[tuple[dict[str, str], int]] = [
            (good, 200),
            ({**good, "Host": f"localhost:{house.tcp_port}"}, 200),
            ({**good, "Origin": f"http://{here}"}, 200),
            ({}, 401),
            ({"Authorization": ""}, 401),
            ({"Authorization": TOKEN}, 401),
            ({"Authorization": f"Basic {TOKEN}"}, 401),
            ({"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
            ({"Authorization": f"Bearer {TOKEN}0"}, 401),
            ({"Authorization": "Bearer ü"}, 401),
            ({**good, "Host": "evil.example"}, 403),
            ({**good, "Host": f"evil.example:{house.tcp_port}"}, 403),
            ({**good, "Host": "127.0.0.1"}, 403),
            ({**good, "Host": "127.0.0.1:1"}, 403),
            ({**good, "Origin": "http://evil.example"}, 403),
        ]
        for headers, status in cases:
            async with http.get(url, headers=headers) as answer:
                assert answer.status == status, headers
                if status == 401:
                    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_made_once_private_and_long(tmp_path: Path) -> None:
    file = tmp_path / "api.token"
    token = open_token(file)
    assert len(bytes.fromhex(token)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_token(file) == token
    file.chmod(0o644)
    assert open_token(file) != token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("short")
    assert len(open_token(file)) == 64


def test_a_token_is_never_read_from_a_link_or_folder(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("aa" * 32)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(ConfigError, match="remove it"):
            open_token(tmp_path / name)
