import subprocess
import sys
from pathlib import Path

import pytest
from make_components import COMPONENTS, protonate
from rdkit import Chem, RDLogger
from rdkit.Chem.MolStandardize import rdMolStandardize

import ros1struct
from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.kinome.calls import canonical_inhibitor, literature_call, literature_evidence
from ros1struct.structure.mutation import parse_mutation

DATA = Path(ros1struct.__file__).parent / "data"
TABLES = {
    "mutations": literature.mutations,
    "sensitivity": literature.sensitivity,
    "calls": literature.calls,
    "inhibitors": literature.inhibitors,
    "components": literature.components,
    "fusions": literature.fusions,
    "incidence": literature.incidence,
    "mechanisms": literature.mechanisms,
    "approvals": literature.approvals,
    "trials": literature.trials,
    "options": literature.options,
    "clinical_rates": literature.clinical_rates,
    "affinities": literature.affinities,
    "sources": literature.sources,
    "klifs_pocket": literature.klifs_pocket,
    "kinase_alignment": literature.kinase_alignment,
}
# In the tables of evidence, but no inhibitor of the catalogue.
EXTRA_INHIBITORS = {"foritinib (SAF-189s)", "most type I ROS1 TKIs"}
# In Davis 2011, but no structure of theirs is in use.
EXTRA_AFFINITIES = {"lestaurtinib", "GSK1838705A"}


@pytest.fixture(autouse=True)
def _quiet_rdkit():
    with_log = RDLogger.logger()
    with_log.setLevel(RDLogger.ERROR)
    yield
    with_log.setLevel(RDLogger.WARNING)


def agrees(residue):
    """Whether a residue such as G2032 is what UniProt P08922 says."""
    return literature.ros1_sequence()[int(residue[1:]) - 1] == residue[0]


# --- every table


@pytest.mark.parametrize("name", TABLES)
def test_a_caller_may_change_its_copy(name):
    table = TABLES[name]()
    before = table.iloc[0, 0]
    table.iloc[:, 0] = table.iloc[1, 0]
    del table[table.columns[1]]
    assert TABLES[name]().iloc[0, 0] == before
    assert TABLES[name]().shape[1] == table.shape[1] + 1


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"klifs_pocket", "kinase_alignment"}))
def test_every_row_has_a_source(name):
    table = TABLES[name]()
    sources = table["id" if name == "sources" else "source"]
    assert (sources.str.len() > 3).all()


STORY = ("incidence", "mechanisms", "approvals", "trials", "options")


@pytest.mark.parametrize("name", ["mutations", "sensitivity", "calls", *STORY])
def test_every_cited_source_is_in_the_bibliography_with_its_identifier(name):
    known = dict(zip(literature.sources().citation, literature.sources().id, strict=True))
    for row in TABLES[name]().itertuples():
        assert row.source_id == " | ".join(known[part] for part in row.source.split(" | "))


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.name)
def test_no_wording_of_licensed_databases(path):
    text = path.read_text(encoding="utf-8").lower()
    assert "oncokb" not in text
    assert "civic" not in text


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.name)
def test_every_file_has_its_readme_row(path):
    assert f"| `{path.name}` |" in (DATA / "README.md").read_text(encoding="utf-8")


# --- mutations, calls, sensitivity


def test_the_catalogue_holds_40_single_and_7_compound_mutations():
    table = literature.mutations()
    for part, single, compound in (
        (table, 40, 7),
        (table[table.reported], 25, 4),
    ):
        parsed = [parse_mutation(text) for text in part.mutation]
        assert [m.is_compound for m in parsed].count(False) == single
        assert [m.is_compound for m in parsed].count(True) == compound
        assert len(set(parsed)) == single + compound


def listed(row):
    """Inhibitors of a mutation by the side that the catalogue puts them on."""
    names = set(literature.inhibitors().name)
    for side in ("resistant", "active", "reduced", "conflicting"):
        for text in getattr(row, f"{side}_inhibitors").split(";"):
            if text.partition(" ")[0] in names:
                yield text.partition(" ")[0], side


