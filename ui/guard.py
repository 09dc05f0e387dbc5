"""What stands between the network and Gradio: who may ask, which routes exist, and what the browser may load."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio draws with inline styles and scripts and compiles its templates, so these two stay allowed; but nothing can be
# loaded from, or sent to, any other place.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
# The page hands out no files and fetches nothing for a browser; Gradio's routes for both stay shut.
_SHUT = re.compile(r"/(file|proxy)=")


class Guard:
    """ASGI middleware. ``local`` is for a page served on the loopback address: it answers to no other name.

    Without that a web page elsewhere could reach the library under a name that its owner points at 127.0.0.1.
    """

    def __init__(self, app: ASGIApp, local: bool) -> None:
        self.app = app
        self.local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self.refusal(scope)
        if refusal is not None:
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
            await send(message)

        await self.app(scope, receive, send_guarded)

    def refusal(self, scope: MutableMapping[str, Any]) -> str | None:
        """Why a request is refused, or None."""
        headers = Headers(scope=scope)
        if self.local and not is_loopback(host_name(headers.get("host", ""))):
            return "This page is for this machine only. Start Whosaid with --host to serve it under another name."
        if _SHUT.search(scope["path"]):
            return "There are no files here."
        # Browsers say where a request comes from; other programs do not, and have no page to be misled by.
        if scope["method"] not in _SAFE and headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return "This request comes from another site."
        return None


def _add_headers(message: Message) -> None:
    headers = MutableHeaders(scope=message)
    headers["content-security-policy"] = POLICY
    headers["x-content-type-options"] = "nosniff"
    headers["referrer-policy"] = "no-referrer"


def host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine only."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
