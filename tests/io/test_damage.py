"""Damaged files: an error with its line, never another number; and the sizes that are refused."""

import gc
import gzip
import random
import re
import warnings

import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from ros1struct.io.checks import damage
from ros1struct.io.checks.limits import limit, unpacked
from ros1struct.io.chemistry.bond_orders import build_mol
from ros1struct.io.chemistry.ligands import chemistry_from_smiles
from ros1struct.io.chemistry.pose_files import read_pose


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def lines(met, tmp_path_factory):
    path = rs.write(met, tmp_path_factory.mktemp("met") / "met.pdb")
    return [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]


@pytest.fixture(scope="module")
def cif(met, tmp_path_factory):
    return rs.write(met, tmp_path_factory.mktemp("met") / "met.cif").read_text().splitlines()


def loaded(folder, lines, name="case.pdb", **more):
    path = folder / name
    path.write_text("\n".join([*lines, *(["END"] if name.endswith("pdb") else []), ""]))
    return rs.load(path, **more)


def at_ca(lines, change):
    """The α carbon of M1160 changed, which stands in line 257."""
    made = list(lines)
    assert made[256][12:26].split() == ["CA", "MET", "A1160"]
    made[256] = change(made[256])
    return made


DAMAGE = {
    "a letter in the number": (lambda x: x[:22] + "1l60" + x[26:], "residue number.*'1l60'"),
    "a letter at its end": (lambda x: x[:22] + "116a" + x[26:], "residue number.*'116a'"),
    "one number as of hybrid-36": (lambda x: x[:22] + "A160" + x[26:], "residue number.*'A160'"),
    "no number": (lambda x: x[:22] + "    " + x[26:], "residue number"),
    "a digit for the insertion": (lambda x: x[:26] + "3" + x[27:], "insertion code"),
    "a blank too many": (lambda x: x[:28] + " " + x[28:], "columns 31-54"),
    "a blank too few": (lambda x: x[:28] + x[29:], "columns 31-54"),
    "a digit of the number lost": (lambda x: x[:22] + x[23:], "columns 31-54"),
    "a digit of x lost": (lambda x: x[:36] + x[37:], "columns 31-54"),
    "a letter in x": (lambda x: x[:30] + "  12.3a5" + x[38:], "columns 31-54"),
    "stars": (lambda x: x[:30] + "********" + x[38:], "columns 31-54"),
    "nan": (lambda x: x[:30] + "     nan" + x[38:], "columns 31-54"),
    "far out": (lambda x: x[:30] + "9999.000" + x[38:], "farther out than 9,999 Å"),
    "farther": (lambda x: x[:30] + "10000.00" + x[38:], "columns 31-54"),
    "below": (lambda x: x[:30] + "-9999.00" + x[38:], "farther out than 9,999 Å"),
    "a letter in the occupancy": (lambda x: x[:54] + "  1.a0" + x[60:], "occupancy"),
    "a letter in B": (lambda x: x[:60] + " 20.o0" + x[66:], "B factor"),
    "an alpha in the name": (lambda x: x[:12] + " Cα " + x[16:], "outside ASCII"),
    "a chain outside ASCII": (lambda x: x[:21] + "′" + x[22:], "outside ASCII"),
    "a long serial number": (lambda x: "ATOM100000" + x[10:], "begins with 'ATOM10'"),
    "small letters": (lambda x: "atom  " + x[6:], "begins with 'atom  '"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_of_a_pdb_line_is_named_with_its_line(lines, tmp_path, what):
    change, said = DAMAGE[what]
    with pytest.raises(StructureError, match=rf"case\.pdb, line 257: atom .*{said}"):
        loaded(tmp_path, at_ca(lines, change))


@pytest.mark.parametrize("shift", ["left", "right"])
def test_a_file_whose_columns_are_all_shifted_is_refused(lines, tmp_path, shift):
    moved = [x[:22] + x[23:] if shift == "left" else x[:22] + " " + x[22:] for x in lines]
    with pytest.raises(StructureError, match=r"line 1: .*columns 31-54"):
        loaded(tmp_path, moved)


HARMLESS = {
    "no B factor": lambda x: x[:60] + "      " + x[66:],
    "a B factor too large for its columns": lambda x: x[:60] + "******" + x[66:],
    "one decimal of B": lambda x: x[:60] + "1234.5" + x[66:],
    "an insertion code": lambda x: x,
    "no blank between numbers": lambda x: x,
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_is_no_damage_is_read(met, lines, tmp_path, what):
    made = loaded(tmp_path, at_ca(lines, HARMLESS[what]))
    assert np.allclose(made.xyz, met.xyz, atol=2e-3)
    if what.startswith(("no B", "a B")):
        assert np.isnan(made.b_factor).sum() == 1


def test_numbers_of_four_digits_below_zero_are_read(met, lines, tmp_path):
    # mdtraj and OpenMM give up a decimal where the column is full.
    far = [x[:30] + f"{float(x[30:38]) - 1500:8.2f}" + x[38:] for x in lines]
    found = loaded(tmp_path, far)
    assert np.allclose(found.xyz[..., 0], met.xyz[..., 0] - 1500, atol=6e-3)


def test_a_quick_look_never_passes_what_the_slow_one_refuses(lines):
    rng = random.Random(1)
    letters = " 0123456789.-+AaNn*\té"
    passed = 0
    for _ in range(3000):
        line = list(lines[256])
        for _ in range(rng.choice([1, 1, 2, 3])):
            k, kind = rng.randrange(66), rng.random()
            if kind < 0.6:
                line[k] = rng.choice(letters)
            elif kind < 0.8:
                line.insert(k, rng.choice(letters))
            else:
                del line[k]
        text = "".join(line)
        if damage._regular(text.encode()) and damage.is_atom(text):
            passed += 1
            assert damage._damage(text) == "", text
    assert passed > 100


CIF = {
    "Cartn_x": ["1.2a3", "1e200", "12345", "?", ".", "nan", "inf", "1,5"],
    "auth_seq_id": ["11a0", "?", "1e3", "1.0", "99999999999999999999"],
    "occupancy": ["1.a"],
    "B_iso_or_equiv": ["x"],
    "pdbx_PDB_model_num": ["x"],
}


@pytest.mark.parametrize(("item", "word"), [(i, w) for i, words in CIF.items() for w in words])
def test_damage_of_an_mmcif_row_is_named_with_its_line(cif, tmp_path, item, word):
    columns = [x.split(".")[1].strip() for x in cif if x.startswith("_atom_site.")]
    row = next(k for k, x in enumerate(cif) if x.startswith("ATOM 101 "))
    parts = cif[row].split()
    parts[columns.index(item)] = word
    with pytest.raises(StructureError, match=rf"line {row + 1}, atom 101: _atom_site\.{item}: exp"):
        loaded(tmp_path, [*cif[:row], " ".join(parts), *cif[row + 1 :]], "case.cif")


def test_a_quoted_chain_name_keeps_its_blank(cif, tmp_path):
    # Two chains whose names differ by a blank are two chains.
    rows = [k for k, x in enumerate(cif) if x.startswith(("ATOM ", "HETATM "))]
    columns = [x.split(".")[1].strip() for x in cif if x.startswith("_atom_site.")]
    more = []
    for k in rows:
        parts = cif[k].split()
        parts[columns.index("auth_asym_id")] = "'A '"
        parts[columns.index("Cartn_x")] = f"{float(parts[columns.index('Cartn_x')]) + 60:.3f}"
        more.append(" ".join(parts))
    last = rows[-1] + 1
    found = loaded(tmp_path, [*cif[:last], *more, *cif[last:]], "case.cif", chain="A")
    assert len(found.residues) == 72 + 1 + (found.residues.role == "water").sum()
    assert not [n for n in found.notes if "given twice" in n]


@pytest.mark.parametrize("other", ["a", "B", "1"])
def test_chains_that_differ_by_case_stay_apart(met, lines, tmp_path, other):
    moved = [x[:21] + other + x[22:30] + f"{float(x[30:38]) + 60:8.3f}" + x[38:] for x in lines]
    for order in (lines + moved, moved + lines):
        found = loaded(tmp_path, order, chain="A")
        assert np.allclose(found.xyz, met.xyz, atol=2e-3)
    found = loaded(tmp_path, lines + moved, chain=other)
    assert np.allclose(found.xyz[..., 0], met.xyz[..., 0] + 60, atol=2e-3)
    assert set(found.residues.chain) == {other}


def test_a_model_given_twice_under_one_number_is_refused(lines, tmp_path):
    twice = ["MODEL        1", *lines, "ENDMDL"] * 2
    with pytest.raises(StructureError, match="duplicate MODEL number 1"):
        loaded(tmp_path, twice)


@pytest.mark.parametrize("what", ["residues", "atoms", "reversed"])
def test_the_order_of_lines_does_not_matter(met, lines, tmp_path, what):
    rng = np.random.default_rng(4)
    if what == "residues":
        keys = list(dict.fromkeys(x[21:27] for x in lines))
        rng.shuffle(keys)
        mixed = [x for key in keys for x in lines if x[21:27] == key]
    else:
        mixed = lines[::-1] if what == "reversed" else rng.permutation(lines).tolist()
    found = loaded(tmp_path, mixed)
    assert found.residues.number.tolist()[:72] == met.residues.number.tolist()[:72]
    assert len(found.topology.bonds) == len(met.topology.bonds)
    columns = ["mutation", "score", "verdict", "min_distance"]
    one, other = (rs.scan(c, ["L1157M", "Y1230C"])[columns] for c in (found, met))
    assert one["verdict"].tolist() == other["verdict"].tolist()
    assert np.allclose(one["score"], other["score"], atol=1e-3)


@pytest.mark.parametrize("number", ["-999", "9998", "1135"])
def test_a_residue_whose_atoms_have_two_numbers_is_refused(met, lines, tmp_path, number):
    """A fuzzed N of F1134 under -999 became a residue of its own, and that a substitution."""
    k = next(k for k, x in enumerate(lines) if x[12:16].strip() == "N" and int(x[22:26]) == 1158)
    made = [*lines[:k], lines[k][:22] + f"{number:>4}" + lines[k][26:], *lines[k + 1 :]]
    with pytest.raises(StructureError, match=r"have the atoms of one residue|two|twice"):
        loaded(tmp_path, made)


# Pose files


@pytest.fixture(scope="module")
def block(met):
    mol = met.to_rdkit()
    mol.SetProp("_Name", "first")
    return Chem.MolToMolBlock(mol)


def pose(folder, text, name="pose.sdf"):
    path = folder / name
    path.write_text(text)
    return read_pose(path)


def with_line(block, k, change):
    made = block.split("\n")
    made[k] = change(made[k])
    return "\n".join(made)


ATOM_LINE = r"line 7: expected atom 3 of 30"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: with_line(b, 6, lambda x: " " + x), ATOM_LINE),
        (lambda b: with_line(b, 6, lambda x: x[1:]), ATOM_LINE),
        (lambda b: with_line(b, 6, lambda x: x[:5] + "a" + x[6:]), ATOM_LINE),
        (lambda b: with_line(b, 6, lambda x: "       nan" + x[10:]), ATOM_LINE),
        (lambda b: with_line(b, 6, lambda x: "99999.0000" + x[10:]), "below 9,999 Å"),
        (lambda b: with_line(b, 6, lambda x: x[:31] + "R# " + x[34:]), r"molecule 1 \('first'\)"),
        (lambda b: with_line(b, 6, lambda x: x[:31] + "A  " + x[34:]), r"molecule 1 \('first'\)"),
        (lambda b: with_line(b, 6, lambda x: x[:31] + "Xx " + x[34:]), r"molecule 1 \('first'\)"),
        (lambda b: with_line(b, 3, lambda x: " 3a" + x[3:]), "line 4: expected the counts line"),
        (lambda b: "\n".join(b.split("\n")[:20]), "no line 'M  END'"),
    ],
)
def test_an_unreadable_first_molecule_is_named_whatever_follows(block, tmp_path, change, said):
    for text in (change(block), change(block) + "$$$$\n" + block + "$$$$\n"):
        if "no line" in said and "$$$$" in text:
            said = "expected atom|can read"
        with pytest.raises(StructureError, match=rf"pose\.sdf.*({said})"):
            pose(tmp_path, text)


