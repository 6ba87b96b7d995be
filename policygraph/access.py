"""Who may reach the service: the rule that settings, ``serve`` and the service itself share.

There are two ways. *Open*: no keys file and no proxy is named, the service listens on a loopback address, and whoever
works on this machine may do everything. *Closed*: everyone shows a key, or comes through a proxy that says who they are.
"""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from graph.errors import SettingsError
from policygraph.keys import KeyFile
from policygraph.settings import Settings

Network = IPv4Network | IPv6Network


def is_closed(settings: Settings) -> bool:
    """Whether everyone has to say who they are."""
    return bool(settings.keys_file or settings.proxy_user_header)


def check_access(settings: Settings) -> None:
    """See that somebody can get in, and nobody who should not.

    Raises:
        SettingsError: others can reach the service and it could not tell who they are, or no key is valid.
        KeysError: the keys file cannot be read.
    """
    if bool(settings.proxy_user_header) != bool(settings.trusted_proxies):
        raise SettingsError(
            "a proxy's word counts only where both are set: the header, and who the proxy is",
            where="proxy_user_header, trusted_proxies",
            remedy="Set both, or neither.",
        )
    if settings.proxy_user_header:
        return
    if settings.keys_file:
        if not any(key.state == "valid" for key in KeyFile(settings.keys_file).keys):
            raise SettingsError(
                "no key is valid, so nobody could use the service",
                where=settings.keys_file,
                remedy="Make one: policygraph keys add NAME --scope admin",
            )
    elif not is_loopback(settings.host):
        raise SettingsError(
            "others can reach this address, and without keys the service could not tell who they are",
            where=f"host {settings.host or '0.0.0.0'}",
            remedy="Set keys_file and make a key: policygraph keys add NAME --scope admin; or listen on 127.0.0.1.",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can mean ``host``."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def networks(texts: Collection[str]) -> tuple[Network, ...]:
    """Addresses and ranges (CIDR) of trusted proxies."""
    return tuple(ip_network(text) for text in texts)


def is_within(address: str, trusted: Collection[Network]) -> bool:
    """Whether ``address`` is one of ``trusted``."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in trusted)
