"""Where are we going?

Nouns: Need, Trend, Rating, Goal, Indicator, Measurement, FiledReport, Canvas, Note, Assumption, Review, Dossier,
Evidence, Step.
Verbs: hear, merge, rate, set, measure, file, restate, sketch, test, review, prove, do.
May import: finance, surveys, directory, core and algorithms.
"""
