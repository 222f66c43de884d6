"""One file per command; each calls one or a few actions and decides nothing."""
