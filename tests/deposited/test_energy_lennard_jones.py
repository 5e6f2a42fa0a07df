"""Lennard-Jones energies: on deposited files."""

import numpy as np

import ros1struct as rs
from ros1struct.energy.lennard_jones import (
    mixed,
    pair_energy,
    parameters,
)


def energy_with_protein(c):
    sigma, epsilon = parameters(c)
    a, b = c.inhibitor_heavy, c.protein_heavy
    gap = np.linalg.norm(c.xyz[0, a].astype(float)[:, None] - c.xyz[0, b].astype(float), axis=2)
    s, e = mixed(sigma[a][:, None], epsilon[a][:, None], sigma[b], epsilon[b])
    return pair_energy(s, e, gap).sum()


def test_hydrogens_in_a_file_change_nothing(shared, tmp_path):
    import gemmi

    source = shared / "structures/test_only/trk/ntrk1_repotrectinib_model.pdb"
    full = rs.load(source)
    structure = gemmi.read_structure(str(source))
    structure.remove_hydrogens()
    bare_file = tmp_path / source.name
    structure.write_pdb(str(bare_file))
    bare = rs.load(bare_file)
    assert not bare.heavy.sum() < full.heavy.sum()
    assert len(bare.atoms) < len(full.atoms)
    for one, two in zip(parameters(full), parameters(bare), strict=True):
        assert np.array_equal(one[full.heavy], two[bare.heavy], equal_nan=True)
    assert energy_with_protein(full) == energy_with_protein(bare)
