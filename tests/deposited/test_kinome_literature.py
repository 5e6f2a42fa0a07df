"""literature: on deposited files."""

from pathlib import Path

import make_tables
import pytest
from rdkit import Chem

import ros1struct
from ros1struct.kinome import literature

DATA = Path(ros1struct.__file__).parent / "data"


@pytest.mark.shared
def test_the_tables_are_what_the_script_writes(shared, tmp_path, monkeypatch):
    monkeypatch.setattr(make_tables, "SHARED", shared)
    make_tables.main(tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted([*make_tables.TABLES, make_tables.SEQUENCE])
    for name in written:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


@pytest.mark.shared
def test_components_agree_with_the_deposited_chemistry(shared):
    folder = shared / "structures" / "inputs" / "ligands_ccd"
    lines = (folder / "SMILES.tsv").read_text().splitlines()[1:]
    components = literature.components().set_index("component")
    compared = 0
    for line in lines:
        _, code, smiles, _ = line.split("\t")
        code = code.split()[0]
        if code in components.index and code != "AWJ":  # AWJ is corrected, see its note
            key = Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))
            assert components.loc[code, "inchikey"] == key, code
            compared += 1
    assert compared == 9
