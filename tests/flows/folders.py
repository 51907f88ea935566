"""Folders that last as long as this process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path


def lasting_folder(name: str) -> Path:
    """A new folder, taken away when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"firewatch-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
