"""The port: answered at once, handed over without a gap, and a clear line when it cannot be had."""

from __future__ import annotations

import http.client
import socket
import threading
import time

import pytest
import uvicorn

from rag.errors import SettingsError
from ui.serve import listen, page_address
from ui.starting import PAGE, starting_page


def fetch(port: int, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, "/some/where?x=1")
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


@pytest.fixture
def listener():
    one = listen("127.0.0.1", 0)
    yield one
    one.close()


def test_the_starting_page_answers_at_once_and_loads_nothing_from_elsewhere(listener):
    port = listener.getsockname()[1]
    with starting_page(listener):
        began = time.perf_counter()
        assert fetch(port) == (200, PAGE)
        assert time.perf_counter() - began < 1
        assert fetch(port, "HEAD") == (200, b"")
        assert fetch(port, "POST")[0] == 501
    assert b"http://" not in PAGE
    assert b"https://" not in PAGE
    assert b"src=" not in PAGE


def test_nobody_is_refused_while_the_port_changes_hands(listener):
    """Requests go on without a pause from before the hand-over until after it; each gets one page or the other."""
    port = listener.getsockname()[1]
    seen: list[bytes] = []
    problems: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                seen.append(fetch(port)[1])
            except Exception as error:
                problems.append(error)

    async def real(scope, receive, send) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"real"})

    askers = [threading.Thread(target=ask) for _ in range(4)]
    server = uvicorn.Server(uvicorn.Config(real, log_level="error", lifespan="off"))
    serving = threading.Thread(target=lambda: server.run(sockets=[listener]))
    with starting_page(listener):
        for asker in askers:
            asker.start()
        while len(seen) < 20:
            time.sleep(0.01)
    time.sleep(0.2)  # nobody accepts now; the requests wait
    serving.start()
    until = time.monotonic() + 20
    while b"real" not in seen[-1:] and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    for asker in askers:
        asker.join()
    server.should_exit = True
    serving.join()
    assert problems == []
    assert set(seen) == {PAGE, b"real"}
    assert seen.index(b"real") > 0


def test_a_taken_port_is_told_in_one_line(listener):
    port = listener.getsockname()[1]
    with pytest.raises(SettingsError) as raised:
        listen("127.0.0.1", port)
    assert str(raised.value) == (
        f"Port {port} is taken by another program. Use --port {min(port + 1, 65535)}, or --port 0 for any free one."
    )


@pytest.mark.parametrize("host", ["192.0.2.7", "no such host"])
def test_a_host_that_is_not_ours_is_told_in_one_line(host):
    with pytest.raises(SettingsError, match="--host"):
        listen(host, 0)


def test_a_port_can_be_used_again_right_after_it_was_closed():
    first = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    with starting_page(first):
        fetch(port)
    first.close()
    listen("127.0.0.1", port).close()


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_the_address_is_one_that_a_browser_opens():
    assert page_address("127.0.0.1", 7860) == "http://127.0.0.1:7860"
    assert page_address("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert page_address("::1", 7860) == "http://[::1]:7860"
