"""Calculation in plain Python: no Django, no files, no clock; every source is named."""
