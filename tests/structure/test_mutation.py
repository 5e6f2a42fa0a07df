import pytest
from hypothesis import given
from hypothesis import strategies as st

from ros1struct.errors import InputError
from ros1struct.structure.mutation import (
    AMINO_ACIDS,
    Mutation,
    Substitution,
    parse_mutation,
    parse_mutations,
)

LONG = {
    "A": "Ala", "C": "Cys", "D": "Asp", "E": "Glu", "F": "Phe", "G": "Gly", "H": "His",
    "I": "Ile", "K": "Lys", "L": "Leu", "M": "Met", "N": "Asn", "P": "Pro", "Q": "Gln",
    "R": "Arg", "S": "Ser", "T": "Thr", "V": "Val", "W": "Trp", "Y": "Tyr",
}  # fmt: skip

substitutions = st.tuples(
    st.permutations(AMINO_ACIDS).map(lambda letters: letters[:2]), st.integers(1, 99_999)
).map(lambda parts: Substitution(parts[0][0], parts[1], parts[0][1]))
mutations = st.builds(
    Mutation,
    st.lists(substitutions, min_size=1, max_size=4, unique_by=lambda s: s.position).map(tuple),
    st.sampled_from([None, "ROS1", "ALK", "NTRK1", "MET"]),
)


@given(mutations)
def test_parse_reads_what_print_wrote(mutation):
    assert parse_mutation(str(mutation)) == mutation
    assert str(parse_mutation(str(mutation))) == str(mutation)


@given(mutations)
def test_long_and_prefixed_forms_mean_the_same(mutation):
    gene = f"{mutation.gene} " if mutation.gene else ""
    long = "/".join(f"{LONG[s.wild_type]}{s.position}{LONG[s.mutant]}" for s in mutation)
    assert parse_mutation(f"{gene}p.{long}") == mutation
    assert parse_mutation(f"{gene}p.{mutation.change}") == mutation


@given(st.text(alphabet="GgRrKBXZ*p. /,ROS1al2032yAg\n0", max_size=24))
def test_any_text_is_either_canonical_or_refused_as_bad_input(text):
    try:
        mutation = parse_mutation(text)
    except InputError:
        return
    assert parse_mutation(str(mutation)) == mutation


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("G2032R", "G2032R"),
        ("p.G2032R", "G2032R"),
        ("p.Gly2032Arg", "G2032R"),
        ("ROS1 p.G2032R", "ROS1 G2032R"),
        ("ROS1 G2032R", "ROS1 G2032R"),
        ("S1986F/L2000V", "S1986F/L2000V"),
        ("L2000V/S1986F", "L2000V/S1986F"),  # as written, not sorted
        ("ROS1 p.Ser1986Phe/Leu2000Val", "ROS1 S1986F/L2000V"),
    ],
)
def test_accepted_forms_print_canonically(text, printed):
    assert str(parse_mutation(text)) == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "found nothing"),
        (" ", "found ' '"),
        ("G2032G", "G2032G: synonymous"),
        ("p.Gly2032Gly", "G2032G: synonymous"),
        ("G2032B", "'B' is not one of the 20 amino acids"),
        ("G2032X", "'X' is not one of the 20 amino acids"),
        ("Z2032G", "'Z' is not one of the 20 amino acids"),
        ("p.Gly2032Ter", "'Ter' is not one of the 20 amino acids"),
        ("G2032*", r"'G2032\*' \(a stop"),
        ("G2032fs", "found 'G2032fs'"),
        ("G2032del", "found 'G2032del'"),
        ("G2032", "found 'G2032'"),
        ("2032R", "found '2032R'"),
        ("G0R", "found 'G0R'"),
        ("G02032R", "found 'G02032R'"),
        ("G-2032R", "found 'G-2032R'"),
        ("G123456R", "found 'G123456R'"),
        ("G\uff12\uff10\uff13\uff12R", "expected a substitution"),  # full-width digits
        ("g2032r", "found 'g2032r'; write G2032R$"),
        ("G2032r", "found 'G2032r'; write G2032R$"),
        ("p.gly2032arg", "; write G2032R$"),
        ("ros1 p.GLY2032ARG", "; write ROS1 G2032R$"),
        (" G2032R", "; write G2032R$"),
        ("G2032R ", "; write G2032R$"),
        ("ROS1 G2032R L2026M", "found 'ROS1 G2032R L2026M'$"),
        ("G2032R\n", "; write G2032R$"),
        ("ROS1  G2032R", "; write ROS1 G2032R$"),
        ("Gly2032R", "mixes one- and three-letter names"),
        ("p.(Gly2032Arg)", r"found '\(Gly2032Arg\)'"),
        ("G2032R/G2032K", "position 2032 occurs twice"),
        ("G2032R/G2032R", "position 2032 occurs twice"),
        ("G2032R/", "found '' in 'G2032R/'"),
        ("G2032R//L2026M", "found '' in"),
        ("G2032R,L2026M", "found 'G2032R,L2026M'"),
        ("G2032R L2026M", "write G2032R/L2026M for a compound mutation"),
        ("ROS1-G2032R", "found 'ROS1-G2032R'"),
        ("WT", "found 'WT'"),
    ],
)
def test_refused_with_the_reason(text, message):
    with pytest.raises(InputError, match=message):
        parse_mutation(text)


