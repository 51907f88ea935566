"""A port for a server of this machine."""

from __future__ import annotations

import os
import socket
from itertools import count

_FIRST, _MANY = 20_000, 12_000
"""Below the ports that systems give away by themselves, so that nobody is given it between the look and the use."""
_STRIDE = 1201
_asked = count()


def free_port() -> int:
    """One that nobody listens on now. Processes that look at once begin at different places, and none twice at one.

    Raises:
        OSError: all of them are taken.
    """
    for _ in range(_MANY):
        port = _FIRST + (os.getpid() * _STRIDE + next(_asked)) % _MANY
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no port from {_FIRST} to {_FIRST + _MANY - 1} is free")
