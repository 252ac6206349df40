"""The worker process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import close_db_connections, close_db_connections_async
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout

from hezhu.core.jobs.stalled import LOCK_CLASS, sweep

logger = logging.getLogger(__name__)

SWEEP_EVERY_SECONDS = 2.0
GRACE_SECONDS = 3.0  # a running job hears of the stop after this, at its next step
FORCED_END_SECONDS = 12.0
NEVER_SECONDS = 365 * 86_400.0


def run_worker(concurrency: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, through losses of the database too. The running job is asked to end and goes back to the
    queue; a job that does not listen is left after 12 s and swept when the next worker starts."""
    while True:
        try:
            sweep()  # before a worker registers: what a dead one left is queued again at once
            connection.close()
            if asyncio.run(_work(concurrency or int(getattr(settings, "WORKER_CONCURRENCY", 1)))):
                return
        except (DatabaseError, InterfaceError, ConnectorException, psycopg.Error, PoolTimeout):
            logger.warning("the database is away; trying again", exc_info=True)
        connection.close()
        time.sleep(SWEEP_EVERY_SECONDS)


async def _work(concurrency: int) -> bool:
    """Work until told to stop (True) or until the database is lost (False, or an error)."""
    # One connection listens, the others serve the loop's own queries, which are short.
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=10.0)
    told = False

    def stop() -> None:
        nonlocal told
        told = True
        worker.stop()  # type: ignore[no-untyped-call]

    with app.replace_connector(connector) as worker_app:
        async with worker_app.open_async():
            worker = Worker(
                app=worker_app,
                concurrency=concurrency,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=5.0,
                stalled_worker_timeout=NEVER_SECONDS,  # ``sweep`` forgets dead workers, after their jobs
                delete_jobs="successful",
                task_middleware=[close_db_connections, close_db_connections_async],
                install_signal_handlers=False,
            )
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stop)
            watch = Watch(worker)
            watch.start()
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            finally:
                watch.end()
    return told


class Watch(threading.Thread):
    """Beside the worker: holds the lock that says it lives, sweeps, and ends the process when a stop takes too long."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(name="job watch", daemon=True)
        self._worker = worker
        self._over = threading.Event()
        self._locked: int | None = None

    def end(self) -> None:
        self._over.set()
        self.join(timeout=5)

    def run(self) -> None:
        while not self._over.wait(0.05 if self._locked is None else SWEEP_EVERY_SECONDS):
            try:
                self._hold_lock()
                if self._locked is not None:
                    sweep()
            except (DatabaseError, InterfaceError):
                logger.warning("the database is away; trying again", exc_info=True)
                self._locked = None
                connection.close()
                self._over.wait(SWEEP_EVERY_SECONDS)
            if self._worker._stop_event.is_set():
                self._end_in_time()
                break
        connection.close()

    def _hold_lock(self) -> None:
        """Take the lock on the worker's number, and again after a lost connection."""
        number = self._worker.worker_id
        if number is None or (self._locked == number and connection.is_usable()):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3")
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, number])
        self._locked = number

    def _end_in_time(self) -> None:
        if not self._over.wait(FORCED_END_SECONDS):
            logger.warning("the running job did not end in time; it is left to the next worker")
            os._exit(0)
