"""Drills: what is promised for the day on which something breaks, done on purpose and counted."""