def test_no_list_of_the_catalogue_contradicts_a_call():
    table = literature.calls()
    known = {(row.mutation, row.inhibitor): row for row in table.itertuples()}
    sides = {"S": "active", "I": "reduced", "S/I": "conflicting", "conflict": "conflicting"}
    seen = []
    for row in literature.mutations().itertuples():
        for inhibitor, side in listed(row):
            call = known.get((row.mutation, inhibitor))
            if call is None:
                continue
            expected = "resistant" if call.call.startswith("R") else sides[call.call]
            if {"R", "S"} <= set(call.evidence_calls.split(";")):
                expected = "conflicting"
            assert side == expected, (row.mutation, inhibitor)
            seen.append(side)
    assert seen.count("reduced") == 7
    assert seen.count("conflicting") == 4


def test_what_was_read_first_or_second_hand_is_no_call():
    table = literature.mutations()
    first = table[~table.reported]
    assert first.confidence.str.contains("first reading").all()
    assert len(first) == 18
    assert not set(first.mutation) & set(literature.calls().mutation)
    assert set(first.geometric_claim) == {"not established", "compound"}
    controls = first[first.evidence.str.contains("negative control")]
    assert controls.mutation.tolist() == ["G2048A", "H1999Q", "L2053V"]


def test_catalogued_wild_types_agree_with_uniprot():
    for text in literature.mutations().mutation:
        for substitution in parse_mutation(text):
            assert agrees(f"{substitution.wild_type}{substitution.position}"), text


def test_columns_of_a_mutation_agree_with_its_name():
    for row in literature.mutations().itertuples():
        mutation = parse_mutation(row.mutation)
        assert str(mutation) == row.mutation
        if not mutation.is_compound:
            (substitution,) = mutation
            assert (substitution.wild_type, substitution.position, substitution.mutant) == (
                row.wild_type,
                row.position,
                row.mutant,
            )


def test_klifs_labels_and_equivalents_agree_with_the_alignment():
    aligned = literature.kinase_alignment().set_index("ROS1")
    for row in literature.mutations().itertuples():
        residue = f"{row.wild_type}{row.position}"
        if residue in aligned.index:
            found = aligned.loc[residue, ["klifs_label", "ALK", "NTRK1"]].tolist()
            assert found == [row.klifs_label, row.ALK, row.NTRK1], row.mutation


def test_every_call_is_about_a_catalogued_mutation_and_inhibitor():
    calls = literature.calls()
    assert set(calls.mutation) <= set(literature.mutations().mutation)
    assert set(calls.inhibitor) <= set(literature.inhibitors().name)
    assert not calls.duplicated(["mutation", "inhibitor"]).any()


def test_every_measurement_is_about_a_catalogued_mutation_and_inhibitor():
    table = literature.sensitivity()
    assert set(table.mutation) <= {"WT", *literature.mutations().mutation}
    assert set(table.inhibitor) - set(literature.inhibitors().name) == EXTRA_INHIBITORS
    affinities = set(literature.affinities().inhibitor)
    named = {*literature.inhibitors().name, *literature.components().name}
    assert affinities - named == EXTRA_AFFINITIES


def test_every_call_rests_on_as_many_rows_as_it_says():
    for call in literature.calls().itertuples():
        evidence = literature_evidence(call.mutation, call.inhibitor)
        assert len(evidence) == call.n_rows, call
        assert set(call.source.split(" | ")) == set(evidence.source), call


def test_a_number_always_has_its_relation():
    table = literature.sensitivity()
    assert set(table[table.ic50_nM.notna()].relation) == {"=", "<="}
    assert set(table[table.ic50_nM.isna()].relation) == {""}


