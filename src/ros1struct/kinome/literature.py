"""What the literature says: mutations, measurements, calls, inhibitors, fusions.

Every function returns a fresh DataFrame that the caller may change. Conflicts between sources are
kept as rows, never resolved; every row says where it comes from. The files, their licences and
the scripts that made them are described in ``data/README.md``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


#: What each value of ``mutations()["geometric_claim"]`` allows a clash score to say.
SCOPE = {
    "steric": "the literature proposes a clash: geometry may speak",
    "electrostatic": "acts by a lost charge: a clash score must not claim it",
    "inactive state": "acts on the balance of active and inactive states: no clash score claims it",
    "fold": "destabilises the fold, far from the pocket: no clash score claims it",
    "not established": "no mechanism established: geometry may describe it, not explain it",
    "compound": "several substitutions: judged as a whole, not by one mechanism",
}

#: Tables by name: what ``ros1struct literature TABLE`` prints.
TABLES = (
    "mutations", "sensitivity", "calls", "inhibitors", "components", "fusions", "incidence",
    "mechanisms", "approvals", "trials", "options", "clinical_rates", "affinities", "sources",
    "klifs_pocket", "kinase_alignment",
)  # fmt: skip

_INTEGERS = (
    "position", "n_rows", "responders", "n", "klifs_index", "charge_ph74", "positive",
    "intracranial_responders", "intracranial_n",
)  # fmt: skip
_NUMBERS = (
    "ic50_nM", "sd_nM", "fold_vs_wt", "kd_nM", "pka", "percent", "orr_percent", "orr_low",
    "orr_high", "dor_months", "pfs_months", "pfs_low", "pfs_high", "intracranial_orr_percent",
)  # fmt: skip
_FLAGS = ("macrocyclic", "kinase_domain_kept", "reported")


def mutations() -> pd.DataFrame:
    """ROS1 mutations of the kinase domain and its edge: 40 single, 7 compound.

    Of these, 25 single and 4 compound ones are ``reported`` to resist an inhibitor. The others
    are marked as a first reading: a panel of molecular dynamics without an inhibitor (11 single
    and 2 compound, and 3 single controls expected not to resist), a compound known by the title of
    an abstract, and one found in a patient who responded.

    Returns
    -------
    pandas.DataFrame
        One row per mutation: ``mutation``, ``position`` (UniProt P08922; missing for compounds),
        ``wild_type``, ``mutant``, ``region``, ``klifs_label`` ('' outside the 85 positions),
        ``ALK`` and ``NTRK1`` (equivalent residues), ``proposed_mechanism``, ``geometric_claim``
        (a key of SCOPE), ``resistant_inhibitors``, ``active_inhibitors``, ``reduced_inhibitors``
        (call I), ``conflicting_inhibitors`` (sources disagree), ``evidence``, ``source``,
        ``source_id``, ``reported`` (bool), ``confidence``, ``note``.

    Examples
    --------
    >>> table = mutations().set_index("mutation")
    >>> table.loc[["G2032R", "D2033N"], "geometric_claim"].tolist()
    ['steric', 'electrostatic']
    """
    return _table("mutations")


def sensitivity() -> pd.DataFrame:
    """Measurements and statements of the response of a variant to an inhibitor.

    Returns
    -------
    pandas.DataFrame
        One row per measurement or statement: ``mutation`` (``WT`` for none), ``fusion``,
        ``cell_system``, ``assay``, ``inhibitor``, ``relation`` (``=``, ``<=``, ``>``),
        ``ic50_nM`` (nM), ``sd_nM`` (nM), ``fold_vs_wt`` (compare within one source only),
        ``fold_origin``, ``qualitative``, ``source``, ``source_id``, ``access`` (how it was
        read), ``locator``, ``confidence``, ``note``.

    Examples
    --------
    >>> table = sensitivity()
    >>> sorted(table.query("mutation == 'G2032R' and inhibitor == 'crizotinib'").ic50_nM.dropna())
    [254.0, 353.62]
    """
    return _table("sensitivity")


def calls() -> pd.DataFrame:
    """Resistant, intermediate or sensitive, per variant and inhibitor.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``mutation``, ``inhibitor``, ``call`` (R: fold >= 10 or stated
        resistant; I: 5-10; S: < 5 or stated active; ``S/I``, ``conflict``), ``evidence_calls``
        (one per source, ``;`` between them), ``folds``, ``ic50s_nM`` (text, nM), ``source``,
        ``source_id``, ``n_rows``.

    Examples
    --------
    >>> calls().query("call == 'conflict'")[["mutation", "inhibitor"]].values.tolist()
    [['F2004V', 'cabozantinib'], ['L2026M', 'lorlatinib']]
    """
    return _table("calls")


def inhibitors() -> pd.DataFrame:
    """Inhibitors of ROS1 and of its relatives, with their charge state at pH 7.4.

    Returns
    -------
    pandas.DataFrame
        One row per inhibitor: ``name``, ``synonyms`` (``; `` between them), ``generation``,
        ``binding_type``, ``macrocyclic`` (bool), ``fda_ros1``, ``nmpa_ros1``, ``smiles``
        (neutral), ``smiles_ph74`` (dominant state at pH 7.4), ``charge_ph74`` (e), ``pka``
        (missing where a rule decided), ``protonation_basis``, ``component`` (wwPDB code or ''),
        ``formula``, ``inchikey``, ``smiles_source``, ``source``, ``note``.

    Examples
    --------
    >>> table = inhibitors().set_index("name")
    >>> int(table.loc["crizotinib", "charge_ph74"]), int(table.loc["lorlatinib", "charge_ph74"])
    (1, 0)
    """
    return _table("inhibitors")


def components() -> pd.DataFrame:
    """Bond orders and charge state of inhibitors found in structures, by component code.

    Returns
    -------
    pandas.DataFrame
        One row per wwPDB component: ``component``, ``name`` (of the inhibitor, or the code
        again), ``smiles`` (neutral), ``smiles_ph74``, ``charge_ph74`` (e), ``pka``,
        ``protonation_basis``, ``inchikey``, ``ccd_name``, ``source``, ``note``.

    Examples
    --------
    >>> components().set_index("component").loc["AQ4", "name"]
    'erlotinib'
    """
    return _table("components")


def fusions() -> pd.DataFrame:
    """ROS1 fusions: partners, exons, what is kept.

    Returns
    -------
    pandas.DataFrame
        One row per fusion: ``fusion``, ``partner``, ``partner_exon`` (last), ``ros1_exon``
        (first; text where sources differ), ``domains_kept``, ``kinase_domain_kept`` (bool;
        missing where not given), ``frequency``, ``tested`` (in which system), ``consequence``
        (for inhibitors; '' where no source says), ``source``, ``confidence``, ``note``.

    Examples
    --------
    >>> fusions().set_index("partner").loc["EZR", ["partner_exon", "ros1_exon"]].tolist()
    ['10', '34']
    """
    return _table("fusions")


def clinical_rates() -> pd.DataFrame:
    """Response rates of patients whose tumour carries a resistance mutation.

    Returns
    -------
    pandas.DataFrame
        One row per cohort: ``mutation``, ``inhibitor``, ``setting``, ``responders``, ``n``
        (both missing where not reported), ``orr_percent`` (%), ``source``, ``confidence``.

    Examples
    --------
    >>> clinical_rates().query("inhibitor == 'repotrectinib'").orr_percent.tolist()
    [59.0]
    """
    return _table("clinical_rates")


def incidence() -> pd.DataFrame:
    """How common ROS1 fusions are, by population.

    Returns
    -------
    pandas.DataFrame
        One row per population: ``population``, ``frequency`` (text), ``percent`` (%; missing for
        a range), ``positive`` and ``n`` (counts), ``source``, ``source_id``, ``reading``,
        ``confidence``, ``note``. Reviews and unselected sequencing disagree; both stand.

    Examples
    --------
    >>> incidence().query("note.str.startswith('CONFLICT')").percent.tolist()
    [0.47]
    """
    return _table("incidence")


def mechanisms() -> pd.DataFrame:
    """Mechanisms of resistance, and how often they are found after which inhibitor.

    Returns
    -------
    pandas.DataFrame
        One row per mechanism and series: ``inhibitor`` (after which), ``setting``,
        ``mechanism``, ``category`` (on target, bypass, signalling, transformation, loss of
        fusion, CNS), ``frequency`` (text), ``percent`` (%), ``n``, ``evidence``, ``source``,
        ``source_id``, ``reading``, ``confidence``, ``note``.

    Examples
    --------
    >>> table = mechanisms().query("inhibitor == 'lorlatinib' and category == 'bypass'")
    >>> table["mechanism"].tolist()[:2], table["percent"].tolist()[:2]
    (['MET amplification', 'KRAS G12C'], [4.0, 4.0])
    """
    return _table("mechanisms")


def approvals() -> pd.DataFrame:
    """Approvals for ROS1-positive lung cancer, and inhibitors that have none.

    Returns
    -------
    pandas.DataFrame
        One row per inhibitor, agency and decision: ``inhibitor``, ``agency``, ``date`` (ISO, as
        far as known), ``status``, ``brand``, ``application``, ``indication``, ``line``, ``dose``,
        ``source``, ``source_id``, ``reading``, ``confidence``, ``note``.

    Examples
    --------
    >>> table = approvals().query("agency == 'FDA' and status == 'approved'")
    >>> dict(zip(table["inhibitor"], table["date"]))["repotrectinib"]
    '2023-11-15'
    """
    return _table("approvals")


def trials() -> pd.DataFrame:
    """Response, progression-free survival and response in the brain, by cohort.

    Returns
    -------
    pandas.DataFrame
        One row per cohort: ``inhibitor``, ``trial``, ``setting``, ``line``, ``mutation``
        (``G2032R`` or ''), ``responders``, ``n``, ``orr_percent``, ``orr_low``, ``orr_high`` (%,
        95 % interval), ``dor_months``, ``pfs_months``, ``pfs_low``, ``pfs_high`` (medians),
        ``intracranial_responders``, ``intracranial_n``, ``intracranial_orr_percent``, ``source``,
        ``source_id``, ``reading``, ``confidence``, ``note``. Cohorts differ: no comparison of
        inhibitors follows from rows of different trials.

    Examples
    --------
    >>> table = trials()
    >>> rows = table[(table["mutation"] == "G2032R") & (table["n"] == 17)]
    >>> rows[["inhibitor", "orr_percent"]].values.tolist()
    [['repotrectinib', 59.0]]
    """
    return _table("trials")


def options() -> pd.DataFrame:
    """List what was tried after what: reported, not recommended.

    Returns
    -------
    pandas.DataFrame
        One row per report: ``after`` (treatment before), ``mechanism`` (of the resistance),
        ``option``, ``result``, ``level`` (of evidence: trial, retrospective, case in a trial,
        case, cells), ``n``, ``source``, ``source_id``, ``reading``, ``confidence``, ``note``.

    Examples
    --------
    >>> options().query("mechanism == 'MET amplification'")["option"].tolist()
    ['lorlatinib with capmatinib']
    """
    return _table("options")


def affinities() -> pd.DataFrame:
    """Dissociation constants of wild-type kinases (Davis 2011, KINOMEscan).

    Returns
    -------
    pandas.DataFrame
        One row per kinase and inhibitor: ``kinase``, ``construct``, ``inhibitor``, ``kd_nM``
        (nM), ``source``, ``note``.

    Examples
    --------
    >>> affinities().query("kinase == 'ROS1' and inhibitor == 'crizotinib'").kd_nM.tolist()
    [4.1]
    """
    return _table("affinities")


def sources() -> pd.DataFrame:
    """Bibliography of the tables.

    Returns
    -------
    pandas.DataFrame
        One row per source: ``key``, ``citation``, ``id`` (DOI, PMID or address), ``access``
        (what of it was read).

    Examples
    --------
    >>> sources().set_index("key").loc["LIN21", "citation"]
    'Lin 2021 Clin Cancer Res 27:2899'
    """
    return _table("sources")


def klifs_pocket() -> pd.DataFrame:
    """KLIFS pocket positions, all 85, in six kinases.

    Returns
    -------
    pandas.DataFrame
        One row per position: ``klifs_index`` (1-85), ``klifs_label``, ``region``, then ``ROS1``,
        ``ALK``, ``NTRK1``, ``NTRK2``, ``NTRK3``, ``MET`` (residue as letter and UniProt number,
        '' for a gap), ``role``.

    Examples
    --------
    >>> klifs_pocket().set_index("ROS1").loc["G2032", ["klifs_label", "ALK"]].tolist()
    ['linker:51', 'G1202']
    """
    return _table("klifs_pocket")


def kinase_alignment() -> pd.DataFrame:
    """Columns of the alignment of six kinase domains to ROS1 1945-2217.

    Returns
    -------
    pandas.DataFrame
        One row per ROS1 residue: ``ROS1``, ``ALK``, ``NTRK1``, ``NTRK2``, ``NTRK3``, ``MET``
        (letter and UniProt number, '' for a gap), ``klifs_label`` ('' outside the pocket).

    Examples
    --------
    >>> kinase_alignment().set_index("ROS1").loc["L2155", "ALK"]
    'F1323'
    """
    return _table("kinase_alignment")


def ros1_sequence() -> str:
    """Return the sequence of human ROS1, UniProt P08922.

    Returns
    -------
    str
        2347 letters; residue n is at index n - 1.

    Examples
    --------
    >>> ros1_sequence()[2032 - 1]
    'G'
    """
    lines = _file("uniprot_P08922.fasta").splitlines()
    return "".join(line.strip() for line in lines if not line.startswith(">"))


def _table(name: str) -> pd.DataFrame:
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    import pandas as pd

    with (files("ros1struct") / "data" / f"{name}.csv").open(encoding="utf-8") as handle:
        table = pd.read_csv(handle, dtype=str, keep_default_na=False)
    for column in table.columns:
        if column in (*_INTEGERS, *_NUMBERS):
            numbers = pd.to_numeric(table[column].mask(table[column] == ""))
            if column in _NUMBERS:
                table[column] = numbers.astype("float64")
            else:
                table[column] = numbers.astype("Int64" if numbers.isna().any() else "int64")
        elif column in _FLAGS:
            known = table[column].map({"True": True, "False": False})
            table[column] = known.astype("boolean" if known.isna().any() else bool)
    return table


def _file(name: str) -> str:
    return (files("ros1struct") / "data" / name).read_text(encoding="utf-8")
