"""The command line on deposited files."""

from ros1struct import cli


def test_distances_are_told_beside_author_numbers(shared, capsys):
    path = shared / "structures" / "test_only" / "xray" / "1M17.pdb"
    assert cli.main(["interactions", str(path), "--quiet"]) == 0
    head = capsys.readouterr().out.splitlines()[0].split()
    assert head[:3] == ["residue", "author_residue", "klifs"]
    assert "distance" in head
