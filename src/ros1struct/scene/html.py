"""Pages from templates: what comes from data is escaped, whatever it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(*rooms: str) -> Environment:
    """Make the environment in which pages are written.

    Parameters
    ----------
    *rooms : str
        Rooms of the package whose folder ``templates`` is looked in, before that of this room.

    Returns
    -------
    jinja2.Environment
        Escapes everything; a name that a template uses and nobody gave is an error.

    Examples
    --------
    >>> environment().from_string("<b>{{ name }}</b>").render(name="<script>")
    '<b>&lt;script&gt;</b>'
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    loaders = [PackageLoader("ros1struct", f"{room}/templates") for room in (*rooms, "scene")]
    return Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
