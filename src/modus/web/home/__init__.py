"""Home and search of whoever is signed in."""
