"""Molecules beside the inhibitor: in the tables of contacts, and in nothing else."""

import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.io.archive.dictionary import component_atoms
from ros1struct.io.chemistry import hetero

NITROGEN = "N25"  # crizotinib's charged amine


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def lines(met, tmp_path_factory):
    path = rs.write(met, tmp_path_factory.mktemp("met") / "met.pdb")
    return [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]


@pytest.fixture(scope="module")
def at(met):
    """Where the amine is, and a direction from it in which nothing stands."""
    own = met.inhibitor_heavy
    here = met.xyz[0, own[met.atoms.name[own] == NITROGEN][0]].astype(float)
    ways = np.random.default_rng(1).normal(size=(500, 3))
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    apart = np.linalg.norm((here + 2.8 * ways)[:, None] - met.xyz[0][None], axis=2)
    return here, ways[np.argmax(np.sort(apart, axis=1)[:, 1])]


def with_molecule(folder, lines, component, atoms):
    more = [
        f"HETATM{9000 + k:>5}  {name:<3} {component:>3} B 501    {x:8.3f}{y:8.3f}{z:8.3f}"
        f"  1.00 20.00          {element.upper():>2}"
        for k, (name, element, (x, y, z)) in enumerate(atoms)
    ]
    path = folder / "case.pdb"
    path.write_text("\n".join([*lines, *more, "END", ""]))
    return rs.load(path, ligand="VGH")


def sulfate(at, gap):
    """SO4 whose O1 is so far from the amine, the others behind it."""
    here, way = at
    centre = here + (gap + 1.49) * way
    across = np.cross(way, [1.0, 0, 0])
    across /= np.linalg.norm(across)
    other = np.cross(way, across)
    turns = [(np.cos(t) * across + np.sin(t) * other) for t in np.radians([0, 120, 240])]
    places = [-way, *(0.333 * way + 0.943 * t for t in turns)]
    oxygens = [(f"O{k}", "O", centre + 1.49 * p) for k, p in enumerate(places, start=1)]
    return [("S", "S", centre), *oxygens]


def test_a_molecule_whose_chemistry_is_known_makes_contacts_of_every_kind(met, lines, at, tmp_path):
    found = with_molecule(tmp_path, lines, "SO4", sulfate(at, 2.8))
    (mol,) = found.topology.hetero
    assert Chem.MolToSmiles(mol) == "O=S(=O)([O-])[O-]"
    row = rs.contacts(found).set_index("residue").loc["SO4:B:501"]
    assert row["min_distance"] == pytest.approx(2.8, abs=0.01)
    assert (row["atom"], row["inhibitor_atom"]) == ("O1", NITROGEN)
    assert row["kinds"] == "salt bridge, hydrogen bond"
    assert (row["klifs"], row["sidechain_pairs"]) == ("", 0)
    table = rs.interactions(found).set_index("residue").loc[["SO4:B:501"]]
    assert {"salt bridge", "hydrogen bond"} <= {*table["kind"]}
    assert table.loc[table["kind"] == "salt bridge", "role"].eq("cation").all()
    (note,) = [n for n in found.notes if "SO4 B/501 (O1 to N25 2.8 Å" in n]
    assert "are in the contacts" in note


def test_all_else_is_as_without_it(met, lines, at, tmp_path):
    found = with_molecule(tmp_path, lines, "SO4", sulfate(at, 2.8))
    bare = with_molecule(tmp_path, lines, "SO4", [])
    assert found.name == bare.name
    assert bare.topology.hetero == ()
    for function in (rs.contacts, rs.interactions):
        one, other = function(found), function(bare)
        one = one[~one["residue"].str.contains(":")].reset_index(drop=True)
        assert one.equals(other)
    for function in (rs.pocket, rs.clashes, rs.fingerprint):
        assert function(found).equals(function(bare))
    scores = [rs.scan(c, ["L1157M"])["score"].item() for c in (found, bare)]
    assert scores[0] == scores[1]


