"""Public pages: the network, its directory, profiles, open data, passports."""
