"""Real receivers on this machine: an HTTP server and an SMTP server that behave as they are told."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from notify.delivery_states import Outcome, OutcomeClass

PATIENCE_S = 30.0
DEADLINES_S = (0.25, 1.0, 4.0, 16.0)


@dataclass
class Received:
    """One request that arrived whole."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpReceiver:
    """What arrived, and how the next request is answered."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: say(handler, 204)

    @property
    def host(self) -> str:
        """Host and port for an address."""
        return f"127.0.0.1:{self.port}"


def once_sent(send: Callable[[float], Outcome]) -> Outcome:
    """What comes of a send that ends at its deadline, with more time where a busy machine used it up before."""
    for deadline_s in DEADLINES_S:
        outcome = send(deadline_s)
        if outcome.outcome_class is not OutcomeClass.NOT_SENT:
            break
    return outcome


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer with a status, a body and headers (``retry_after`` is Retry-After)."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Break the connection off with a reset."""
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def hold(connection: socket.socket) -> None:
    """Say nothing until the far end hangs up, as it must: long after any deadline that is an error."""
    connection.settimeout(PATIENCE_S)
    with suppress(ConnectionError):
        while connection.recv(4096):
            pass


def drips(connection: socket.socket, one: bytes) -> bool:
    """Send something again and again: whether the far end hung up in the end."""
    until_s = time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < until_s:
            connection.sendall(one)
            time.sleep(0.02)
    except OSError:
        return True
    return False


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing until the far end has had enough; yes, where it never has."""
    try:
        hold(handler.connection)
    except TimeoutError:
        say(handler, 204)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send one byte of a status line at a time, until the far end has had enough; a whole yes, where it never has."""
    handler.close_connection = True
    with suppress(OSError):
        handler.connection.sendall(b"HTTP/1.1 200 ")
        if not drips(handler.connection, b"O"):
            handler.connection.sendall(b"K\r\nContent-Length: 0\r\n\r\n")


@contextmanager
def http_receiver(tls: ssl.SSLContext | None = None) -> Iterator[HttpReceiver]:
    """A threaded HTTP server for the length of a block."""
    state = HttpReceiver()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.received.append(Received(self.path, dict(self.headers.items()), body))
            state.answer(self)

        def do_GET(self) -> None:
            state.received.append(Received(self.path, dict(self.headers.items()), b""))
            say(self, 200, b"<html>login</html>", content_type="text/html")

        def finish(self) -> None:
            try:
                super().finish()
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # failed handshakes are what some tests want
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def listener(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A bare TCP listener for one conversation; gives its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            talk(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        thread.join()
        server.close()
