"""Answers held against other ways to the same answer: loops, other files of the same complex."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem
from scipy.spatial.transform import Rotation

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.energy.lennard_jones import pair_energy
from ros1struct.resistance.calibration import RANGE, fit
from ros1struct.structure.geometry import close_pairs
from synthetic import atom, complex_of

KINDS = ("C4", "C3H1", "C3H0", "N", "O", "OH", "S", "F", "Cl")


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def plain(met, tmp_path_factory):
    """Lines of a PDB file of 2WGJ as any other program writes them."""
    path = rs.write(met, tmp_path_factory.mktemp("met") / "met.pdb")
    return [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]


def loaded(folder, lines, name="case.pdb"):
    path = folder / name
    path.write_text("\n".join([*lines, "END", ""]))
    return rs.load(path)


# Loops over random geometry

places = st.tuples(*[st.floats(-4, 4, width=32)] * 3)
atoms = st.tuples(st.sampled_from(KINDS), places, st.booleans(), st.booleans())


@settings(max_examples=60, deadline=None)
@given(
    protein=st.lists(atoms, min_size=1, max_size=8),
    drug=st.lists(atoms, min_size=1, max_size=6),
    at_least=st.sampled_from([-3.0, -0.4, 0.6]),
)
def test_overlaps_of_random_atoms_are_those_of_two_loops(protein, drug, at_least):
    p, q = (
        [atom(u, x, f"X{k}", donor=d, acceptor=a) for k, (u, x, d, a) in enumerate(side)]
        for side in (protein, drug)
    )
    made = complex_of(p, q)
    rule = clash_definition("chimerax")
    expected = []
    linked = {frozenset(map(int, pair)) for pair in made.topology.bonds}
    # Only a lone bond joins the two sides here: pairs that it reaches in four are left out.
    reached = any(len(pair) == 2 and min(pair) < len(p) <= max(pair) for pair in linked)
    for (i, one), (j, other) in itertools.product(enumerate(p), enumerate(q)):
        gap = np.linalg.norm(made.xyz[0, i].astype(float) - made.xyz[0, len(p) + j])
        bond = (one[4] and other[5]) or (one[5] and other[4])
        value = rule.radius(one[0]) + rule.radius(other[0]) - gap
        value -= rule.allowance if bond else 0.0
        if value >= at_least:
            expected.append(float(value))
    found = rs.overlaps(made, at_least=at_least)["overlap"].tolist()
    if reached:
        assert len(found) <= len(expected)
    else:
        assert sorted(found) == pytest.approx(sorted(expected), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(
    a=st.lists(places, min_size=0, max_size=12),
    b=st.lists(places, min_size=0, max_size=12),
    cutoff=st.floats(0.1, 6),
)
def test_close_pairs_of_random_points_are_those_of_two_loops(a, b, cutoff):
    a, b = (np.array(x, dtype=float).reshape(-1, 3) for x in (a, b))
    i, j, distance = close_pairs(a, b, cutoff)
    expected = {
        (k, m): float(np.sqrt(((a[k] - b[m]) ** 2).sum()))
        for k in range(len(a))
        for m in range(len(b))
        if np.sqrt(((a[k] - b[m]) ** 2).sum()) <= cutoff
    }
    assert dict(zip(zip(i.tolist(), j.tolist(), strict=True), distance, strict=True)) == (
        pytest.approx(expected)
    )


# Finite differences


@settings(max_examples=60, deadline=None)
@given(sigma=st.floats(2.2, 4.0), epsilon=st.floats(0.03, 0.6), ratio=st.floats(0.95, 2.2))
def test_the_slope_of_lennard_jones_is_that_of_its_law(sigma, epsilon, ratio):
    r, step = sigma * ratio, 1e-5
    low, high = (
        float(pair_energy(np.array([sigma]), np.array([epsilon]), np.array([x]), cap=1e9)[0])
        for x in (r - step, r + step)
    )
    law = 4 * epsilon * (-12 * (sigma / r) ** 12 + 6 * (sigma / r) ** 6) / r
    assert (high - low) / (2 * step) == pytest.approx(law, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_no_step_improves_the_calibration(seed):
    rng = np.random.default_rng(seed)
    score = rng.normal(1.5, 2.0, 60)
    resistant = (score + rng.normal(0, 2.0, 60) > 1.5).astype(float)
    kinase = rng.choice(["A", "B", "C"], 60)
    made = fit(score, resistant, kinase)
    share = {k: 1 / (kinase == k).sum() / 3 for k in "ABC"}
    weight = np.array([share[k] for k in kinase])
    x = np.clip(score, *RANGE)

    def loss(slope, offset):
        z = slope * x + offset
        return float((weight * (np.logaddexp(0, z) - resistant * z)).sum())

    step = 1e-4
    slopes = [
        (loss(made.slope + step, made.offset) - loss(made.slope - step, made.offset)) / (2 * step),
        (loss(made.slope, made.offset + step) - loss(made.slope, made.offset - step)) / (2 * step),
    ]
    assert np.abs(slopes).max() < 1e-4


# The same complex otherwise


def answers(complex):
    """Numbers of many rooms, by what they belong to, without the file's own names."""
    found = {}
    for name, keys, values, table in (
        ("overlaps", ["residue", "atom", "inhibitor_atom"], ["overlap"], rs.overlaps(complex)),
        ("contacts", ["residue"], ["min_distance", "atom_pairs"], rs.contacts(complex)),
        ("pocket", ["klifs"], ["min_distance", "sidechain_distance"], rs.pocket(complex)),
        ("severity", [], ["clashes", "worst_overlap", "volume"], rs.severity(complex)),
        ("scan", ["mutation"], ["score", "score_low", "score_high", "min_distance"],
         rs.scan(complex, ["L1157M", "Y1230C", "G1163R"])),
    ):  # fmt: skip
        values = [v for v in values if v in table]
        assert values, name
        for row in table.to_dict("records"):
            key = (name, *(str(row[k]) for k in keys))
            found[key] = [float(row[v]) for v in values]
    for row in rs.interactions(complex).to_dict("records"):
        # A ring is named by its atoms in the order of the file.
        names = ["".join(sorted(row[k].split())) for k in ("atom", "inhibitor_atom")]
        key = ("interactions", row["residue"], row["kind"], *names)
        found[key] = [float(row["distance"])]
    return found