def test_no_suggestion_where_the_repaired_text_is_wrong_too():
    with pytest.raises(InputError, match=r"found 'g2032g'$"):
        parse_mutation("g2032g")


def test_a_compound_knows_it_and_iterates_in_order():
    compound = parse_mutation("S1986F/G2032R/L2086F")
    assert compound.is_compound
    assert len(compound) == 3
    assert [(s.wild_type, s.position, s.mutant) for s in compound] == [
        ("S", 1986, "F"),
        ("G", 2032, "R"),
        ("L", 2086, "F"),
    ]
    assert not parse_mutation("G2032R").is_compound


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Substitution("g", 2032, "R"), "'g' is not one"),
        (lambda: Substitution("", 2032, "R"), "'' is not one"),
        (lambda: Substitution("GR", 2032, "R"), "'GR' is not one"),
        (lambda: Substitution("G", 0, "R"), "position of 1 or more"),
        (lambda: Mutation(()), "found none"),
        (lambda: Mutation((Substitution("G", 1, "R"),), "ros1"), "gene symbol .* 'ros1'"),
        (lambda: Mutation((Substitution("G", 1, "R"),), ""), "gene symbol .* ''"),
    ],
)
def test_an_invalid_mutation_cannot_be_made(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_mutations_are_frozen_and_hashable():
    mutation = parse_mutation("G2032R")
    assert {mutation: 1}[parse_mutation("p.Gly2032Arg")] == 1
    with pytest.raises(AttributeError, match=r"cannot assign|frozen"):
        mutation.gene = "ALK"


def test_several_from_text():
    assert [str(m) for m in parse_mutations("G2032R,L2026M, S1986F/L2000V")] == [
        "G2032R",
        "L2026M",
        "S1986F/L2000V",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "^item 1: .* found nothing"),
        ("G2032R,", "^item 2: .* found nothing"),
        ("G2032R,L2026", "^item 2: .* found 'L2026'"),
        ("G2032R,p.Gly2032Arg", "^item 2: G2032R was already given .item 1."),
    ],
)
def test_several_from_text_name_the_item_that_is_wrong(text, message):
    with pytest.raises(InputError, match=message):
        parse_mutations(text)


def test_several_from_a_file(tmp_path):
    path = tmp_path / "mutations.txt"
    path.write_bytes(
        b"\xef\xbb\xbf# post-crizotinib\r\nG2032R  # solvent front\r\n\r\np.Leu2026Met"
    )
    assert [str(m) for m in parse_mutations(path)] == ["G2032R", "L2026M"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"G2032R\n# fine\n\nL2026\n", "mutations.txt, line 4: .* found 'L2026'"),
        (b"G2032R\nG2032R\n", "line 2: G2032R was already given .*line 1"),
        (b"G2032R,L2026M\n", "line 1: .* found 'G2032R,L2026M'"),
        (b"# nothing\n\n", "mutations.txt: expected one mutation per line, found none"),
        (b"\xff\xfe\x00", "mutations.txt: expected a UTF-8 text file"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path, content, message):
    path = tmp_path / "mutations.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        parse_mutations(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"absent\.txt: expected a UTF-8 text file"):
        parse_mutations(tmp_path / "absent.txt")


def test_a_str_is_never_a_file_name(tmp_path, monkeypatch):
    (tmp_path / "list").write_text("G2032R\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="found 'list'"):
        parse_mutations("list")


def test_a_compound_is_the_same_in_either_order():
    one, other = parse_mutation("ROS1 L2000V/S1986F"), parse_mutation("ROS1 S1986F/L2000V")
    assert one != other
    assert one.in_order == other.in_order == other
    assert str(one) == "ROS1 L2000V/S1986F"
    with pytest.raises(InputError, match=r"item 2: L2000V/S1986F was already given \(item 1\)"):
        parse_mutations("S1986F/L2000V,L2000V/S1986F")
