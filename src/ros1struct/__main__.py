"""Run the command line as ``python -m ros1struct``."""

import sys

from ros1struct.cli import main

sys.exit(main())
