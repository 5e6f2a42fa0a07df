"""What a file is held against before it is believed: sizes, numbers, the graph of a molecule."""
