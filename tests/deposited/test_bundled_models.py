"""The committed models: on deposited files."""

import csv
from pathlib import Path

import gemmi
import numpy as np
import pytest
from Bio.SVDSuperimposer import SVDSuperimposer
from scipy.spatial.distance import cdist

from bundled.test_models import CODES, FILES, Model


@pytest.fixture(scope="module", params=FILES, ids=[path.stem for path in FILES])
def model(request: pytest.FixtureRequest) -> Model:
    return Model(request.param)


def inputs(shared: Path) -> dict[tuple[int, str], np.ndarray]:
    path = shared / "structures/inputs/ros1_9qek_processed.csv"
    with open(path) as handle:
        return {
            (int(row["res_id"]), row["atom_name"]): np.array([float(row[k]) for k in "xyz"])
            for row in csv.DictReader(handle)
        }


def test_inhibitor_atom_names_are_those_of_the_component(model: Model, shared: Path) -> None:
    path = shared / f"structures/inputs/ligands_ccd/{CODES[model.inhibitor]}.cif"
    block = gemmi.cif.read(str(path)).sole_block()
    table = block.find("_chem_comp_bond.", ["atom_id_1", "atom_id_2"])
    bonds = {frozenset(row) for row in table if set(row) <= set(model.names)}
    near = np.where(np.triu(cdist(model.ligand, model.ligand) < 1.95, 1))
    found = {frozenset((model.names[i], model.names[j])) for i, j in zip(*near, strict=True)}
    assert found == bonds


def test_no_atom_stands_where_the_input_has_it(model: Model, shared: Path) -> None:
    table = inputs(shared)
    known = {tuple(xyz.round(3)) for xyz in table.values()}
    assert not known & {tuple(xyz.round(3)) for xyz in model.xyz}
    moved = [np.linalg.norm(xyz - table[key]) for key, xyz in model.place.items() if key in table]
    # Held at 1 kcal/mol/A2, an atom moves 0.1 A: one in a thousand by chance less than 0.01 A.
    assert np.mean(np.array(moved) < 0.01) < 0.002


@pytest.mark.parametrize("entry", ["3zbf", "4uxl"])
def test_pocket_agrees_with_deposited_entries(model: Model, shared: Path, entry: str) -> None:
    path = shared / f"structures/test_only/ros1/{entry}_pocket_ca.csv"
    if not path.is_file():
        pytest.skip("the folder of known structures is absent")
    with open(path) as handle:
        rows = [row for row in csv.DictReader(handle) if row["x"]]
    known = np.array([[float(row[k]) for k in "xyz"] for row in rows])
    mine = np.array([model.place[int(row["uniprot_resnum"]), "CA"] for row in rows])
    keep = np.ones(len(rows), bool)
    while True:
        fit = SVDSuperimposer()
        fit.set(known[keep], mine[keep])
        fit.run()
        rotation, shift = fit.get_rotran()
        away = np.linalg.norm(mine @ rotation + shift - known, axis=1) * keep
        if away.max() <= 1.2:
            break
        keep[away.argmax()] = False
    assert keep.sum() >= 0.8 * len(rows)
    assert fit.get_rms() <= 1.0
    assert fit.get_rms() == pytest.approx(float(model.items[f"pocket_ca_rmsd_{entry}"]), abs=0.005)
    assert model.items[f"pocket_ca_n_{entry}"] == f"{keep.sum()} of {len(rows)}"