def test_computed_folds_follow_from_the_ic50s_of_the_same_source():
    table = literature.sensitivity()
    wild = table[table.mutation == "WT"].set_index(["source", "inhibitor"]).ic50_nM.dropna()
    computed = table[table.fold_origin == "computed"]
    assert len(computed) == 6
    for row in computed.itertuples():
        fold = row.ic50_nM / wild[(row.source, row.inhibitor)]
        assert fold == pytest.approx(row.fold_vs_wt, abs=0.06)  # printed with one decimal


@pytest.mark.parametrize(
    ("mutation", "inhibitor", "call", "evidence"),
    [
        ("G2032R", "lorlatinib", "R (conflicting report)", {"", "inhibited"}),
        ("L2026M", "lorlatinib", "conflict", {"inhibited", "inactive"}),
        (
            "F2004V",
            "cabozantinib",
            "conflict",
            {"resistant (said of type II inhibitors as a class)", "active (listed as promising)"},
        ),
        ("G2032R", "taletrectinib", "I", {"", "active"}),
        ("G2032R", "foretinib", "S/I", {"reduced", "sensitive"}),
    ],
)
def test_conflicts_stay_visible(mutation, inhibitor, call, evidence):
    assert literature_call(mutation, inhibitor) == call
    rows = literature_evidence(mutation, inhibitor)
    assert set(rows.qualitative) == evidence
    assert rows.source.nunique() >= 2
    assert rows.columns.tolist() == literature.sensitivity().columns.tolist()


@pytest.mark.parametrize(
    ("mutation", "claim"),
    [
        ("G2032R", "steric"),
        ("G2032K", "steric"),
        ("L1951R", "steric"),
        ("L2086F", "steric"),
        ("D2033N", "electrostatic"),
        ("F2004C", "inactive state"),
        ("F2004V", "inactive state"),
        ("F2004I", "inactive state"),
        ("F2075C", "inactive state"),
        ("D2113N", "inactive state"),
        ("D2113G", "inactive state"),
        ("L2155S", "fold"),
        ("L2026M", "not established"),
        ("S1986F", "not established"),
        ("G2032R/L2086F", "compound"),
    ],
)
def test_geometry_claims_only_what_it_may(mutation, claim):
    assert literature.mutations().set_index("mutation").loc[mutation, "geometric_claim"] == claim


def test_every_geometric_claim_is_explained_and_only_four_are_steric():
    claims = literature.mutations().geometric_claim
    assert set(claims) == set(literature.SCOPE)
    assert (claims == "steric").sum() == 4


def test_a_call_is_looked_up_by_any_name_form_and_order():
    assert literature_call("p.Gly2032Arg", "XALKORI") == "R"
    assert literature_call(parse_mutation("ROS1 G2032R"), "vgh") == "R"
    assert literature_call("L2000V/S1986F", "lorlatinib") == "S"
    assert len(literature_evidence("L2000V/S1986F", "lorlatinib")) == 1


@pytest.mark.parametrize(
    ("mutation", "inhibitor"),
    [("G2032R", "erlotinib"), ("A2032R", "crizotinib"), ("ALK G2032R", "crizotinib")],
)
def test_nothing_known_is_an_empty_answer(mutation, inhibitor):
    assert literature_call(mutation, inhibitor) == ""
    assert literature_evidence(mutation, inhibitor).empty


def test_a_bad_mutation_or_inhibitor_is_refused():
    with pytest.raises(InputError, match="write G2032R"):
        literature_call("g2032r", "crizotinib")
    with pytest.raises(InputError, match="Did you mean crizotinib"):
        literature_evidence("G2032R", "crizotinb")


