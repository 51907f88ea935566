"""A provider for the length of a block, on this machine, with the faults of a broken far end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bench.providers.chat import CHAT
from bench.providers.fake import Asked, Fake, Provider, Reply
from bench.providers.sms import SMS

PROVIDERS: dict[str, Provider] = {one.name: one for one in (*CHAT, *SMS)}
PATIENCE_S = 30.0
"""How long one that falls silent does."""


@contextmanager
def serving(name: str) -> Iterator[Fake]:
    """A provider for the length of a block."""
    fake = Fake(PROVIDERS[name])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that gives up is no news
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            query = {key: found[-1] for key, found in parse_qs(parts.query).items()}
            headers = {key.lower(): value for key, value in self.headers.items()}
            asked = Asked(self.command, unquote(parts.path), query, headers, body)
            _give(self, fake.reply(asked))

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    return Answering


def _hung_up(connection: socket.socket) -> bool:
    """Say nothing: whether the far end hangs up at last."""
    connection.settimeout(PATIENCE_S)
    try:
        return not connection.recv(1)
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def _give(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.close_connection = True
    if reply.fault == "reset":
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        handler.connection.close()
        return
    if reply.fault == "silent" and _hung_up(handler.connection):
        return
    handler.send_response(reply.status)
    for name, value in ({"Content-Type": "application/json"} | dict(reply.headers)).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    if reply.fault == "cut":
        handler.wfile.write(reply.body[: len(reply.body) // 2])
    elif reply.fault == "drip":
        for position in range(len(reply.body)):
            handler.wfile.write(reply.body[position : position + 1])
            handler.wfile.flush()
            time.sleep(0.05)
    else:
        handler.wfile.write(reply.body)
