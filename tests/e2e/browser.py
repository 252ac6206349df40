"""A browser for the end-to-end tests: one already there, else Debian's when root, else Playwright's own; never a silent skip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def executable() -> str | None:
    """The browser's path, or None for Playwright's own. Raises RuntimeError when none can be had."""
    if found := installed():
        return found
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"], check=False)
        if found := installed():
            return found
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        raise RuntimeError("no browser: install chromium (Debian: apt-get install chromium), then run the tests again")
    return None