@pytest.mark.parametrize("noise", ["garbage\n", "\n\x00\x01\n", "ATOM   1\n"])
def test_noise_behind_a_molecule_is_not_ignored(block, tmp_path, noise):
    for text in (block + noise, block + "$$$$\n" + noise, block + noise + "$$$$\n" + block):
        with pytest.raises(StructureError, match=r"pose\.sdf, line \d+: expected"):
            pose(tmp_path, text)
    for text in (block, block + "$$$$\n", block + "> <score>\n-9.1\n\n$$$$\n" + block):
        assert pose(tmp_path, text)[0].GetNumAtoms() == 30


@pytest.mark.parametrize("order", ["A", "0", "8", "10"])
def test_a_bond_that_is_none_is_refused(met, tmp_path, order):
    text = re.sub(
        r"(M  V30 9) \d+ (\d+ \d+)", rf"\1 {order} \2", Chem.MolToV3KMolBlock(met.to_rdkit())
    )
    assert f"M  V30 9 {order} " in text
    with pytest.raises(StructureError, match=r"pose\.sdf: molecule 1.*(a bond that is|can read)"):
        pose(tmp_path, text)
    with pytest.raises(StructureError, match=r"a bond that is|can read"):
        rs.load_poses("2WGJ", tmp_path / "pose.sdf")


