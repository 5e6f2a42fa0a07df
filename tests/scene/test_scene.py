import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.colours import CONTACT_COLOURS, rgb
from ros1struct.contacts.definitions import KINDS
from ros1struct.scene.elements import FATES, pdb_text, rotamer_pdb
from ros1struct.scene.scene import DISC, PLENTIFUL, scene
from ros1struct.structure.substitute import substitute

EVERY = [*KINDS]


@pytest.fixture(scope="module")
def mutant():
    return scene(rs.load("crizotinib"), "G2032R")


def lightness(colour):
    return float(np.dot(rgb(colour), (0.299, 0.587, 0.114)))


def test_every_kind_has_a_colour_dark_enough_for_a_thin_line():
    assert set(CONTACT_COLOURS) == set(KINDS)
    assert max(lightness(c) for c in CONTACT_COLOURS.values()) < 0.6
    # What is drawn together is told apart by hue or lightness.
    strong = ["hydrogen bond", "salt bridge", "pi stacking face", "sulphur-pi", "halogen bond"]
    assert len({CONTACT_COLOURS[k] for k in strong}) == len(strong)
    assert not {*FATES.values()} & {*CONTACT_COLOURS.values()}
    # In grey, a rotamer that fits is lighter than one that meets the inhibitor.
    assert lightness(FATES["fits"]) > lightness(FATES["meets the inhibitor"]) + 0.1


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8", "crizotinib", "zidesamtinib"])
@pytest.mark.parametrize("kinds", [None, EVERY])
def test_lines_are_the_rows_of_interactions(name, kinds):
    complex = rs.load(name)
    table = rs.interactions(complex)
    wanted = table if kinds else table[~table["kind"].isin(PLENTIFUL)]
    found = scene(complex, kinds=kinds)
    assert [line.kind for line in found.contacts] == wanted["kind"].tolist()
    for line, row in zip(found.contacts, wanted.itertuples(), strict=True):
        length = np.linalg.norm(np.subtract(*line.points[:2]))
        assert length == pytest.approx(row.distance, abs=2e-3), line.text
        assert row.residue in line.text
        assert line.colour == CONTACT_COLOURS[row.kind]
    shown = {s.label for s in found.residues}
    assert set(wanted["residue"]) | set(rs.contacts(complex)["residue"]) == shown


def test_clashes_are_those_of_the_chosen_rotamer(mutant):
    complex = rs.load("crizotinib")
    (chosen,) = [r for r in mutant.rotamers if r.chosen]
    places = dict(zip(chosen.names, chosen.xyz, strict=True))
    del places["CA"]
    model = substitute(complex, complex.find_residue(2032), "R", places)
    table = rs.clashes(model)
    assert len(mutant.clashes) == len(table) > 0
    assert [c.overlap for c in mutant.clashes] == pytest.approx(table["overlap"], abs=5e-3)
    for disc in mutant.clashes:
        assert DISC[0] / 2 <= disc.radius <= DISC[1] / 2
        assert "R2032" in disc.text


def test_a_disc_lies_between_its_atoms_and_across_their_line(mutant):
    table = rs.clashes(scene_model(mutant))
    complex = scene_model(mutant)
    names = {str(complex.atoms.name[i]): complex.xyz[0, i] for i in complex.inhibitor_heavy}
    own = complex.atoms_of(complex.find_residue(2032))
    for disc, row in zip(mutant.clashes, table.itertuples(), strict=True):
        one, other = complex.xyz[0, own[row.atom]], names[row.inhibitor_atom]
        middle = np.mean([disc.start, disc.end], axis=0)
        along = (other - one) / np.linalg.norm(other - one)
        offset = middle - one
        assert 0 < offset @ along < np.linalg.norm(other - one)
        assert np.linalg.norm(offset - (offset @ along) * along) < 2e-3
        axis = np.subtract(disc.end, disc.start)
        assert abs(axis @ along) == pytest.approx(np.linalg.norm(axis), rel=1e-3)


def scene_model(found):
    (chosen,) = [r for r in found.rotamers if r.chosen]
    places = dict(zip(chosen.names[1:], chosen.xyz[1:], strict=True))
    return substitute(found.complex, found.complex.find_residue(2032), "R", places)


