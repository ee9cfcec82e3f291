"""Whose request it is (pure but for hashing): the client's address and scheme behind trusted proxies."""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import secrets
from collections.abc import Iterable
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Until the district's own is loaded. It serves to know doubles and abuse, not to keep a record of persons.
_salt: Final = [secrets.token_bytes(16)]


@functools.lru_cache(maxsize=8)
def networks(setting: str) -> tuple[Network, ...]:
    """The trusted proxies of the setting."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in setting.split(",") if part.strip())


def client_of(
    peer: str, forwarded_for: Iterable[str], forwarded_proto: str | None, scheme: str, trusted: tuple[Network, ...]
) -> tuple[str, str]:
    """The client's address and scheme: what a trusted proxy says, read from the nearest hop outwards."""
    if not trusted or not _inside(peer, trusted):
        return peer, scheme
    address = peer
    for hop in reversed([part.strip() for value in forwarded_for for part in value.split(",") if part.strip()]):
        if not _valid(hop):
            break
        address = hop
        if not _inside(hop, trusted):
            break
    return address, "https" if forwarded_proto == "https" else scheme


def _valid(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def _inside(address: str, trusted: tuple[Network, ...]) -> bool:
    return _valid(address) and any(ipaddress.ip_address(address) in network for network in trusted)


def use_salt(salt: bytes) -> None:
    """Make this the salt of all stand-ins from now on."""
    _salt[0] = salt
    client_hash.cache_clear()


@functools.lru_cache(maxsize=4096)
def client_hash(address: str) -> str:
    """A stand-in for the address that means nothing outside this district.

    One household or attacker holds a whole /64 of IPv6, so that is what is told apart.
    """
    return hashlib.blake2b(_holder(address).encode(), key=_salt[0], digest_size=12).hexdigest()


def _holder(address: str) -> str:
    if ":" not in address or not _valid(address):
        return address
    whole = ipaddress.IPv6Address(address)
    return str(whole.ipv4_mapped or ipaddress.ip_network((int(whole) >> 64 << 64, 64)))
