"""Drills: what takes too long for every test run, each with a number at the end."""