# --- names


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("crizotinib", "crizotinib"),
        ("Crizotinib", "crizotinib"),
        ("xalkori", "crizotinib"),
        ("PF-02341066", "crizotinib"),
        ("VGH", "crizotinib"),
        ("VHS", "(S)-crizotinib"),  # the other enantiomer is not the drug
        ("5P8", "lorlatinib"),
        ("QB4", "lorlatinib"),
        ("53p", "lorlatinib"),
        ("a1i6z", "zidesamtinib"),
        ("NVL-520", "zidesamtinib"),
        ("Tarceva", None),
        ("AQ4", "erlotinib"),
        ("erlotinib", "erlotinib"),
        ("CQW", "CQW"),
        ("", None),
        ("crizotinib ", None),
    ],
)
def test_names_brands_and_codes_resolve(name, canonical):
    if canonical is None:
        with pytest.raises(InputError, match=f"inhibitor '{name}': expected a name"):
            canonical_inhibitor(name)
    else:
        assert canonical_inhibitor(name) == canonical


def test_no_name_means_two_inhibitors():
    owners = {}
    for row in literature.inhibitors().itertuples():
        for word in {row.name, row.component, *row.synonyms.split("; ")} - {""}:
            owners.setdefault(word.casefold(), set()).add(row.name)
    for row in literature.components().itertuples():
        owners.setdefault(row.component.casefold(), set()).add(row.name)
        owners.setdefault(row.name.casefold(), set()).add(row.name)
    assert {word for word, names in owners.items() if len(names) > 1} == set()


# --- chemistry


CHEMISTRY = [
    pytest.param(row, id=f"{name}-{row.component or row.name}")
    for name in ("inhibitors", "components")
    for row in TABLES[name]().itertuples()
]


@pytest.mark.parametrize("row", CHEMISTRY)
def test_the_charged_state_is_the_neutral_molecule_with_protons_moved(row):
    neutral = Chem.MolFromSmiles(row.smiles)
    charged = Chem.MolFromSmiles(row.smiles_ph74)
    assert Chem.GetFormalCharge(neutral) == 0
    assert Chem.GetFormalCharge(charged) == row.charge_ph74
    uncharged = rdMolStandardize.Uncharger().uncharge(charged)
    assert Chem.MolToSmiles(uncharged) == Chem.MolToSmiles(neutral)
    assert Chem.MolToInchiKey(neutral) == row.inchikey


@pytest.mark.parametrize("row", CHEMISTRY)
def test_the_state_is_by_a_sourced_pka_or_by_a_rule(row):
    if row.pka == row.pka:  # a number
        assert row.protonation_basis.rpartition(":")[2]
        assert str(row.pka) in row.protonation_basis
        assert row.charge_ph74 == int(row.pka > 7.4)
    else:
        assert row.protonation_basis.startswith("rule: ")


def test_inhibitors_and_their_components_are_the_same_compound():
    by_code = literature.components().set_index("component")
    for row in literature.inhibitors().itertuples():
        if row.component:
            same = by_code.loc[row.component]
            assert same["name"] == row.name
            assert same.inchikey == row.inchikey
            assert same.charge_ph74 == row.charge_ph74
            assert same.protonation_basis == row.protonation_basis


def test_crizotinib_carries_its_charge_on_the_piperidine():
    smiles = literature.inhibitors().set_index("name").loc["crizotinib", "smiles_ph74"]
    assert Chem.MolFromSmiles(smiles).HasSubstructMatch(Chem.MolFromSmarts("[NH2+]1CCCCC1"))


