"""What an address in the settings may look like."""

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def is_site(url: str) -> bool:
    """Say whether `url` is scheme and host alone, with or without a port.

    No user, path, query, fragment: whatever is put behind it stays behind it.
    """
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:  # no port of this world, half an IPv6 address
        return False
    host = parts.netloc.removesuffix(port)
    whole = f"{parts.scheme}://{host}{port}" == url
    return whole and parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(host))


def host_of(url: str) -> str:
    """Return the host that `url` names, "" without one."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_web_address(url: str) -> bool:
    """Say whether `url` is an address of the web: of a site, and what is behind it."""
    site = "/".join(url.split("/", 3)[:3])
    return is_site(site) and url.isprintable() and " " not in url
