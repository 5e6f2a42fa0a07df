"""scripts: on deposited files."""

import pytest

import ros1struct as rs
from ros1struct.scene.scene import scene
from ros1struct.scene.scripts import export
from scene.test_scripts import GRAMMAR, strange


@pytest.mark.parametrize("suffix", GRAMMAR)
def test_waters_that_bridge_are_spheres(tmp_path, shared, suffix):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / "2YFX.pdb")
    text = export(complex, tmp_path / f"x{suffix}")[0].read_text()
    assert strange(text, GRAMMAR[suffix]) == []
    dots = len(scene(complex).spheres)
    assert text.count({".pml": "show spheres", ".cxc": " ball\n"}[suffix]) == dots > 0
