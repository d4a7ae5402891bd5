"""The command ``catseye``: one file for each verb, which parses, calls the library and prints."""

from catseye.cli.app import main

__all__ = ["main"]
