"""Declared sources: a YAML file each in the city's own folder, in the form of the Open Data Contract Standard (ODCS v3.1)."""
