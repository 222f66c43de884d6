"""One file per measured promise; each prints its figures beside what they are compared with."""
