"""禾筑 Hezhu: the open platform on which a city runs intelligent construction."""

__version__ = "0.1.0"
