"""What the inhibitor is: bond orders, charges, protonation, from the built-in table or a SMILES."""
