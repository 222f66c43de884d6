"""Drills: faults made on purpose, beside the installation and never in it, each of which prints its figures."""
