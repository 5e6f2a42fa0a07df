"""pocket: on deposited files."""

import pytest

import ros1struct as rs


# States as the literature has them. DFG: Modi and Dunbrack 2019; imatinib and foretinib are type II
# (Nagar 2002; Qian 2009). αC: BTK–ibrutinib is αC-out (Bender 2017), MET–crizotinib is the
# autoinhibited αC-out form (Cui 2011), CDK6 without cyclin is αC-out (Chen 2016).
@pytest.mark.parametrize(
    ("name", "dfg", "alpha_c"),
    [
        ("2HYY", "out", "in"), ("1M17", "in", "in"), ("2XP2", "in", "in"), ("3WZD", "in", "in"),
        ("5P9I", "in", "out"), ("2WGJ", "in", "out"), ("5L2T", "in", "out"), ("5J7H", "in", "in"),
    ],
)  # fmt: skip
@pytest.mark.shared
def test_states_of_deposited_structures(shared, name, dfg, alpha_c):
    state = rs.kinase_state(rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb"))
    assert (state.dfg, state.alpha_c) == (dfg, alpha_c)
    # A salt bridge only where the helix is in (2XP2's is stretched to 4.8 Å).
    assert (state.lys_glu < 5.0) == (alpha_c == "in")


# Types as they are published. II: imatinib (Nagar 2002). I½ (DFG in, back pocket): lapatinib and
# lenvatinib (I½A of Roskoski; table of Huang 2021, Theranostics 11:1546), neratinib like lapatinib.
# I½B and IIB (crizotinib, alectinib, ceritinib; bosutinib with ABL1) keep off the back pocket: they
# are I by contacts; DFG and αC say the rest. Bonded ones are VI, too (5P9I holds free ibrutinib).
@pytest.mark.parametrize(
    ("name", "held", "covalent"),
    [
        ("2HYY", "II", False), ("1XKK", "I½", False), ("3WZD", "I½", False),
        ("2JIV", "I½", True), ("3W2Q", "I½", True), ("5P9I", "I½", False), ("4G5J", "I", True),
        ("1M17", "I", False), ("2ITY", "I", False), ("2XP2", "I", False), ("2WGJ", "I", False),
        ("3AOX", "I", False), ("4MKC", "I", False), ("5L2T", "I", False), ("3UE4", "I", False),
    ],
)  # fmt: skip
@pytest.mark.shared
def test_types_of_deposited_inhibitors(shared, name, held, covalent):
    state = rs.kinase_state(rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb"))
    assert state.inhibitor_type == held
    assert state.covalent == covalent
    assert f"type {held}" in state.label
