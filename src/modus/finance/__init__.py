"""What do we live on?

Nouns: Service, FeeRule, Invoice, BudgetLine, Income, Scenario.
Verbs: offer, set, invoice, settle, remind, budget, record, compare.
May import: surveys, directory, core and algorithms.
"""
