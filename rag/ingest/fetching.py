"""An http(s) address -> bytes. What a page names is never fetched from inside our own network."""

from __future__ import annotations

import functools
import ipaddress
import re
import socket
import ssl
import time
import urllib.request
import zlib
from importlib import metadata
from typing import NamedTuple

import httpx

from rag.errors import SourceError

MAX_REDIRECTS = 5
TIMEOUT = 20.0  # seconds without an answer
DEADLINE = 60.0  # seconds for a whole page

_TYPES = re.compile(r"(text/(html|plain|markdown|xml)|application/(xhtml\+|rss\+|atom\+|rdf\+)?xml|)")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LATER = "Try again later."
_CHECK = "Check the address in a browser."


class RefusedError(SourceError):
    """An address that a page names and that must not be asked for."""

    help_message = "If you trust it, give this address yourself."


class Page(NamedTuple):
    """What an address answered; ``url`` is the last one of its redirects, without credentials."""

    url: str
    data: bytes
    media_type: str
    charset: str | None


def fetch(address: str, *, limit: int, allow_private: bool) -> Page:
    """Get ``address``, following at most 5 redirects and reading at most ``limit`` bytes.

    Raises ``SourceError``; ``RefusedError`` when it leads to a private, loopback or link-local address and
    ``allow_private`` is not set.
    """
    url, deadline = parse_address(address), time.monotonic() + DEADLINE
    try:
        for _ in range(MAX_REDIRECTS + 1):
            with _client(url) as client:
                response = _send(client, url, allow_private)
                try:
                    if not response.has_redirect_location:
                        return _page(url, response, limit, deadline)
                    url = parse_address(str(url.join(response.headers["location"])))
                finally:
                    response.close()
    except httpx.TimeoutException as error:
        raise SourceError("did not answer in time", help_message=_LATER) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:  # the last two: bad proxies
        if "SSL" in str(error) or "certificate" in str(error):
            raise SourceError("has no valid TLS certificate, or speaks no TLS", help_message=_CHECK) from error
        raise SourceError("cannot be reached", help_message="Check the address and the connection.") from error
    raise SourceError(f"redirects more than {MAX_REDIRECTS} times", help_message=_CHECK)


def parse_address(address: str) -> httpx.URL:
    """The http(s) address, taken apart. Raises ``SourceError`` for any other."""
    try:
        url = httpx.URL(address.strip())
        if "%" in url.host or (url.port or 1) > 65535:
            raise ValueError(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError("is not a web address", help_message=_CHECK) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceError("is not an http(s) address", help_message=_CHECK)
    return url


def without_credentials(url: httpx.URL) -> str:
    """The address as it may be shown and stored: no user, no password, no fragment."""
    return str(url.copy_with(userinfo=b"", fragment=None))


def _resolve(url: httpx.URL) -> list[str]:
    try:
        found = socket.getaddrinfo(url.raw_host.decode("ascii"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if _is_proxied(url):
            return []  # the proxy knows it
        raise SourceError("has no such host, or there is no network", help_message=_CHECK) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_private(url: httpx.URL) -> bool:
    """Whether the host has an address that is not public: loopback, private, link-local, reserved."""
    return not all(map(_is_public, _resolve(url)))


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):  # it may stand for an IPv4 address: mapped, 6to4 or NAT64
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) % 2**32) if ip in _NAT64 else None)
        return _is_public(str(inner)) if inner else ip.is_global and not ip.is_multicast
    return ip.is_global and not ip.is_multicast


def _is_proxied(url: httpx.URL) -> bool:
    proxies = urllib.request.getproxies()
    return (url.scheme in proxies or "all" in proxies) and not urllib.request.proxy_bypass(url.host)


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _client(url: httpx.URL) -> httpx.Client:
    # one client an exchange: a connection kept open to a pinned address would serve other hosts of that address
    return httpx.Client(verify=_tls(), timeout=TIMEOUT, trust_env=_is_proxied(url))


def _send(client: httpx.Client, url: httpx.URL, allow_private: bool) -> httpx.Response:
    """Ask the very address that was checked: a second look-up could lead elsewhere (DNS rebinding)."""
    addresses = _resolve(url)
    if not allow_private and not all(map(_is_public, addresses)):
        raise RefusedError("leads to a private address")
    headers = {"Host": url.netloc.decode("ascii"), "User-Agent": _agent(), "Accept-Encoding": "gzip"}
    extensions = {"sni_hostname": url.raw_host.decode("ascii")}
    targets = [url] if _is_proxied(url) else [url.copy_with(host=address) for address in addresses]
    for i, target in enumerate(targets):
        request = client.build_request("GET", target, headers=headers, extensions=extensions)
        try:
            return client.send(request, stream=True)
        except httpx.ConnectError:
            if i == len(targets) - 1:
                raise
    raise SourceError("has no such host", help_message=_CHECK)


def _agent() -> str:
    try:
        return f"whosaid/{metadata.version('whosaid')}"
    except metadata.PackageNotFoundError:
        return "whosaid/0"


def _page(url: httpx.URL, response: httpx.Response, limit: int, deadline: float) -> Page:
    code, kind = response.status_code, response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if code in (404, 410):
        raise SourceError(f"is not there (HTTP {code})", help_message=_CHECK)
    if code in (401, 402, 403, 451):
        raise SourceError(
            f"is not open to programs (HTTP {code})", help_message="Save the page from a browser, and add the file."
        )
    if code != 200:
        raise SourceError(f"answered with an error (HTTP {code})", help_message=_LATER)
    if not _TYPES.fullmatch(kind):
        raise SourceError(f"is {kind}, not a page or a feed", help_message="Give the address of the article's page.")
    return Page(without_credentials(url), _body(response, limit, deadline), kind, response.charset_encoding)


def _body(response: httpx.Response, limit: int, deadline: float) -> bytes:
    """The bytes, unpacked here in bounded steps: a few packed bytes can stand for gigabytes."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", "x-gzip"):
        raise SourceError("is packed in a way that was not asked for", help_message=_LATER)
    unpack = zlib.decompressobj(31) if packing != "identity" else None
    data = bytearray()
    try:
        for piece in response.iter_raw():  # as they come: a chunk size would wait for a full chunk
            data += unpack.decompress(piece, limit + 1 - len(data)) if unpack else piece
            if len(data) > limit:
                raise SourceError(f"is larger than {limit:,} bytes", help_message="Save the article's text alone.")
            if time.monotonic() > deadline:
                raise SourceError("did not answer in time", help_message=_LATER)
    except zlib.error as error:
        raise SourceError("is damaged (gzip)", help_message=_LATER) from error
    if unpack and not unpack.eof:
        raise SourceError("is damaged (gzip)", help_message=_LATER)
    return bytes(data)
