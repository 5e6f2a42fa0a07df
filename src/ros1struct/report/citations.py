"""What to cite: the package, the data that it carries, its methods and its software."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ros1struct import __version__
from ros1struct.arguments import checked
from ros1struct.errors import InputError, did_you_mean
from ros1struct.kinome import literature

if TYPE_CHECKING:
    import pandas as pd

FORMS = ("text", "bibtex")


@dataclass(frozen=True)
class Reference:
    """A publication, or a program.

    Attributes
    ----------
    key : str
        Of its BibTeX entry.
    authors : str
        Separated by commas, family name first.
    title, journal, year, volume, pages, doi, url : str
        Empty where there is none.
    """

    key: str
    authors: str
    title: str
    journal: str
    year: str
    volume: str = ""
    pages: str = ""
    doi: str = ""
    url: str = ""

    @property
    def text(self) -> str:
        """One line, its DOI last."""
        place = f"{self.volume}:{self.pages}" if self.volume and self.pages else self.pages
        said = f"{self.authors}. {self.title}. {self.journal} {self.year}"
        said += f", {place}." if place else "."
        return (
            said + (f" {self.url}" if self.url else "") + (f" doi:{self.doi}" if self.doi else "")
        )

    @property
    def bibtex(self) -> str:
        """BibTeX entry."""
        fields = {
            "author": " and ".join(_family_first(a) for a in self.authors.split(", ")),
            "title": f"{{{self.title}}}",
            "journal" if self.volume else "howpublished": self.journal,
            "year": self.year,
            "volume": self.volume,
            "pages": self.pages.replace("-", "--"),
            "doi": self.doi,
            "url": self.url,
        }
        return _entry("article" if self.volume else "misc", self.key, fields)


#: What the methods are taken from, in the order in which the report names them.
METHODS = (
    Reference(
        "shapovalov2011", "Shapovalov MV, Dunbrack RL",
        "A smoothed backbone-dependent rotamer library for proteins derived from adaptive kernel "
        "density estimates and regressions",
        "Structure", "2011", "19", "844-858", "10.1016/j.str.2011.03.019",
    ),
    Reference(
        "tsai1999", "Tsai J, Taylor R, Chothia C, Gerstein M",
        "The packing density in proteins: standard radii and volumes",
        "J Mol Biol", "1999", "290", "253-266", "10.1006/jmbi.1999.2829",
    ),
    Reference(
        "meng2023", "Meng EC, Goddard TD, Pettersen EF, Couch GS, Pearson ZJ, Morris JH, Ferrin TE",
        "UCSF ChimeraX: tools for structure building and analysis",
        "Protein Sci", "2023", "32", "e4792", "10.1002/pro.4792",
    ),
    Reference(
        "kanev2021", "Kanev GK, de Graaf C, Westerman BA, de Esch IJP, Kooistra AJ",
        "KLIFS: an overhaul after the first 5 years of supporting kinase research",
        "Nucleic Acids Res", "2021", "49", "D562-D569", "10.1093/nar/gkaa895",
    ),
    Reference(
        "bouysset2021", "Bouysset C, Fiorucci S",
        "ProLIF: a library to encode molecular interactions as fingerprints",
        "J Cheminform", "2021", "13", "72", "10.1186/s13321-021-00548-6",
    ),
    Reference(
        "jorgensen1988", "Jorgensen WL, Tirado-Rives J",
        "The OPLS potential functions for proteins: energy minimizations for crystals of cyclic "
        "peptides and crambin",
        "J Am Chem Soc", "1988", "110", "1657-1666", "10.1021/ja00214a001",
    ),
    Reference(
        "dahiyat1997", "Dahiyat BI, Gordon DB, Mayo SL",
        "Automated design of the surface positions of protein helices",
        "Protein Sci", "1997", "6", "1333-1337", "10.1002/pro.5560060622",
    ),
    Reference(
        "lazaridis1999", "Lazaridis T, Karplus M",
        "Effective energy function for proteins in solution",
        "Proteins", "1999", "35", "133-152",
        "10.1002/(SICI)1097-0134(19990501)35:2<133::AID-PROT1>3.0.CO;2-N",
    ),
    Reference(
        "fauchere1983", "Fauchère J-L, Pliska V",
        "Hydrophobic parameters π of amino-acid side chains from the partitioning of "
        "N-acetyl-amino-acid amides",
        "Eur J Med Chem", "1983", "18", "369-375",
    ),
    Reference(
        "modi2019", "Modi V, Dunbrack RL",
        "Defining a new nomenclature for the structures of active and inactive kinases",
        "Proc Natl Acad Sci USA", "2019", "116", "6818-6827", "10.1073/pnas.1814279116",
    ),
)  # fmt: skip
DATA = (
    Reference(
        "berman2003", "Berman H, Henrick K, Nakamura H",
        "Announcing the worldwide Protein Data Bank",
        "Nat Struct Biol", "2003", "10", "980", "10.1038/nsb1203-980",
    ),
    Reference(
        "uniprot2023", "The UniProt Consortium",
        "UniProt: the Universal Protein Knowledgebase in 2023",
        "Nucleic Acids Res", "2023", "51", "D523-D531", "10.1093/nar/gkac1052",
    ),
)  # fmt: skip
SOFTWARE = (
    Reference(
        "rego2015", "Rego N, Koes D", "3Dmol.js: molecular visualization with WebGL",
        "Bioinformatics", "2015", "31", "1322-1324", "10.1093/bioinformatics/btu829",
    ),
    Reference(
        "landrum", "Landrum G", "RDKit: open-source cheminformatics", "Zenodo", "2025",
        doi="10.5281/zenodo.591637", url="https://www.rdkit.org",
    ),
    Reference(
        "wojdyr2022", "Wojdyr M", "GEMMI: a library for structural biology",
        "J Open Source Softw", "2022", "7", "4200", "10.21105/joss.04200",
    ),
    Reference(
        "mcgibbon2015",
        "McGibbon RT, Beauchamp KA, Harrigan MP, Klein C, Swails JM, Hernandez CX, Schwantes CR, "
        "Wang LP, Lane TJ, Pande VS",
        "MDTraj: a modern open library for the analysis of molecular dynamics trajectories",
        "Biophys J", "2015", "109", "1528-1532", "10.1016/j.bpj.2015.08.015",
    ),
    Reference(
        "cock2009",
        "Cock PJA, Antao T, Chang JT, Chapman BA, Cox CJ, Dalke A, Friedberg I, Hamelryck T, "
        "Kauff F, Wilczynski B, de Hoon MJL",
        "Biopython: freely available Python tools for computational molecular biology and "
        "bioinformatics",
        "Bioinformatics", "2009", "25", "1422-1423", "10.1093/bioinformatics/btp163",
    ),
    Reference(
        "harris2020", "Harris CR, Millman KJ, van der Walt SJ, others", "Array programming with "
        "NumPy", "Nature", "2020", "585", "357-362", "10.1038/s41586-020-2649-2",
    ),
    Reference(
        "virtanen2020", "Virtanen P, Gommers R, Oliphant TE, others",
        "SciPy 1.0: fundamental algorithms for scientific computing in Python",
        "Nat Methods", "2020", "17", "261-272", "10.1038/s41592-019-0686-2",
    ),
    Reference(
        "mckinney2010", "McKinney W", "Data structures for statistical computing in Python",
        "Proceedings of the 9th Python in Science Conference", "2010", pages="56-61",
        doi="10.25080/Majora-92bf1922-00a",
    ),
    Reference(
        "hunter2007", "Hunter JD", "Matplotlib: a 2D graphics environment",
        "Comput Sci Eng", "2007", "9", "90-95", "10.1109/MCSE.2007.55",
    ),
)  # fmt: skip


@checked
def cite(form: str = "text") -> str:
    """Say what to cite: this package, the methods, the data and the software it stands on.

    Parameters
    ----------
    form : {"text", "bibtex"}
        A list for reading, or BibTeX entries.

    Returns
    -------
    str
        The literature behind the tables of :mod:`ros1struct.kinome.literature` comes last.

    Raises
    ------
    InputError
        If there is no such form.

    Examples
    --------
    >>> print(cite().splitlines()[2])  # doctest: +ELLIPSIS
    The ros1struct developers. ros1struct: which inhibitor still fits which ROS1 mutant. Version ...
    >>> "@article{shapovalov2011," in cite("bibtex")
    True
    """
    if form not in FORMS:
        hint = did_you_mean(form, FORMS)
        raise InputError(f"citations come as {' or '.join(FORMS)}, found {form!r}.{hint}")
    own = Reference(
        "ros1struct",
        "The ros1struct developers",
        "ros1struct: which inhibitor still fits which ROS1 mutant",
        f"Version {__version__}.",
        "2026",
    )
    parts = {
        "The package": (own,),
        "Methods": METHODS,
        "Structures and sequences": DATA,
        "Software": SOFTWARE,
    }
    if form == "bibtex":
        entries = [r.bibtex for references in parts.values() for r in references]
        return "\n".join([*entries, *_literature_bibtex()])
    blocks = [
        f"{title}\n\n" + "".join(f"{reference.text}\n" for reference in references)
        for title, references in parts.items()
    ]
    return "\n".join([*blocks, "Literature behind the reported responses\n\n" + _literature_text()])


def split_doi(line: str) -> tuple[str, str]:
    """Split a line of a reference into what it says and the DOI at its end; '' for none.

    Examples
    --------
    >>> split_doi("Modi 2019. doi:10.1073/pnas.1814279116")
    ('Modi 2019.', '10.1073/pnas.1814279116')
    """
    found = re.fullmatch(r"(.*?)\s*doi:(10\.\d{4,9}/[^\s\"']+)", line)
    return (found[1], found[2]) if found else (line, "")


def _family_first(author: str) -> str:
    """Turn "Dunbrack RL" into "Dunbrack, R. L.", and leave a group of people together."""
    family, _, initials = author.rpartition(" ")
    if author == "others":
        return author
    if not re.fullmatch(r"[A-Z]{1,3}", initials):
        return f"{{{author}}}"
    return f"{family}, {' '.join(f'{letter}.' for letter in initials)}"


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _behind_responses() -> pd.DataFrame:
    """Pick the sources of responses and affinities, not those of the story's tables."""
    mutations = literature.mutations()
    texts = [*literature.sensitivity()["source"], *mutations["source"][mutations["reported"]]]
    cited = {part for text in texts for part in text.split(" | ")}
    affinities = " ".join(literature.affinities()["source"].unique())
    table = literature.sources()
    return table[table["citation"].isin(cited) | table["id"].map(lambda i: i in affinities)]


def _literature_text() -> str:
    table = _behind_responses()
    return "".join(f"{row.citation}. {row.id}\n" for row in table.itertuples())


def _literature_bibtex() -> Iterable[str]:
    for row in _behind_responses().itertuples():
        ids = [part.strip() for part in str(row.id).split(";")]
        doi = next((part for part in ids if part.startswith("10.")), "")
        rest = "; ".join(part for part in ids if part and part != doi)
        note = re.sub(r"([&%$#_])", r"\\\1", f"{row.citation}. {rest}".strip())
        yield _entry("misc", str(row.key), {"note": note, "doi": doi})