def test_a_smiles_with_a_bond_of_any_kind_is_refused():
    places = np.array([[0.0, 0.0, 0.0], [1.5, 0.0, 0.0]])
    for smiles in ("C~C", "C$C"):
        with pytest.raises(InputError, match="found a bond that is neither single"):
            build_mol(np.array(["C", "C"]), places, chemistry_from_smiles(smiles))


def test_rings_around_which_no_way_ends_have_their_stereo_by_the_older_rules():
    """The newer rules give up at 100,000 nodes (RuntimeError) in a cucurbituril of seven."""
    from ros1struct.io.chemistry.bond_orders import centres_of

    mol = Chem.MolFromSmiles(CUCURBITURIL)
    assert mol.GetNumAtoms() == 84
    for atom in mol.GetAtoms():
        if atom.GetSymbol() == "C" and atom.GetTotalNumHs() == 1:
            atom.SetChiralTag(Chem.ChiralType.CHI_TETRAHEDRAL_CW)
    with pytest.raises(RuntimeError, match="Digraph"):
        Chem.FindMolChiralCenters(Chem.Mol(mol), useLegacyImplementation=False)
    assert set(centres_of(mol)[0].values()) <= {"R", "S", "?"}
    one, other = centres_of(Chem.MolFromSmiles("C[C@H](N)O"), Chem.MolFromSmiles("C[C@@H](N)O"))
    assert {one[1], other[1]} == {"R", "S"}


