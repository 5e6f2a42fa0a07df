"""The report: a page per mutation, tables, figures and methods from one run.

In come structures and mutations; out comes a folder with self-contained pages that request nothing
from anywhere, the tables as CSV and the figures. Every number on a page stands in a table.
"""

from ros1struct.report.build import report

__all__ = [
    "report",
]
