"""What comes from the wwPDB: deposited entries over the network, and its component dictionary."""
