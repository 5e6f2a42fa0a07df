"""Which chain, copy and molecule is taken where a file has several, and what the notes say."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import StructureError


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def lines(met, tmp_path_factory):
    path = rs.write(met, tmp_path_factory.mktemp("met") / "met.pdb")
    return [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]


def moved(lines, chain, step):
    """The same atoms elsewhere, in another chain."""
    return [f"{x[:21]}{chain}{x[22:30]}{float(x[30:38]) + step:8.3f}{x[38:]}" for x in lines]


def of(lines, name):
    return [x for x in lines if x[17:20] == name]


def written(folder, lines, name="case.pdb"):
    path = folder / name
    path.write_text("\n".join([*lines, "END", ""]))
    return path


def test_every_pair_of_a_file(met, lines, tmp_path):
    path = written(tmp_path, [*lines, *moved(lines, "B", 80.0)])
    pairs = rs.load_all(path)
    assert [c.name for c in pairs] == ["case:A:VGH2346", "case:B:VGH2346"]
    assert [set(c.residues.chain) for c in pairs] == [{"A"}, {"B"}]
    one, other = (rs.interactions(c) for c in pairs)
    assert one["kind"].tolist() == other["kind"].tolist()
    assert any("pair 2 of 2: VGH B/2346 in chain 'B'" in n for n in pairs[1].notes)
    first = rs.load(path)
    assert set(first.residues.chain) == {"A"}
    assert any("kinase chain 'A' of 'A', 'B'" in n for n in first.notes)
    assert any("also there: VGH B/2346; taken because chain 'A' is the first" in n
               for n in first.notes)  # fmt: skip
    assert not any("kinase chain" in n or "also there" in n for n in met.notes)


def test_a_pair_whose_chemistry_is_unknown_is_named_and_the_others_done(lines, tmp_path):
    odd = [x.replace("VGH", "QQQ") for x in moved(lines, "B", 80.0) if "F22" not in x[12:16]]
    odd = [x for x in odd if not (x[17:20] == "QQQ" and x[76:78].strip() == "F")]
    pairs = rs.load_all(written(tmp_path, [*lines, *odd]))
    assert [c.name for c in pairs] == ["case:A:VGH2346"]
    assert any("pair left out: QQQ B/2346: " in n for n in pairs[0].notes)
    with pytest.raises(StructureError, match="the chemistry of QQQ B/2346"):
        rs.load_all(written(tmp_path, odd))


def test_the_molecule_in_the_pocket_beats_a_copy_on_the_surface(met, lines, tmp_path):
    # The copy stands first in the file and has an earlier number.
    drug = of(lines, "VGH")
    centre = met.xyz[0, met.inhibitor_heavy].mean(axis=0)
    rim = met.xyz[0, met.protein_heavy]
    way = rim[np.linalg.norm(rim - centre, axis=1).argmax()] - centre
    step = 1.3 * way
    surface = [
        f"{x[:22]}{7:>4}{x[26:30]}"
        + "".join(f"{float(x[30 + 8 * k : 38 + 8 * k]) + step[k]:8.3f}" for k in range(3))
        + x[54:]
        for x in drug
    ]
    found = rs.load(written(tmp_path, [*surface, *lines]))
    drug_number = found.residues.number[found.residues.role == "inhibitor"]
    assert drug_number.tolist() == [2346]
    touches = any("also there: VGH A/7" in n for n in found.notes)
    near = np.linalg.norm(
        (met.xyz[0, met.inhibitor_heavy] + step)[:, None] - rim[None], axis=2
    ).min()
    assert touches or near > 4.5
    assert len(rs.load_all(written(tmp_path, [*surface, *lines]))) == 1


def test_the_alternate_of_the_drug_is_said(lines, tmp_path):
    made = []
    for x in lines:
        if x[17:20] == "VGH":
            made += [f"{x[:16]}A{x[17:54]}  0.40{x[60:]}"]
            made += [f"{x[:16]}B{x[17:30]}{float(x[30:38]) + 0.4:8.3f}{x[38:54]}  0.60{x[60:]}"]
        else:
            made.append(x)
    found = rs.load(written(tmp_path, made))
    assert any("inhibitor in alternate location B (0.60), not in A (0.40)" in n
               for n in found.notes)  # fmt: skip
    assert rs.load_all(written(tmp_path, made))[0].xyz.shape == found.xyz.shape
