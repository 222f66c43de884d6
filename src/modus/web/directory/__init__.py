"""The space of a cluster: home, members, people, settings."""
