"""From what a file or another program's object holds to residues and atoms."""