@pytest.mark.parametrize(
    ("neutral", "charged"),
    [
        ("CCN", "CC[NH3+]"),
        ("C1CCNCC1", "C1CC[NH2+]CC1"),
        ("CN(C)C", "C[NH+](C)C"),
        ("CC1COCCN1C", "CC1COCCN1C"),  # a morpholine
        ("CN1CCN(CC2CC2)CC1", "C[NH+]1CCN(CC2CC2)CC1"),  # one proton, at the methyl
        ("c1ccccc1CN1CCN(CC)CC1", "CC[NH+]1CCN(Cc2ccccc2)CC1"),  # not at the benzyl
        ("NCCCCCCN", "[NH3+]CCCCCC[NH3+]"),  # far apart: both
        ("Nc1ccccc1", "Nc1ccccc1"),
        ("CN(C)c1ccccc1", "CN(C)c1ccccc1"),
        ("CC(=O)N(C)C", "CC(=O)N(C)C"),
        ("CS(=O)(=O)N(C)C", "CS(=O)(=O)N(C)C"),
        ("CN(C)N", "CN(C)N"),  # a hydrazine
        ("c1ccncc1", "c1ccncc1"),
        ("CS(=O)(=O)CCNCc1ccco1", "CS(=O)(=O)CCNCc1ccco1"),
        ("OCCN1CCN(c2ccccn2)CC1", "OCCN1CCN(c2ccccn2)CC1"),
        ("CC(=O)O", "CC(=O)[O-]"),
        ("NCC(=O)O", "[NH3+]CC(=O)[O-]"),
        ("CC(=N)N", "CC(N)=[NH2+]"),
        ("CN=C(N)NC", "CNC(N)=[NH+]C"),
        ("COC(=O)C", "COC(C)=O"),
        ("OCC", "CCO"),
    ],
)
def test_protonation_rules(neutral, charged):
    found, _ = protonate(Chem.MolFromSmiles(neutral))
    assert Chem.CanonSmiles(Chem.MolToSmiles(found)) == Chem.CanonSmiles(charged)


@pytest.mark.parametrize("smiles", ["CP(=O)(O)O", "CS(=O)(=O)O", "CS(=O)(=O)Nc1ccccc1"])
def test_acids_without_a_rule_are_refused_not_guessed(smiles):
    with pytest.raises(ValueError, match="no rule for"):
        protonate(Chem.MolFromSmiles(smiles))


# --- pocket and alignment


def test_the_pocket_has_85_positions_that_agree_with_uniprot():
    pocket = literature.klifs_pocket()
    assert pocket.klifs_index.tolist() == list(range(1, 86))
    assert all(agrees(residue) for residue in pocket.ROS1 if residue)
    regions = [f"{r}:{i}" for r, i in zip(pocket.region, pocket.klifs_index, strict=True)]
    assert regions == pocket.klifs_label.tolist()


def test_the_alignment_runs_from_1945_to_2217_and_agrees_with_uniprot():
    residues = literature.kinase_alignment().ROS1
    assert [int(residue[1:]) for residue in residues] == list(range(1945, 2218))
    assert all(agrees(residue) for residue in residues)


def test_pocket_and_alignment_agree():
    aligned = literature.kinase_alignment()
    kinases = ["ROS1", "ALK", "NTRK1", "NTRK2", "NTRK3", "MET"]
    labelled = aligned[aligned.klifs_label != ""].set_index("klifs_label")[kinases]
    pocket = literature.klifs_pocket().set_index("klifs_label")[kinases]
    assert labelled.equals(pocket.loc[labelled.index])
    assert len(labelled) == 85


def test_identity_of_ros1_and_alk_is_that_of_the_literature():
    pocket = literature.klifs_pocket()
    same = (pocket.ROS1.str[:1] == pocket.ALK.str[:1]).mean()
    assert same == pytest.approx(0.706, abs=0.0005)  # 60 of 85


def test_the_sequence_is_complete():
    assert len(literature.ros1_sequence()) == 2347
    assert literature.ros1_sequence().startswith("MKNIYCLIPK")


# --- the scripts


def test_the_components_are_those_of_the_script():
    assert literature.components().component.tolist() == list(COMPONENTS)


def test_the_component_table_is_what_the_script_writes(tmp_path):
    pytest.importorskip("biotite", reason="biotite carries the component dictionary")
    import make_components

    make_components.main(tmp_path)
    name = "components.csv"
    assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_importing_knowledge_does_not_import_rdkit():
    code = "import sys, ros1struct.kinome.literature; sys.exit('rdkit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
