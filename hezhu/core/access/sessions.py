"""Sessions in the database as Django keeps them, read by a prepared statement: every page asks for one."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from hezhu.core.prepared import fetch

LIVE = "SELECT session_data FROM django_session WHERE session_key = $1 AND expire_date > $2"


class SessionStore(DatabaseSessions):
    def _get_session_from_db(self) -> AbstractBaseSession | None:
        if self.session_key:
            for (data,) in fetch(LIVE, [self.session_key, timezone.now()]):
                return self.model(session_key=self.session_key, session_data=data)
        self._session_key = None
        return None
