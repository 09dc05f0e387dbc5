"""`whosaid serve`: the port answers at once, Gradio is imported behind it and takes the port over."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

from rag.errors import RagError, SettingsError
from rag.settings import Settings
from ui.starting import starting_page

if TYPE_CHECKING:
    from rag.library import Library

BACKLOG = 128
_EVERYWHERE = ("0.0.0.0", "::", "")


def serve(settings: Settings, open_browser: bool = True) -> None:
    """Serve the page until Ctrl-C. Raises RagError if the port cannot be had."""
    listener = listen(settings.host, settings.port)
    try:
        address = page_address(settings.host, listener.getsockname()[1])
        print(f"Whosaid is at {address} (Ctrl-C stops it)", file=sys.stderr, flush=True)
        if settings.host in _EVERYWHERE:
            print("Anyone who reaches this machine can read and change the articles.", file=sys.stderr, flush=True)
        with starting_page(listener):
            if open_browser and _has_windows():
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            # Importing Gradio takes seconds; the starting page answers meanwhile.
            import uvicorn

            from ui.web import create_app

            app = create_app(lambda: _open_library(settings), settings)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
        )
        logging.getLogger("uvicorn.error").addFilter(_not_about_leaving)
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr, flush=True)
    finally:
        listener.close()


def _has_windows() -> bool:
    """Whether a browser can show itself; without windows Python may start one that takes over the terminal."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _not_about_leaving(record: logging.LogRecord) -> bool:
    """A page that listens is cut off when the server stops: that is no error worth a traceback."""
    cut_off = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and "timeout graceful shutdown exceeded" not in record.getMessage()


def _open_library(settings: Settings) -> Library:
    from rag.library import Library  # pulls in Chroma, which takes seconds; called in the background

    return Library.open(settings.library, settings=settings)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises SettingsError with what to do if the port is taken, or the host not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise SettingsError(
            f"The host {host!r} is not known: {error.strerror}.", help_message="Use --host 127.0.0.1."
        ) from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            # On Windows this would let two programs share one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _refused(host, port, error) from error
    return listener


def _refused(host: str, port: int, error: OSError) -> RagError:
    if error.errno == errno.EADDRINUSE:
        reason = f"Port {port} is taken by another program."
    elif error.errno == errno.EACCES:
        reason = f"Port {port} may not be used by this account."
    else:
        return SettingsError(
            f"{host} is no address of this machine: {error.strerror}.", help_message="Use --host 127.0.0.1."
        )
    return SettingsError(reason, help_message=f"Use --port {min(port + 1, 65535)}, or --port 0 for any free one.")


def page_address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    if host in _EVERYWHERE:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
