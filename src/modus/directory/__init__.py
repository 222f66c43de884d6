"""Who are we?

Nouns: Network, Cluster, Organisation, Person, Membership, Position, Profile, RuleSet, ValidationResult, Waiver,
JoinRequest, Taxonomy, SavedView.
Verbs: found, admit, end, reinstate, appoint, hand over, save, submit, ask for changes, publish, accept as candidate,
confirm, withdraw, waive, check, claim, join, import.
May import: core and algorithms.
"""
