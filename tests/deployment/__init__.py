"""The examples of the administrator guide, started for real."""
