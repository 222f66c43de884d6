"""What does it add up to?

Nouns: nothing of its own but stored Snapshots: it reads all and changes nothing.
Verbs: take, compare, explain.
May import: every room, core and algorithms.
"""
