"""Topology files of AMBER, CHARMM and GROMACS, as little of them as a reader needs."""

from ros1struct.structure.residue_types import THREE_TO_ONE

# What each program calls what the PDB calls HIS (with hydrogen on NE2), CD1 of ILE, and so on.
NAMES = {
    "AMBER": {"HIS": "HIE", "CYS": "CYX"},
    "CHARMM": {"HIS": "HSE", ("ILE", "CD1"): "CD", "H": "HN", "OXT": "OT2"},
    "GROMACS": {"HIS": "HISE", "LYS": "LYSH", ("ILE", "CD1"): "CD", "OXT": "OC2"},
}
PROTEIN = frozenset(THREE_TO_ONE)


def renamed(residue, atom, program):
    """The names of a residue and an atom as a program has them."""
    names = NAMES[program]
    if residue in PROTEIN:
        atom = names.get((residue, atom), names.get(atom, atom))
    return names.get(residue, residue), atom


def write_prmtop(path, top):
    """An AMBER topology: names, elements, residues and bonds of an mdtraj topology."""
    atoms, residues, bonds = list(top.atoms), list(top.residues), list(top.bonds)
    names = [renamed(a.residue.name, a.name, "AMBER")[1] for a in atoms]
    labels = [renamed(r.name, "", "AMBER")[0] for r in residues]
    hydrogen = [b for b in bonds if "H" in (b[0].element.symbol, b[1].element.symbol)]
    heavy = [b for b in bonds if b not in hydrogen]
    pointers = [len(atoms), 1, len(hydrogen), len(heavy), *[0] * 7, len(residues), *[0] * 20]

    def ends(some):
        return [n for a, b, *_ in some for n in (3 * a.index, 3 * b.index, 1)]

    sections = [
        ("TITLE", "20a4", 20, ["ROS1"]),
        ("POINTERS", "10I8", 10, pointers),
        ("ATOM_NAME", "20a4", 20, names),
        ("ATOMIC_NUMBER", "10I8", 10, [a.element.atomic_number for a in atoms]),
        ("RESIDUE_LABEL", "20a4", 20, labels),
        ("RESIDUE_POINTER", "10I8", 10, [r.atom(0).index + 1 for r in residues]),
        ("BONDS_INC_HYDROGEN", "10I8", 10, ends(hydrogen)),
        ("BONDS_WITHOUT_HYDROGEN", "10I8", 10, ends(heavy)),
    ]
    lines = ["%VERSION  VERSION_STAMP = V0001.000  DATE = 01/01/26  00:00:00"]
    for title, form, width, values in sections:
        lines += [f"%FLAG {title}", f"%FORMAT({form})"]
        text = [f"{v:<4}" if form == "20a4" else f"{v:>8}" for v in values]
        lines += ["".join(text[k : k + width]) for k in range(0, len(text), width)] or [""]
    path.write_text("\n".join(lines) + "\n")


def write_psf(path, top):
    """A CHARMM topology in the format of XPLOR."""
    atoms, bonds = list(top.atoms), list(top.bonds)
    lines = ["PSF", "", f"{1:>8} !NTITLE", " REMARKS ROS1", "", f"{len(atoms):>8} !NATOM"]
    for a in atoms:
        residue, name = renamed(a.residue.name, a.name, "CHARMM")
        segment = "PROA" if a.residue.name in PROTEIN else "HETA"
        lines.append(
            f"{a.index + 1:>8} {segment:<4} {a.residue.resSeq:<4} {residue:<4} {name:<4} "
            f"{a.element.symbol:<4} {0.0:10.6f} {a.element.mass:13.4f} {0:>11}"
        )
    lines += ["", f"{len(bonds):>8} !NBOND: bonds"]
    numbers = [n for a, b, *_ in bonds for n in (a.index + 1, b.index + 1)]
    lines += ["".join(f"{n:>8}" for n in numbers[k : k + 8]) for k in range(0, len(numbers), 8)]
    path.write_text("\n".join([*lines, "", f"{0:>8} !NTHETA: angles", "", ""]))


def write_gro(path, frame):
    """Coordinates of GROMACS with its names; they have no bonds and no elements."""
    lines = ["ROS1", f"{frame.n_atoms}"]
    for a in frame.topology.atoms:
        residue, name = renamed(a.residue.name, a.name, "GROMACS")
        x, y, z = frame.xyz[0, a.index]
        lines.append(
            f"{a.residue.resSeq % 100000:>5}{residue:<5}{name:>5}{(a.index + 1) % 100000:>5}"
            f"{x:8.3f}{y:8.3f}{z:8.3f}"
        )
    edge = "" if frame.unitcell_lengths is None else frame.unitcell_lengths[0]
    lines.append("".join(f"{x:10.5f}" for x in edge) if len(edge) else "   0.00000" * 3)
    path.write_text("\n".join([*lines, ""]))