def test_the_wild_type_has_no_rotamers_and_its_own_clashes():
    complex = rs.load("crizotinib")
    found = scene(complex)
    assert found.rotamers == ()
    assert len(found.clashes) == len(rs.clashes(complex))


def test_rotamers_are_those_of_the_ensemble(mutant):
    table = rs.ensemble(rs.load("crizotinib"), "G2032R").table()
    drawn = table[table["probability"] >= 0.01]
    assert [r.probability for r in mutant.rotamers] == pytest.approx(drawn["probability"])
    expected = [
        "fits" if h > 0 else "meets the inhibitor" if a > 0 else "meets the protein"
        for a, h in zip(drawn["free_apo"], drawn["free_holo"], strict=True)
    ]
    assert [r.fate for r in mutant.rotamers] == expected
    radii = [r.radius for r in mutant.rotamers]
    assert radii == sorted(radii, reverse=True)
    opacity = [r.opacity for r in mutant.rotamers if not r.chosen]
    assert opacity == sorted(opacity, reverse=True)
    assert sum(r.chosen for r in mutant.rotamers) == 1
    assert {r.colour for r in mutant.rotamers} <= set(FATES.values())
    for rotamer in mutant.rotamers:
        assert rotamer.names == ("CA", "CB", "CG", "CD", "NE", "CZ", "NH1", "NH2")


def test_a_mutation_that_fits_says_so_and_shows_no_clash():
    found = scene(rs.load("crizotinib"), "L2026M")
    assert Counter(r.fate for r in found.rotamers)["fits"] > 0
    assert ("rotamer fits", FATES["fits"]) in found.legend
    (chosen,) = [r for r in found.rotamers if r.chosen]
    assert chosen.fate == "fits"
    assert found.clashes == ()


def test_a_rotamer_is_drawn_where_it_stands_best(mutant):
    table = rs.ensemble(rs.load("crizotinib"), "G2032R").table()
    (chosen,) = [r for r in mutant.rotamers if r.chosen]
    k = [r.chosen for r in mutant.rotamers].index(True)
    assert chosen.fate == "meets the inhibitor"
    # No sample of it overlaps less; those that meet the protein too are not its best.
    worst = mutant.clashes[0].overlap
    assert worst >= table["inhibitor_overlap"].iloc[k] - 5e-3
    at_mean = (table["probability"] * table["free_apo"]).idxmax()
    assert chosen.probability == pytest.approx(table["probability"][at_mean])


def test_a_compound_mutation_has_rotamers_at_both_places():
    found = scene(rs.load("crizotinib"), "S1986F/L2000V")
    assert {r.residue for r in found.rotamers} == {"S1986F", "L2000V"}
    assert sum(r.chosen for r in found.rotamers) == 2
    assert {"S1986F", "L2000V"} <= {s.label for s in found.residues}


def test_glycine_has_no_side_chain_to_draw():
    found = scene(rs.load("crizotinib"), "D2033G")
    assert found.rotamers == ()
    assert "D2033G" in {s.label for s in found.residues}


