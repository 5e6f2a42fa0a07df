"""Sphinx's roles in docstrings, for a builder that does not know them."""

from __future__ import annotations

import re
from typing import Any

import griffe

_ROLE = re.compile(r":(?:py:)?(?:class|func|meth|mod|attr|data|exc):`~?([^`]+)`")


class Roles(griffe.Extension):
    """Turns a role into a link where the site has its target, and into code elsewhere."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite a docstring before it is read."""
        if obj.docstring:
            obj.docstring.value = _ROLE.sub(_link, obj.docstring.value)


def _link(found: re.Match[str]) -> str:
    path = found[1]
    short = path.rsplit(".", 1)[-1]
    return f'<autoref optional identifier="{path}"><code>{short}</code></autoref>'
