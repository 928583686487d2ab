"""Shell scripts: text in, syntax tree with offsets out."""
