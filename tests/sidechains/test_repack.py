"""Repacking: neighbours move, the rest stands, the wild type is treated in the same way."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.clashes.overlaps import clashes
from ros1struct.errors import InputError, StructureError
from ros1struct.sidechains.build import side_chain_rmsd
from ros1struct.sidechains.candidates import candidates, native, pair_energies
from ros1struct.sidechains.field import field_of
from ros1struct.sidechains.flexible import respond
from ros1struct.sidechains.relax import CHI, SHIFT, relax_side_chains
from ros1struct.sidechains.repack import movable, repack
from ros1struct.structure.geometry import superpose
from ros1struct.structure.residue_types import BACKBONE
from synthetic import rebonded


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def pocket(met):
    return repack(met, keep_file=False)


def test_only_side_chains_that_may_move_do(met, pocket):
    moved = np.abs(pocket.complex.xyz[0] - met.xyz[0]).max(1) > 0
    listed = set(pocket.table["residue"])
    for i in np.flatnonzero(moved):
        assert met.residue_label(int(met.atoms.residue[i])) in listed
        assert met.atoms.name[i] not in BACKBONE
    assert moved.any()
    assert pocket.complex.provenance.kind == "model"
    assert "repacked within 6 Å" in dict(pocket.complex.provenance.details)["side_chains"]


def test_the_crystal_pocket_is_found_again(met, pocket):
    # 14 side chains, none kept from the file; the most that chance gives is about 70 %.
    assert (pocket.table["moved"] < 1.0).mean() > 0.75
    assert pocket.exact
    assert clashes(pocket.complex).empty


def test_repacking_twice_gives_the_same(met, pocket):
    again = repack(met, keep_file=False, seed=3)
    assert np.array_equal(again.complex.xyz, pocket.complex.xyz)
    assert again.energy == pocket.energy


def test_without_a_mutation_nothing_is_paid(pocket):
    assert pocket.cost == 0.0
    assert pocket.energy == pocket.wild_type_energy


def test_to_keep_the_file_never_costs_more(met, pocket):
    assert repack(met).energy <= pocket.energy + 1e-9


def test_the_energy_is_that_of_the_side_chains_as_they_stand(met):
    found = repack(met, keep_file=False, radius=4.0)
    residues = [met.find_residue(int(label[1:])) for label in found.table["residue"]]
    model = found.complex
    field = field_of(model, residues)
    placed = [native(field, r) for r in residues]
    total = sum(c.energy[0] for c in placed)
    for j in range(len(placed)):
        for i in range(j):
            pair = pair_energies(field, placed[i], placed[j])
            total += 0.0 if pair is None else pair[0, 0]
    # Coordinates are float32, and torsions between samples have the Gaussian's prior: none here.
    assert total == pytest.approx(found.energy, abs=0.05)


def test_no_better_arrangement_is_found_by_trying(met):
    found = repack(met, keep_file=False, radius=4.0)
    residues = [met.find_residue(int(label[1:])) for label in found.table["residue"]]
    field = field_of(met, residues)
    rng = np.random.default_rng(0)
    made = [
        candidates(field, r, str(met.residues.letter[r]), least=1e-3).prune(3, 25.0)
        for r in residues
    ]
    tables = {
        (i, j): pair_energies(field, made[i], made[j]) for j in range(len(made)) for i in range(j)
    }
    for _ in range(300):
        pick = [int(rng.integers(len(c))) for c in made]
        energy = sum(c.energy[k] for c, k in zip(made, pick, strict=True)) + sum(
            e[pick[i], pick[j]] for (i, j), e in tables.items() if e is not None
        )
        assert energy >= found.energy - 1e-6


def test_a_mutant_is_built_among_its_neighbours(met):
    found = repack(met, "L1157M", around="mutation")
    model, residue = found.complex, met.find_residue(1157)
    assert model.residues.letter[residue] == "M"
    assert found.surroundings.residues.letter[residue] == "L"
    assert np.array_equal(
        [found.surroundings.xyz[0, i] for i in met.atoms_of(residue).values()],
        [met.xyz[0, i] for i in met.atoms_of(residue).values()],
    )
    row = found.table[found.table["mutant"] == "M"].iloc[-1]
    assert row["residue"] == "L1157"
    assert np.isnan(row["moved"])
    assert clashes(model).empty


def test_radius_zero_moves_the_mutant_alone(met):
    found = repack(met, "L1157M", radius=0.0)
    assert found.cost == 0.0
    assert np.array_equal(found.surroundings.xyz, met.xyz)
    field = field_of(met, [met.find_residue(1157)])
    best = candidates(field, met.find_residue(1157), "M", least=1e-3).energy.min()
    # From the best sample of the grid it is a step downhill.
    assert best - 8.0 < found.energy <= best


def test_cost_leaves_the_mutated_residue_out(met):
    # The same neighbours, twice: glycine asks nothing of them that leucine does not.
    found = repack(met, "L1157G", around="mutation", radius=4.0)
    residues = [met.find_residue(int(x[1:])) for x in found.table["residue"][:-1]]
    changed = met.find_residue(1157)
    rest = []
    for c in (found.surroundings, found.wild_type):
        field = field_of(c, [*residues, changed])
        placed = [native(field, r) for r in residues]
        pairs = [
            pair_energies(field, placed[i], placed[j]) for j in range(len(placed)) for i in range(j)
        ]
        rest.append(sum(x.energy[0] for x in placed) + sum(p[0, 0] for p in pairs if p is not None))
    assert found.cost == pytest.approx(rest[0] - rest[1], abs=0.05)
    assert found.cost <= 1e-6


def test_compound_mutations_are_built_together(met):
    found = repack(met, "L1157M/G1163R", around="mutation", radius=4.0)
    assert found.complex.kinase.variant == "L1157M/G1163R"
    assert found.exact


def test_the_inhibitor_is_seen_only_beside_it(met):
    # Arg in the solvent-front glycine's place meets crizotinib (G2032R of ROS1).
    holo, apo = (repack(met, "G1163R", around="mutation", holo=h) for h in (True, False))
    gain = [x.energy - x.wild_type_energy for x in (holo, apo)]
    assert gain[0] > gain[1]


def test_relaxing_lowers_the_energy_a_little_way(met):
    found = repack(met, "L1157M", around="mutation", radius=4.0, relax=True)
    before = repack(met, "L1157M", around="mutation", radius=4.0)
    assert found.energy <= before.energy + 1e-6
    assert found.wild_type_energy <= before.wild_type_energy + 1e-6
    drug, still = found.complex.xyz[0, found.complex.inhibitor_heavy], met.xyz[0]
    still = still[met.inhibitor_heavy]
    assert 0 < np.sqrt(((drug - still) ** 2).sum(1).mean()) < 3 * SHIFT
    # Bonds of the inhibitor stay: within one ring nothing moves.
    bonds = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in met.inhibitor.GetBonds()]
    for i, j in bonds:
        old, new = (np.linalg.norm(x[i] - x[j]) for x in (still, drug))
        assert new == pytest.approx(old, abs=1e-3)
    again = repack(met, "L1157M", around="mutation", radius=4.0, relax=True)
    assert np.array_equal(again.complex.xyz, found.complex.xyz)


def test_relaxation_stays_within_its_bounds(met):
    residue = met.find_residue(1157)
    field = field_of(met, [residue])
    start = candidates(field, residue, "L").pick([40])
    relaxed = relax_side_chains(field, [start], 1)
    assert np.abs(relaxed.picked[0].chi - start.chi).max() <= CHI + 1e-9
    assert relaxed.energy <= start.energy[0] + 1e-9
    rotation, _, rmsd = superpose(relaxed.inhibitor[:6], met.xyz[0, met.inhibitor_heavy][:6])
    assert np.degrees(np.arccos((np.trace(rotation) - 1) / 2)) < 40
    assert rmsd < 0.6


def test_response_has_ensembles_among_the_moved_neighbours(met):
    found = respond(met, "L1157F", radius=4.0)
    assert found.cost == found.holo.cost
    assert (found.wild_type.letter, found.mutant.letter) == ("L", "F")
    holo, apo = (
        repack(met, "L1157F", around="mutation", radius=4.0, holo=seen) for seen in (True, False)
    )
    mutant, wild = (getattr(holo, e) - getattr(apo, e) for e in ("energy", "wild_type_energy"))
    assert found.ddg == pytest.approx(mutant - wild, abs=1e-9)
    assert abs(wild) > 1.0
    alike = respond(met, "L1157I", radius=0.0)
    assert alike.cost == 0.0


def test_side_chains_that_cannot_move_are_left(met):
    everywhere = movable(met, met.xyz[0], 100.0)
    letters = set(met.residues.letter[everywhere])
    assert not letters & set("GAPX")
    assert movable(met, met.xyz[0], 0.0) == everywhere
    assert movable(met, np.full((1, 3), 999.0), 6.0) == []


def test_covalent_residues_do_not_move():
    # The inhibitor carried so far that an atom of it is bonded to the nearest cysteine.
    c = rs.load("crizotinib")
    sulphur = np.flatnonzero((c.atoms.name == "SG") & (c.atoms.element == "S"))
    carbon = c.inhibitor_heavy[c.atoms.element[c.inhibitor_heavy] == "C"]
    gap = np.linalg.norm(c.xyz[0, sulphur][:, None] - c.xyz[0, carbon], axis=2)
    i, j = np.unravel_index(gap.argmin(), gap.shape)
    toward = c.xyz[0, sulphur[i]] - c.xyz[0, carbon[j]]
    xyz = c.xyz[0].copy()
    xyz[carbon[j]] += toward * (1 - 1.81 / np.linalg.norm(toward))
    bonded = rebonded(c, xyz)
    residue = int(c.atoms.residue[sulphur[i]])
    assert residue in movable(c, c.xyz[0, sulphur], 1.0)
    assert residue not in movable(bonded, bonded.xyz[0, sulphur], 1.0)
    with pytest.raises(StructureError, match="covalently bonded"):
        repack(bonded, f"{c.residue_label(residue)}S")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"around": "drug"}, "around must be"),
        ({"around": "mutation"}, "needs a mutation"),
        ({"radius": -1.0}, "radius must be a length"),
        ({"radius": float("nan")}, "radius must be a number, found nan"),
        ({"mutation": "A1157M"}, "not A"),
    ],
)
def test_wrong_arguments_are_refused(met, options, message):
    with pytest.raises(InputError, match=message):
        repack(met, **options)


def test_several_frames_and_absent_residues_are_refused(met):
    with pytest.raises(InputError, match="say frame=0 to frame=1"):
        repack(met.with_coordinates(np.repeat(met.xyz, 2, axis=0)))
    with pytest.raises(StructureError, match="is not in"):
        repack(met, "G9999R")
    with pytest.raises(InputError, match="one substitution expected"):
        respond(met, "L1157M/G1163R")


@pytest.mark.parametrize("letter", "FYDER")
def test_symmetric_ends_may_turn(letter):
    from ros1struct.structure.residues import residue_type

    names = residue_type(letter).sidechain
    xyz = np.random.default_rng(1).normal(size=(len(names), 3))
    pairs = {"F": "CD CE", "Y": "CD CE", "D": "OD", "E": "OE", "R": "NH"}[letter].split()
    turned = xyz.copy()
    for stem in pairs:
        i, j = names.index(f"{stem}1"), names.index(f"{stem}2")
        turned[[i, j]] = xyz[[j, i]]
    assert side_chain_rmsd(letter, xyz, turned) == 0.0
    swapped = xyz.copy()
    swapped[[0, 1]] = xyz[[1, 0]]
    assert side_chain_rmsd(letter, xyz, swapped) > 0.1


def test_a_structure_that_carries_the_mutation_pays_what_the_wild_type_would(met):
    carrier = rs.mutants(met, "L1157F", count=1)[0]
    options = {"around": "mutation", "radius": 4.0}
    found, expected = (repack(c, "L1157F", **options) for c in (carrier, met))
    assert found.cost == pytest.approx(expected.cost, abs=1e-6)
    assert found.wild_type_energy == pytest.approx(expected.wild_type_energy, abs=1e-6)
    assert abs(found.energy - found.wild_type_energy) > 0.1
    response = respond(carrier, "L1157F", radius=4.0)
    assert (response.wild_type.letter, response.mutant.letter) == ("L", "F")


def test_results_say_in_one_line_what_they_are(met):
    assert repr(repack(met, "L1157M", radius=0.0)) == (
        "<Repacked 2WGJ L1157M: 1 side chains, moved none, cost 0.0 kcal/mol>"
    )
    said = repr(respond(met, "L1157M", radius=0.0))
    assert said.startswith("<Response 2WGJ L1157M: tolerance ")
    assert said.count("\n") == 0
    assert repr(rs.ensemble(met, "L1157M")).startswith("<Ensemble 2WGJ L1157M: 26 rotamers,")