@pytest.mark.parametrize("name", ["2WGJ", "crizotinib", "lorlatinib", "repotrectinib"])
def test_the_axes_turn_without_mirroring_and_look_at_the_broad_side(name):
    complex = rs.load(name)
    found = scene(complex)
    assert np.allclose(found.axes @ found.axes.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(found.axes) == pytest.approx(1.0)
    drug = complex.xyz[0, complex.inhibitor_heavy].astype(float) @ found.axes.T
    wide, high, deep = drug.std(axis=0)
    assert wide > high > deep
    protein = complex.xyz[0, complex.protein_heavy].mean(axis=0)
    assert (np.array(found.centre) - protein) @ found.axes[2] > 0


def test_plain_values_go_through_json(mutant):
    data = mutant.as_dict()
    assert json.loads(json.dumps(data)) == data
    assert len(data["contacts"]) == len(mutant.contacts)
    assert len(data["clashes"]) == len(mutant.clashes)
    assert len(data["rotamers"]) == len(mutant.rotamers)
    index = {r["label"]: r["index"] for r in data["residues"]}
    line = next(x for x in data["protein"].splitlines() if f"A{index['E2027']:>4} " in x)
    assert line[17:20] == "GLU"
    assert data["names"][str(index["E2027"])] == "E2027 (hinge:46)"


def test_the_caption_names_kinase_and_provenance(mutant):
    assert "ROS1 WT with crizotinib (model, backbone from G2032R)" in mutant.caption
    assert "G2032R: 16 rotamers, 97 % of all" in mutant.caption


def test_no_name_of_a_file_reaches_the_structure_text():
    complex = rs.load("2WGJ")
    r, a = complex.residues, complex.atoms
    name = a.name.astype("U40")
    name[0] = "N\nEND \"';<script>"
    residue = r.name.astype("U40")
    residue[0] = "\nEND<b>"
    chain = np.full(len(r), "\n</script>")
    hostile = complex.with_changes(
        atoms=replace(a, name=name), residues=replace(r, name=residue, chain=chain)
    )
    lines = pdb_text(hostile).splitlines()
    assert len(lines) == (complex.heavy & (r.role[a.residue] == "protein")).sum() + 1
    assert {len(line) for line in lines[:-1]} == {78}
    assert not set("<>\"'/;") & set("".join(lines))


def test_rotamers_are_models_of_one_file(mutant):
    text = rotamer_pdb(mutant.rotamers)
    assert text.count("MODEL") == text.count("ENDMDL") == len(mutant.rotamers)
    assert text.count("\nATOM") == 8 * len(mutant.rotamers)


def test_bad_input_is_refused():
    complex = rs.load("2WGJ")
    with pytest.raises(rs.InputError, match="no kind of contact 'hydrogen'"):
        scene(complex, kinds=["hydrogen"])
    with pytest.raises(rs.InputError, match="found frame 1"):
        scene(complex, frame=1)
    with pytest.raises(rs.StructureError, match="residue 9999 is not in the structure"):
        scene(complex, "G9999R")
    with pytest.raises(rs.InputError, match="is Gly, not A"):
        scene(complex, "A1163R")


def test_another_frame_is_another_scene():
    complex = rs.load("2WGJ")
    moved = complex.with_coordinates(complex.xyz + np.array([[[0.0]], [[5.0]]]))
    first, second = scene(moved), scene(moved, frame=1)
    shift = np.subtract(second.contacts[0].points, first.contacts[0].points)
    assert np.allclose(shift, 5.0, atol=2e-3)
    assert len(second.complex.xyz) == 1


def test_contacts_of_many_frames_are_as_thick_as_they_are_frequent():
    import pandas as pd

    c = rs.load("2WGJ")
    own = rs.interactions(c)
    table = own[own["kind"].isin(["hydrogen bond", "hydrophobic"])].assign(occupancy=0.5)
    table.loc[table["residue"] == "M1160", "occupancy"] = 1.0
    found = scene(c, contacts=table)
    # As without, but for what is not in the table; hydrophobic ones only when asked for.
    plain = [x for x in scene(c).contacts if x.kind == "hydrogen bond"]
    assert [x.points for x in found.contacts] == [x.points for x in plain]
    radius = {x.text.split(" – ")[1].split()[0]: x.radius for x in found.contacts}
    assert radius["M1160"] > radius["P1158"]
    assert "in 50 % of the frames" in next(x.text for x in found.contacts if "P1158" in x.text)
    assert len(scene(c, contacts=table, kinds=["hydrophobic"]).contacts) > 3
    assert scene(c, contacts=pd.DataFrame(columns=table.columns)).contacts == ()


def test_contacts_of_another_system_are_refused():
    c = rs.load("2WGJ")
    table = rs.interactions(c).head(1).assign(occupancy=1.0)
    with pytest.raises(rs.InputError, match="has no Q9999"):
        scene(c, contacts=table.assign(residue="Q9999", kind="hydrogen bond"))
    with pytest.raises(rs.InputError, match="missing: occupancy"):
        scene(c, contacts=table.drop(columns="occupancy"))
    with pytest.raises(rs.InputError, match="from 0 to 1, found nan"):
        scene(c, contacts=rs.interactions(c).assign(occupancy=float("nan")))
