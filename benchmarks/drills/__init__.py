"""Drills: long experiments with faults, each of which prints what came of it."""
