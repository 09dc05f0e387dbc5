"""A page that answers at once, from the standard library alone, while the real one is still being imported."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="whosaid" content="starting">
<noscript><meta http-equiv="refresh" content="2"></noscript>
<title>Whosaid is starting …</title>
<style>
:root { --paper: #fbfaf8; --ink: #1b1a18; --soft: #57534c; --line: #d0ccc3; --accent: #1f567b }
@media (prefers-color-scheme: dark) {
  :root { --paper: #121110; --ink: #f4f2ee; --soft: #a5a096; --line: #3f3c37; --accent: #86aec8 }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
main { padding: 2rem; text-align: center }
h1 { margin: 0 0 .25rem; font: 600 1.75rem/1.3 "Iowan Old Style", Charter, Georgia, "Times New Roman", serif }
p { margin: 0; color: var(--soft) }
i { display: block; width: 12rem; height: 2px; margin: 1.5rem auto 0; overflow: hidden; background: var(--line) }
i::after { content: ""; display: block; width: 40%; height: 100%; background: var(--accent);
  animation: run 1.6s ease-in-out infinite }
@keyframes run { from { transform: translateX(-100%) } to { transform: translateX(250%) } }
@media (prefers-reduced-motion: reduce) { i::after { animation: none; width: 100% } }
</style>
</head>
<body>
<main role="status"><h1>Whosaid is starting …</h1><p>The page opens here by itself in a few seconds.</p><i></i></main>
<script>
// The fragment of the address may name a citation, so the page is loaded again as it is.
async function look() {
  try {
    const reply = await fetch(location.href, { cache: "no-store" });
    if (reply.ok && !(await reply.text()).includes('name="whosaid" content="starting"')) return location.reload();
  } catch (error) { /* between the two servers nobody may answer for a moment */ }
  setTimeout(look, 500);
}
setTimeout(look, 500);
</script>
</body>
</html>
""".encode()


class _Handler(BaseHTTPRequestHandler):
    """Every address gets the same page; a 503 would be truer, but some browsers would not draw it as a page."""

    timeout = 5

    def do_GET(self) -> None:
        """Send the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PAGE)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: standard error is for the one who started the program."""


class _Server(ThreadingHTTPServer):
    """Serves on a socket that is listening already, and leaves it open."""

    daemon_threads = False  # closing waits for the replies under way
    block_on_close = True

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener.dup()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is no news."""


@contextlib.contextmanager
def starting_page(listener: socket.socket) -> Iterator[None]:
    """Answer on ``listener`` with the starting page until the block ends.

    The socket goes on listening then, so whoever connects before the real server accepts is kept waiting in the
    backlog, never refused.
    """
    server = _Server(listener)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="starting-page", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
