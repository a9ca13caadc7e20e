"""Which addresses may be spoken to: declared hosts over https, and no machine of the local network."""

import ipaddress
import socket
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from yarl import URL

from astrolens.domain.errors import BadData
from astrolens.domain.text import clean

AddressInfo = tuple[Any, ...]
SocketFactory = Callable[[AddressInfo], socket.socket]

LOCAL_NETWORK = "an address of the local network"

_LONGEST_URL = 4096
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddress(OSError):
    """A name led to a machine of the local network; raised in the connector, before it connects."""


def check_url(url: str | URL, hosts: Collection[str], *, allow_private: bool) -> URL:
    """Accept only an address that a source has declared.

    Parameters
    ----------
    url : str or URL
        What is to be fetched.
    hosts : Collection of str
        Host names, compared whole and without case.
    allow_private : bool
        True also permits ``http`` and other ports: tests and mirrors of one's own.

    Returns
    -------
    URL
        Parsed, without its fragment.

    Raises
    ------
    BadData
        If scheme, host, port or form is not permitted; the message says which.
    """
    if len(str(url)) > _LONGEST_URL:
        raise BadData(f"the address has {len(str(url))} characters; at most {_LONGEST_URL} are sent")
    try:
        parsed = URL(url).with_fragment(None)
        host, port = parsed.host, parsed.port
    except (ValueError, TypeError) as error:
        raise BadData(f"{clean(url)!r} is no address: {clean(error)}") from error
    if parsed.scheme != "https" and not (allow_private and parsed.scheme == "http"):
        raise BadData(f"{clean(url)!r} is not https; other schemes are not fetched")
    if parsed.user is not None or parsed.password is not None:
        raise BadData(f"an address of host {clean(host)!r} carries a user name or password; leave it out")
    if host is None or host.lower().rstrip(".") not in {name.lower().rstrip(".") for name in hosts}:
        raise BadData(
            f"host {clean(host)!r} is not declared by the source ({', '.join(sorted(hosts)) or 'none'})"
        )
    if port != 443 and not allow_private:
        raise BadData(f"{clean(url)!r} asks for port {port}; only 443 is spoken to")
    return parsed


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet.

    Parameters
    ----------
    address : str
        IPv4 or IPv6, with or without a zone.

    Returns
    -------
    bool
        False for private, loopback, link-local, multicast, reserved and unspecified addresses, also when
        they are wrapped in IPv6 (mapped, 6to4, Teredo, NAT64).
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64 or int(ip) >> 32 == 0:
            wrapped.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        inside = [inner for inner in wrapped if inner is not None]
        if inside:
            return all(_is_global(inner) for inner in inside)
        if ip.is_site_local:
            return False
    return _is_global(ip)


def socket_factory(*, allow_private: bool) -> SocketFactory:
    """Make the function through which the connector opens every socket.

    It sees the address after name resolution, so no spelling of a name or number gets around it, and a
    name that changes its address between two look-ups does not either.

    Parameters
    ----------
    allow_private : bool
        True opens to everything.

    Returns
    -------
    Callable
        Takes an ``addrinfo`` tuple; raises `PrivateAddress`.
    """

    return partial(_open_socket, allow_private)


def _open_socket(allow_private: bool, address_info: AddressInfo) -> socket.socket:
    family, kind, protocol, _, address = address_info
    if not allow_private and not is_public(str(address[0])):
        raise PrivateAddress(f"{address[0]} is {LOCAL_NETWORK}")
    return socket.socket(family=family, type=kind, proto=protocol)


def _is_global(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
