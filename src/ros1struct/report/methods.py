"""The Methods paragraph of a report: structures, definitions, library, versions, references.

Every number in it is read from the constants and objects that made the results.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version

from ros1struct import __version__
from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.contacts.nearby import CUTOFF, KINDS
from ros1struct.report.citations import METHODS, SOFTWARE
from ros1struct.resistance.score import INTERVAL, LOOP, LOOP_POSITIONS, TRANSFER, Setting
from ros1struct.resistance.tolerance import STRAINED, THRESHOLDS
from ros1struct.resistance.verdict import CALIBRATION, LIKELY, POSSIBLE
from ros1struct.sidechains.ensembles import FEWEST_SEEN, FINER, SETTLED
from ros1struct.sidechains.measure import SCOPE
from ros1struct.structure.complex import Complex

_PACKAGES = ("numpy", "scipy", "pandas", "rdkit", "gemmi", "biopython", "matplotlib")


def versions() -> dict[str, str]:
    """Versions of this package, of Python and of the packages that made the numbers.

    Examples
    --------
    >>> versions()["ros1struct"] == __version__
    True
    """
    made = {"ros1struct": __version__, "Python": platform.python_version()}
    return made | {name: version(name) for name in _PACKAGES}


def methods(complexes: Sequence[Complex], rule: ClashDefinition) -> list[tuple[str, str]]:
    """Write the Methods section.

    Parameters
    ----------
    complexes : sequence of Complex
        All that the results rest on.
    rule : ClashDefinition

    Returns
    -------
    list of (str, str)
        Subject and paragraph.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.clashes.definitions import clash_definition
    >>> parts = methods([rs.load("2WGJ")], clash_definition("chimerax"))
    >>> "2WGJ (MET WT with crizotinib, deposited" in dict(parts)["Structures"]
    True
    """
    radii = ", ".join(f"{name} {radius:g}" for name, radius in rule.radii.items())
    grids = " or ".join(str(n) for n in FINER[1:])
    kinds = ", ".join(f"{kind} {reach:g} Å" for kind, reach in KINDS.items())
    packages = ", ".join(f"{name} {number}" for name, number in versions().items())
    return [
        (
            "Structures",
            f"{'; '.join(_structure(c) for c in complexes)}. Residues are numbered by UniProt and "
            "by the 85 KLIFS pocket positions, by sequence alignment.",
        ),
        *(("Models", f"{made}.") for made in _how_made(complexes)),
        (
            "Overlap",
            f"Of two heavy atoms it is the sum of their radii less their distance, less "
            f"{rule.allowance:g} Å where one is a hydrogen-bond donor and the other an acceptor; "
            f"pairs within {rule.bonds} bonds are left out. An overlap of {rule.threshold:g} Å or "
            f"more is a clash (definition {rule.name!r}, {rule.version}; {rule.source}). Radii in "
            f"Å: {radii}. Hydrogens are not used: a file with and one without give the same "
            "result. Inhibitors have their stated charge state at pH 7.4.",
        ),
        (
            "Side chains",
            "Each mutant, and the wild type in the same way, was built on the rigid "
            "backbone as an ensemble of the 2010 backbone-dependent rotamer library of Shapovalov "
            "and Dunbrack (CC-BY-4.0) at the residue's φ and ψ. Each rotamer was sampled on a "
            f"grid of {FINER[0]} points over ±1 standard deviation of every torsion with Gaussian "
            f"weights (Arg and Lys: {grids}, until free probabilities moved by less than "
            f"{SETTLED:g}). Bins with fewer than {FEWEST_SEEN} observations are flagged. "
            "Surroundings are the protein's heavy atoms (apo), and the inhibitor (holo); waters "
            "and additives are left out.",
        ),
        (
            "Steric tolerance",
            "The free probability is the weight of the samples without a "
            "clash. Tolerance is free(holo)/free(apo); steric tolerance is that of the mutant "
            "over that of the wild type, and undefined where free(apo) of either, or free(holo) "
            f"of the wild type, is below {STRAINED:g}. Its range is given for clash thresholds of "
            f"{THRESHOLDS[0]:g} to {THRESHOLDS[-1]:g} Å. It describes shape and decides nothing.",
        ),
        (
            "Score",
            "−RT ln(Z_holo/Z_apo) of the mutant side chain less that of the wild type's, at "
            "298.15 K, over the rotamer samples and, for the type that the structure has, its own "
            "conformer. Energies are OPLS united-atom Lennard-Jones, the repulsion of a pair at "
            f"most {Setting().cap:g} kcal/mol, and {Setting().solvent:.0%} of the EEF1 solvation "
            "of Lazaridis and Karplus; the attraction of the inhibitor to the mutant side chain "
            f"counts {Setting().new_attraction:.0%}. Repulsion at the glycine-rich loop (KLIFS "
            f"{LOOP_POSITIONS[0]} to {LOOP_POSITIONS[-1]}) counts {LOOP:.0%}; {TRANSFER:.0%} of "
            "the transfer energy of Fauchère and Pliska that the side chain loses is added. The "
            f"interval spans {len(INTERVAL)} other settings (cap to 2 kcal/mol, attraction 25 to "
            "75 %, solvation 25 to 100 %). The score ranks; it is no binding energy.",
        ),
        (
            "Probability and verdict",
            "p_resistant is that of a ten-fold loss or more, from the score between 0 and 3 by "
            f"logistic regression on {CALIBRATION.pairs} pairs of {CALIBRATION.kinases} kinases, "
            f"{CALIBRATION.resistant} of them resistant (base rate {CALIBRATION.base_rate:.0%}); "
            f"ROS1 and ABL1 were left out. Verdict: clash from a probability of {LIKELY:g} where "
            "repulsion is the largest part, contact loss where it is what the wild type gave, "
            f"possible from {POSSIBLE:g}. A verdict that changes within the interval is not firm. "
            "A mutation is out of scope if no atom of the wild type and no likely conformer of "
            f"the mutant comes within {SCOPE:g} Å of the inhibitor. Where the literature says "
            "that a mutation acts by charge, by the inactive state or by the fold, no structural "
            "reason is claimed. Where alternate poses disagree, the verdict is pose-dependent. "
            "Compound mutations have the sum of their single scores.",
        ),
        (
            "Contacts",
            f"These are residues with a heavy atom within {CUTOFF:g} Å of the inhibitor; kinds "
            f"by heavy-atom distance: {kinds}. The state of the kinase (DFG, αC) follows Modi and "
            "Dunbrack.",
        ),
        (
            "Software",
            f"{packages}.",
        ),
    ]


def methods_text(paragraphs: Sequence[tuple[str, str]]) -> str:
    """Join the paragraphs of the Methods section as plain text.

    Parameters
    ----------
    paragraphs : sequence of (str, str)
        As :func:`methods` returns them.

    Examples
    --------
    >>> methods_text([("Software", "numpy 2.0.")])
    'Software. numpy 2.0.'
    """
    return "\n\n".join(f"{subject}. {text}" for subject, text in paragraphs)


def _how_made(complexes: Sequence[Complex]) -> list[str]:
    """How the models among the structures were computed, each way once."""
    models = [c.provenance for c in complexes if c.provenance.kind == "model"]
    return list(dict.fromkeys(m.method for m in models if m.method))


def _structure(complex: Complex) -> str:
    kind = complex.provenance
    said = [f"{complex.kinase.name} {complex.kinase.variant} with {complex.inhibitor_name}"]
    said.append(kind.label)
    if kind.entry:
        said.append(f"PDB {kind.entry}")
    if kind.resolution:
        said.append(f"{kind.resolution:.2f} Å")
    if inputs := dict(kind.details).get("inputs"):
        said.append(f"from {inputs}")
    return f"{complex.name} ({', '.join(said)})"


def reference_list(complexes: Sequence[Complex]) -> list[str]:
    """List references: of the method, then of the structures that name one.

    Parameters
    ----------
    complexes : sequence of Complex

    Returns
    -------
    list of str
        Each once.

    Examples
    --------
    >>> import ros1struct as rs
    >>> any("Shapovalov" in line for line in reference_list([rs.load("2WGJ")]))
    True
    """
    own = (dict(c.provenance.details).get("citation", "") for c in complexes)
    return [
        *(r.text for r in (*METHODS, SOFTWARE[0])),
        *dict.fromkeys(text.strip() for text in own if text.strip()),
    ]
