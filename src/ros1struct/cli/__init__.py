"""The command line: ``ros1struct COMMAND --help``.

Arguments come in, tables, figures and files go out, by the functions that Python users call; the
commands add no numbers of their own. ``main`` reads the arguments, ``commands`` runs them,
``output`` writes.
"""

from ros1struct.cli.main import main

__all__ = ["main"]
