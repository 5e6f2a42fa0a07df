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

_INTEGERS = ("position", "n_rows", "responders", "n", "klifs_index", "charge_ph74")
_NUMBERS = ("ic50_nM", "sd_nM", "fold_vs_wt", "kd_nM", "orr_percent", "pka")
_FLAGS = ("macrocyclic", "kinase_domain_kept")


def mutations() -> pd.DataFrame:
    """ROS1 resistance mutations: 25 single, 4 compound.

    Returns
    -------
    pandas.DataFrame
        One row per mutation: ``mutation``, ``position`` (UniProt P08922; missing for compounds),
        ``wild_type``, ``mutant``, ``region``, ``klifs_label`` ('' outside the 85 positions),
        ``ALK`` and ``NTRK1`` (equivalent residues), ``proposed_mechanism``, ``geometric_claim``
        (a key of SCOPE), ``resistant_inhibitors``, ``active_inhibitors``, ``evidence``,
        ``source``, ``source_id``, ``confidence``, ``note``.

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
        (first; text where sources differ), ``domains_kept``, ``kinase_domain_kept`` (bool),
        ``frequency``, ``tested`` (in which system), ``source``, ``confidence``, ``note``.

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
            table[column] = (table[column] == "True").astype(bool)
    return table


def _file(name: str) -> str:
    return (files("ros1struct") / "data" / name).read_text(encoding="utf-8")