# Cucurbit[7]uril.
CUCURBITURIL = (
    "O=C1N2CN3C(=O)N4CN5C(=O)N6CN7C(=O)N8CN9C(=O)N%10CN%11C(=O)N%12CN%13C(=O)N%14CN1C1C2N2CN%15"
    "C(=O)N(CN%16C(=O)N(CN%17C(=O)N(CN%18C(=O)N(CN%19C(=O)N(CN%20C(=O)N(CN1C2=O)C%14C%13%20)"
    "C%12C%11%19)C%10C9%18)C8C7%17)C6C5%16)C4C3%15"
)


# The best match of graph and geometry


def drug(smiles, seed=7):
    from rdkit.Chem import AllChem

    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert AllChem.EmbedMolecule(mol, randomSeed=seed) == 0
    mol = Chem.RemoveHs(mol)
    return np.array([a.GetSymbol() for a in mol.GetAtoms()]), mol.GetConformer().GetPositions(), mol


def test_what_is_left_of_a_molecule_gets_the_chemistry_that_its_lengths_have():
    # 2-cyclohexenyl-cyclohexane without an atom of the saturated ring: only lengths tell the rings.
    elements, xyz, mol = drug("C1(C2CCCCC2)=CCCCC1")
    lost = mol.GetSubstructMatch(Chem.MolFromSmiles("C1CCCCC1C1=CCCCC1"))[1]
    for order in (range(12), range(11, -1, -1)):
        keep = [k for k in order if k != lost]
        part, notes = build_mol(
            elements[keep], xyz[keep], chemistry_from_smiles("C1(C2CCCCC2)=CCCCC1")
        )
        double = next(b for b in part.GetBonds() if b.GetBondType() == Chem.BondType.DOUBLE)
        i, j = keep[double.GetBeginAtomIdx()], keep[double.GetEndAtomIdx()]
        assert np.linalg.norm(xyz[i] - xyz[j]) < 1.40
        assert notes[0].startswith("inhibitor lacks 1 of 12 heavy atoms: C1, bonded to atom(s) ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x: x + np.where(np.arange(len(x)) < 3, 15.0, 0.0)[:, None], "do not match"),
        (lambda x: x * 1.4, "do not match"),
        (lambda x: x * 0.5, "do not match|no molecule has this geometry|apart"),
        (lambda x: np.concatenate([x[:1] * 0.45 + x[1:2] * 0.55, x[1:]]), "no molecule has|do not"),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_impossible_geometry_is_refused(change, said, complete):
    elements, xyz, _ = drug("CCOC(=O)c1ccncc1")
    if not complete:
        elements, xyz = elements[:-2], xyz[:-2]
    with pytest.raises(StructureError, match=said):
        build_mol(elements, change(xyz), chemistry_from_smiles("CCOC(=O)c1ccncc1"))


@pytest.mark.skipif(
    not hasattr(Chem.SubstructMatchParameters(), "setExtraAtomCheckFunc"),
    reason="this RDKit cannot stop a search",
)
def test_a_search_without_end_is_given_up_in_time(monkeypatch):
    import time

    monkeypatch.setenv("ROS1STRUCT_MOST_SECONDS", "1")
    # Many small rings in a large sheet of carbon: ways without number, and none fits.
    sheet = Chem.MolFromSmiles("c1cc2cc3cc4cc5cc6ccccc6cc5cc4cc3cc2cc1")
    wide = sheet
    for _ in range(7):
        wide = Chem.CombineMols(wide, sheet)
    from ros1struct.io.checks.matching import Budget, placements
    from ros1struct.io.chemistry.bond_orders import skeleton

    ring = skeleton(Chem.MolFromSmiles("C1CCCCC1"))
    asked = ring
    for _ in range(24):
        asked = Chem.CombineMols(asked, ring)
    asked = Chem.CombineMols(asked, skeleton(Chem.MolFromSmiles("C1CCCC1")))
    begun = time.process_time()
    with pytest.raises(StructureError, match="ROS1STRUCT_MOST_SECONDS"):
        placements(asked, skeleton(wide), Budget("inhibitor X"))
    assert time.process_time() - begun < 5


# Sizes


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.pdb.gz"
    part = gzip.compress(b"\0" * 50_000_000)
    path.write_bytes(part * 5)
    with pytest.raises(StructureError, match=r"too large when unpacked.*ROS1STRUCT_MOST_MEGABYTES"):
        rs.load(path)


def test_gzip_members_are_joined_and_padding_is_none(tmp_path):
    raw = gzip.compress(b"one") + gzip.compress(b"two") + b"\0" * 512
    assert unpacked(raw, tmp_path) == b"onetwo"
    with pytest.raises(StructureError, match="damaged or truncated"):
        unpacked(raw[:-520], tmp_path)
    with pytest.raises(StructureError, match="damaged or truncated"):
        unpacked(gzip.compress(b"one") + b"tail", tmp_path)


@pytest.mark.parametrize(
    ("variable", "most", "said"),
    [
        ("ATOMS", "600", "612 atoms; expected at most 600 atoms"),
        ("RESIDUES", "50", "residues that are no water; expected at most 50 residues"),
        ("INHIBITOR", "20", "30 heavy atoms; expected at most 20 heavy atoms"),
        ("LINE", "70", "a line at byte .* that does not end"),
    ],
)
def test_limits_are_said_and_adjustable(lines, tmp_path, monkeypatch, variable, most, said):
    loaded(tmp_path, lines)
    monkeypatch.setenv(f"ROS1STRUCT_MOST_{variable}", most)
    with pytest.raises(StructureError, match=rf"{said}.*ROS1STRUCT_MOST_{variable}"):
        loaded(tmp_path, lines)


def test_a_sparse_file_is_refused_unread(tmp_path):
    path = tmp_path / "sparse.pdb"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(StructureError, match="too large; expected at most 200 MB"):
        rs.load(path)


@pytest.mark.parametrize("word", ["many", "-1", "0", "1e9", "²"])
def test_a_limit_that_is_no_number_is_refused(monkeypatch, word):
    monkeypatch.setenv("ROS1STRUCT_MOST_ATOMS", word)
    with pytest.raises(InputError, match="whole number above 0"):
        limit("ATOMS")


@pytest.mark.parametrize("byte", [b"A", b" ", b"\n", b"\t"])
def test_megabytes_of_one_letter_are_refused_at_once(tmp_path, byte):
    import time

    path = tmp_path / "long.pdb"
    path.write_bytes(b"x" + byte * 10_000_000)
    begun = time.process_time()
    with pytest.raises(StructureError):
        rs.load(path)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("suffix", [".pdb", ".cif"])
def test_a_line_of_another_chain_within_a_residue_does_not_split_it(
    met, lines, cif, tmp_path, suffix
):
    if suffix == ".pdb":
        whole = rs.write(met, tmp_path / "m.pdb").read_text().splitlines()
        head = [x for x in whole if x.startswith("SEQRES")]
        made = [*head, *lines[:256], lines[256][:21] + "U" + lines[256][22:], *lines[257:]]
    else:
        row = next(k for k, x in enumerate(cif) if x.startswith("ATOM 257 "))
        made = [*cif[:row], re.sub(r" A (\d+)$", r" U \1", cif[row]), *cif[row + 1 :]]
        assert made[row] != cif[row]
    found = loaded(tmp_path, made, f"case{suffix}")
    residue = found.find_residue(1160)
    assert found.kinase.variant == "WT"
    assert (found.residues.number == 1160).sum() == 1
    assert set(found.atoms_of(residue)) == set(met.atoms_of(met.find_residue(1160))) - {"CA"}
    again = rs.load(rs.write(found, tmp_path / "again.cif"))
    assert again.atoms.name.tolist() == found.atoms.name.tolist()


def test_a_long_chain_name_of_mmcif_is_kept(met, cif, tmp_path):
    columns = [x.split(".")[1].strip() for x in cif if x.startswith("_atom_site.")]
    chain = columns.index("auth_asym_id")
    made = []
    for line in cif:
        parts = line.split()
        if line.startswith(("ATOM ", "HETATM ")):
            parts[chain] = "A-assembly-12"
            line = " ".join(parts)
        made.append(line.replace("VGH:A:", "VGH:A-assembly-12:"))
    found = loaded(tmp_path, made, "case.cif")
    assert set(found.residues.chain) == {"A-assembly-12"}
    assert np.allclose(found.xyz, met.xyz, atol=2e-3)


def amino_acids(folder, count):
    """An mmCIF file of so many glycines in a chain, a whole backbone each."""
    tags = (
        "group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id",
        "label_asym_id", "label_seq_id", "auth_asym_id", "auth_seq_id", "Cartn_x", "Cartn_y",
        "Cartn_z", "occupancy", "B_iso_or_equiv", "pdbx_PDB_ins_code", "pdbx_PDB_model_num",
    )  # fmt: skip
    rows = [
        f"ATOM {4 * k + j + 1} {name[0]} {name} . GLY A {k + 1} A {k + 1} "
        f"{k % 90 * 4 + 1.4 * j:.3f} {k // 90 % 90 * 5}.000 {k // 8100 * 5}.000 1.00 9.00 ? 1"
        for k in range(count)
        for j, name in enumerate(("N", "CA", "C", "O"))
    ]
    head = "".join(f"_atom_site.{tag}\n" for tag in tags)
    path = folder / "long.cif"
    path.write_text(f"data_long\nloop_\n{head}" + "\n".join(rows) + "\n#\n")
    return path


def test_a_chain_of_very_many_residues_is_refused_early(tmp_path, monkeypatch):
    path = amino_acids(tmp_path, 60)
    monkeypatch.setenv("ROS1STRUCT_MOST_CHAIN", "59")
    with pytest.raises(StructureError, match=r"long\.cif: 60 residues in chain 'A'.*MOST_CHAIN"):
        rs.load(path)
    monkeypatch.setenv("ROS1STRUCT_MOST_CHAIN", "60")
    with pytest.raises(StructureError, match="no protein kinase chain"):
        rs.load(path)


def test_a_chain_too_long_to_be_aligned_is_refused():
    from ros1struct.kinome.numbering import LONGEST_CHAIN, MOST_PIECES, number_chain

    with pytest.raises(StructureError, match=r"has 3,001 amino acids; expected at most 3,000\."):
        number_chain("G" * (LONGEST_CHAIN + 1), np.arange(LONGEST_CHAIN + 1))
    with pytest.raises(StructureError, match=r"is in 301 pieces, .* expected at most 300\."):
        number_chain("G" * (MOST_PIECES + 1), 2 * np.arange(MOST_PIECES + 1))
    with pytest.raises(StructureError, match="not recognised as a protein kinase"):
        number_chain("G" * MOST_PIECES, 2 * np.arange(MOST_PIECES))


def test_a_residue_in_two_parts_beside_another_amino_acid_of_its_number(lines, tmp_path):
    # Found by fuzzing: the part that was joined to the first stood for a residue without atoms.
    own = [k for k, x in enumerate(lines) if x[22:26] == "1160"]
    last, after = lines[own[-1]], own[-1] + 1
    rival = last[:16] + "BLEU" + last[20:]
    parts = [*lines[: own[-1]], *lines[after : after + 4], last, rival, *lines[after + 4 :]]
    found = loaded(tmp_path, parts)
    index = found.find_residue(1160)
    assert found.residues.name[index] in ("MET", "LEU")
    assert (found.residues.number == 1160).sum() == 1
    assert any("1160" in note for note in found.notes)


def test_an_element_that_is_none_in_an_inhibitor_that_touches_the_protein(met, lines, tmp_path):
    # Found by fuzzing: bonds to the protein were sought by a radius that it does not have.
    k = next(k for k, x in enumerate(lines) if x[17:20] == met.component)
    acid = next(x for x in lines if x[12:16].strip() == "O" and x[22:26] == "1160")
    moved = acid[30:38].replace(acid[30:38], f"{float(acid[30:38]) + 1.4:8.3f}") + acid[38:54]
    bad = lines[k][:30] + moved + lines[k][54:76] + " X" + lines[k][78:]
    with pytest.raises(StructureError, match="unknown element"):
        loaded(tmp_path, [*lines[:k], bad, *lines[k + 1 :]])


@pytest.mark.parametrize("bad", ["ATOM  garbage", "ATOM", "HETATM"])
def test_a_damaged_topology_of_a_trajectory_is_named_by_its_line(lines, tmp_path, bad):
    for k, text in enumerate(("\n".join([bad, *lines]), bad)):
        path = tmp_path / f"{k}.pdb"
        path.write_text(text + "\n")
        with pytest.raises(StructureError, match=rf"{k}\.pdb"):
            rs.trajectory(path, tmp_path / "none.xtc")


@pytest.mark.parametrize("bad", ["ATOM  garbage", "ATOM", "ATOM      1  N   ALA A   1      11.1"])
def test_damaged_frames_in_a_pdb_file_are_named(lines, tmp_path, bad):
    path = tmp_path / "frames.pdb"
    for text in (
        [bad, "END"],
        ["MODEL        1", *lines, "ENDMDL", "MODEL        2", bad, "ENDMDL"],
    ):
        path.write_text("\n".join([*text, ""]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # mdtraj guesses serials, and leaves the file open
            with pytest.raises(StructureError, match=r"frames\.pdb"):
                rs.trajectory("2WGJ", path).frame(1)
            gc.collect()
