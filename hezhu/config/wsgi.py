"""The WSGI application."""

import atexit
import gc
import os
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # loads every view now: the first reader does not wait for it
# A page waits for the database some ten times. With Python's own 5 ms, each time it may find a thread that draws and keeps
# the interpreter for so long.
sys.setswitchinterval(0.0005)
# What is loaded stays for good: left to the collector, each of its full rounds goes through half a million such objects and holds a page up.
gc.collect()
gc.freeze()
atexit.register(gc.unfreeze)  # libraries' own objects must still go before they are unloaded
