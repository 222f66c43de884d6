"""The editor of a profile, for whoever speaks for its organisation."""
