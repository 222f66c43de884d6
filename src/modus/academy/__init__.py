"""What do we learn?

Nouns: Edition, Application, Selection, Cohort, Homework, Certificate, Practice, AdoptionReport.
Verbs: announce, apply, review, select, hand in, comment, certify, revoke, adopt.
May import: opportunities, events and all below; matchmaking stands beside it, unseen.
"""
