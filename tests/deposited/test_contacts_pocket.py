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
