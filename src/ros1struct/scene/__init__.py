"""Three dimensions: one description of a picture, drawn by a browser, PyMOL or ChimeraX.

In comes a Complex, with a mutation if wanted; out comes a scene (pocket, contacts, clashes,
rotamers) as a page, a notebook view or a script. What is shown is laid out once, in ``scene``.
"""

from ros1struct.scene.browser import View, view
from ros1struct.scene.scene import scene
from ros1struct.scene.scripts import export

__all__ = [
    "View",
    "export",
    "scene",
    "view",
]
