"""Where labels, residues and formula stand in a figure, and the marks that it is drawn with."""
