"""The report: a page per mutation, tables, figures and methods from one run.

In come structures and mutations; out comes a folder with pages that request nothing from anywhere
else, every table as CSV and as a page, and the figures. Every number on a page stands in a table,
and its row is linked. Pages are written by the templates in ``templates/``; ``columns`` says which
columns they show; ``cite`` says what to cite.
"""

from ros1struct.report.build import report
from ros1struct.report.citations import cite

__all__ = [
    "cite",
    "report",
]