def test_a_molecule_that_nobody_knows_is_there_by_distance(lines, at, tmp_path):
    atoms = [(n, {"S": "V"}.get(e, e), xyz) for n, e, xyz in sulfate(at, 3.0)]
    found = with_molecule(tmp_path, lines, "QQ9", atoms)
    assert found.topology.hetero == (None,)
    row = rs.contacts(found).set_index("residue").loc["QQ9:B:501"]
    assert row["min_distance"] == pytest.approx(3.0, abs=0.01)
    assert row["kinds"] == ""
    for definition in ("ros1struct", "prolif", "plip"):  # vanadium has a radius in none of them
        table = rs.interactions(found, definition)
        assert {*table.loc[table["residue"] == "QQ9:B:501", "kind"]} <= {"van der Waals"}


@pytest.mark.parametrize(("name", "element"), [("CL", "Cl"), ("IOD", "I"), ("MG", "Mg")])
def test_ions_are_in_the_contacts(lines, at, tmp_path, name, element):
    here, way = at
    label = f"{name}501" if element == "Mg" else f"{name}:B:501"
    table = rs.contacts(
        with_molecule(tmp_path, lines, name, [(name[:2], element, here + 3.4 * way)])
    ).set_index("residue")
    assert table.loc[label, "min_distance"] == pytest.approx(3.4, abs=0.01)
    if element != "Mg":
        assert table.loc[label, "kinds"] == "salt bridge"


def test_what_is_far_or_bonded_is_no_contact(lines, at, tmp_path):
    for gap in (1.4, 8.0):
        found = with_molecule(tmp_path, lines, "SO4", sulfate(at, gap))
        assert not rs.contacts(found)["residue"].str.contains(":").any()
    assert found.topology.hetero == ()


def test_a_written_complex_keeps_them(lines, at, tmp_path):
    found = with_molecule(tmp_path, lines, "SO4", sulfate(at, 2.8))
    again = rs.load(rs.write(found, tmp_path / "again.cif"))
    one, other = (rs.interactions(c).drop(columns="structure") for c in (found, again))
    assert one["residue"].str.contains(":").any()
    assert one[["residue", "kind", "atom"]].equals(other[["residue", "kind", "atom"]])


def test_names_of_the_dictionary_alone_do_not_make_its_chemistry(lines, at, tmp_path):
    # Three atoms with names of sulfate, two of whose oxygens stand at the distance of a bond.
    s, o1, *_ = sulfate(at, 2.8)
    across = np.cross(at[1], [1.0, 0, 0])
    bonded = ("O2", "O", o1[2] + 1.45 * across / np.linalg.norm(across))
    found = with_molecule(tmp_path, lines, "SO4", [s, o1, bonded])
    assert [mol for mol in found.topology.hetero if mol is not None] == []
    assert "SO4" in " ".join(rs.contacts(found)["residue"])


def test_what_crystals_are_grown_in_is_known_without_the_dictionary_and_agrees_with_it(
    lines, at, tmp_path, monkeypatch
):
    for name, smiles in hetero.COMMON.items():
        known, _ = component_atoms(name)
        plain = [Chem.RemoveHs(Chem.Mol(m)) for m in (Chem.MolFromSmiles(smiles), known)]
        for mol in plain:
            for atom in mol.GetAtoms():
                atom.SetFormalCharge(0)
                atom.SetNoImplicit(False)
                atom.SetNumExplicitHs(0)
        one, other = (Chem.MolToSmiles(m, isomericSmiles=False) for m in plain)
        assert one == other, name
    monkeypatch.setattr(hetero, "component_atoms", lambda name: pytest.fail(f"asked for {name}"))
    found = with_molecule(tmp_path, lines, "SO4", sulfate(at, 2.8))
    (mol,) = found.topology.hetero
    assert Chem.GetFormalCharge(mol) == -2
