"""From where a request came, behind as many proxies as we run ourselves."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's address.

    With TRUSTED_PROXIES = n, the n-th from the right of X-Forwarded-For is the last
    address that one of our own proxies saw; what stands left of it can be forged.
    """
    seen: str = request.headers.get("x-forwarded-for", "")
    hops = [hop.strip() for hop in seen.split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def network_of(address: str) -> str:
    """Return what one client holds: of IPv6 a whole /64, of IPv4 the address itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), 64), strict=False))
