"""Contacts of protein and inhibitor: one engine, several named definitions, all frames at once.

In comes a Complex; out come tables of typed contacts, nearby residues, the KLIFS pocket,
fingerprints, and what differs between two complexes. Geometry is measured first and judged by the
definition (``ros1struct``, ``prolif``, ``plip``) in one place.
"""

from ros1struct.contacts.compare import compare
from ros1struct.contacts.definitions import (
    CONTACT_DEFINITIONS,
    ContactDefinition,
    contact_definition,
)
from ros1struct.contacts.fingerprints import fingerprint, similarity, tanimoto
from ros1struct.contacts.interactions import interactions
from ros1struct.contacts.nearby import contacts
from ros1struct.contacts.pocket import KinaseState, kinase_state, pocket

__all__ = [
    "CONTACT_DEFINITIONS",
    "ContactDefinition",
    "KinaseState",
    "compare",
    "contact_definition",
    "contacts",
    "fingerprint",
    "interactions",
    "kinase_state",
    "pocket",
    "similarity",
    "tanimoto",
]
