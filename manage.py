#!/usr/bin/env python
"""Django's own commands (makemigrations, shell …) on the configured or embedded database."""

import os
import sys

from hezhu.config import embedded

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
    embedded.use()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
