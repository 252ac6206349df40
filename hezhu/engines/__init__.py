"""Floor 1: pure Python engines. No Django, no database, no request. Each is a library and a command."""
