"""Classes of attacks by construction: each test walks over every address that there is."""
