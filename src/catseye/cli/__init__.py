"""The command ``catseye``: one file a verb, each of which parses, calls the library and prints."""

from catseye.cli.app import main

__all__ = ["main"]