def assert_same(one, other, *, tolerance):
    """Pairs at the limit of a list may come or go with the last digit."""
    listed = [k for k in one.keys() ^ other.keys() if k[0] not in ("overlaps", "interactions")]
    assert listed == []
    assert len(one.keys() ^ other.keys()) <= 2
    for key in one.keys() & other.keys():
        # The score is a sum of steep repulsions.
        limit = 60 * tolerance if key[0] == "scan" else tolerance
        assert other[key] == pytest.approx(one[key], abs=limit, nan_ok=True), key


@pytest.fixture(scope="module")
def expected(met):
    return answers(met)


def test_pdb_and_mmcif_give_the_same(met, expected, tmp_path):
    for name in ("a.pdb", "a.cif", "a.cif.gz"):
        made = rs.load(rs.write(met, tmp_path / name))
        assert_same(expected, answers(made), tolerance=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_a_rigid_motion_changes_nothing(met, expected, seed):
    rng = np.random.default_rng(seed)
    turn = Rotation.random(random_state=seed)
    moved = turn.apply(met.xyz[0].astype(float)) + rng.uniform(-80, 80, 3)
    assert_same(expected, answers(met.with_coordinates(moved)), tolerance=2e-4)


@pytest.mark.parametrize("chain", ["Z", "a", "7"])
def test_the_name_of_the_chain_changes_nothing(expected, plain, tmp_path, chain):
    made = loaded(tmp_path, [x[:21] + chain + x[22:] for x in plain])
    assert set(made.residues.chain) == {chain}
    assert_same(expected, answers(made), tolerance=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_atoms_changes_nothing(expected, plain, tmp_path, seed):
    rng = np.random.default_rng(seed)
    groups = [list(g) for _, g in itertools.groupby(plain, key=lambda x: x[21:27])]
    mixed = [line for g in groups for line in rng.permutation(g).tolist()]
    assert_same(expected, answers(loaded(tmp_path, mixed)), tolerance=1e-6)


@pytest.mark.parametrize(
    "cell",
    ["CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1",
     "CRYST1   66.123   48.700   83.440  90.00 111.10  90.00 P 1 21 1      4"],
)  # fmt: skip
def test_the_unit_cell_changes_nothing(expected, plain, tmp_path, cell):
    assert_same(expected, answers(loaded(tmp_path, [cell, *plain])), tolerance=1e-6)


def test_numbers_moved_by_a_constant_change_nothing(met, expected, plain, tmp_path):
    moved = [
        x[:22] + f"{int(x[22:26]) - 1000:>4}" + x[26:] if x.startswith("ATOM") else x for x in plain
    ]
    made = loaded(tmp_path, moved)
    assert made.residues.uniprot.tolist() == met.residues.uniprot.tolist()
    assert_same(expected, answers(made), tolerance=1e-6)


def test_hydrogens_in_the_file_change_nothing(met, expected, plain, tmp_path):
    drug = Chem.AddHs(met.to_rdkit(), addCoords=True)
    own = met.inhibitor_heavy
    extra = []
    for k in range(len(own), drug.GetNumAtoms()):
        place = drug.GetConformer().GetAtomPosition(k)
        extra.append(
            f"HETATM{9000 + k:>5}  H{k:<3}VGH A2346    "
            f"{place.x:8.3f}{place.y:8.3f}{place.z:8.3f}  1.00 20.00           H"
        )
    for line in plain:
        if line.startswith("ATOM") and line[12:16].strip() == "N" and line[17:20] != "PRO":
            x = float(line[30:38]) + 0.98
            extra.append(f"{line[:12]} H  {line[16:30]}{x:8.3f}{line[38:66]}           H")
    made = loaded(tmp_path, plain + extra)
    assert (~made.heavy).sum() == len(extra) > 80
    heavy = {k: v for k, v in answers(made).items() if k[0] != "interactions"}
    without = {k: v for k, v in expected.items() if k[0] != "interactions"}
    assert_same(without, heavy, tolerance=1e-6)


# There and back


@pytest.mark.parametrize("suffix", [".pdb", ".cif"])
def test_what_is_written_and_read_is_written_again_alike(met, tmp_path, suffix):
    first = rs.write(met, tmp_path / f"same{suffix}").read_bytes()
    again = rs.write(rs.load(tmp_path / f"same{suffix}"), tmp_path / f"same{suffix}").read_bytes()
    assert again == first


def test_pdb_to_mmcif_to_pdb_returns(met, tmp_path):
    one = rs.write(met, tmp_path / "one.pdb")
    two = rs.write(rs.load(one), tmp_path / "two.cif")
    three = rs.write(rs.load(two), tmp_path / "three.pdb")
    rows = [
        [x for x in p.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]
        for p in (one, three)
    ]
    assert rows[0] == rows[1]


def test_other_objects_hold_the_same_atoms(met):
    assert np.allclose(met.to_mdtraj().xyz[0] * 10, met.xyz[0], atol=1e-4)
    there = np.array([a.coord for a in met.to_biopython().get_atoms()])
    assert np.allclose(there, met.xyz[0], atol=1e-4)
    drug = met.to_rdkit().GetConformer().GetPositions()
    assert np.allclose(drug, met.xyz[0, met.inhibitor_heavy], atol=1e-4)


# A whole and its parts


def test_the_scan_of_a_set_is_the_scans_of_its_parts():
    structures, mutations = ["2WGJ", "crizotinib"], ["ROS1 G2032R", "ROS1 L2026M/D2033N"]
    whole = rs.scan(structures, mutations, details=True)
    parts = [rs.scan(s, m, details=True) for m in mutations for s in structures]
    pd.testing.assert_frame_equal(whole, pd.concat(parts, ignore_index=True))
