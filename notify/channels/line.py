"""A TCP connection with one total deadline, whatever the far end does."""

from __future__ import annotations

import io
import socket
import ssl
import time
from contextlib import suppress
from threading import Timer
from types import TracebackType
from typing import Self


class WholeLines(io.BufferedReader):
    """Reads lines that end. One that stops short raises: ``HTTP/1.1 200`` and no more is no answer."""

    @classmethod
    def of(cls, sock: socket.socket) -> Self:
        """The lines that arrive on a socket."""
        return cls(sock.makefile("rb").detach())

    def readline(self, size: int | None = -1, /) -> bytes:
        """One line with its end, or ``size`` bytes of it.

        Raises:
            ConnectionResetError: the far end stopped within the line, or said nothing more.
        """
        line = super().readline(size)
        if not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError("the far end stopped within a line")
        return line


class Line:
    """A connection that is cut when its time is up: what runs on it then ends with an error or an early end.

    A timeout of a socket is per read, so a far end that drips one byte at a time would never meet it.

    Args:
        host: name or address.
        port: TCP port.
        deadline_s: seconds from now to the last byte.

    Raises:
        OSError: no connection within the deadline.
    """

    def __init__(self, host: str, port: int, *, deadline_s: float) -> None:
        self._host = host
        self._end = time.monotonic() + deadline_s
        self.sock: socket.socket = socket.create_connection((host, port), timeout=deadline_s)
        self._timer = Timer(max(0.0, self._end - time.monotonic()), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self.sock.close()

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self._end

    def secure(self) -> None:
        """Go on under TLS with a checked certificate.

        Raises:
            OSError: no handshake, or a certificate that is not of this host.
        """
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self._host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def _cut(self) -> None:
        # Not self.sock.shutdown: that of a TLS socket would drop its encryption under the thread that reads.
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
