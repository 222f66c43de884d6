"""What do we ask, and what do we hear?

Nouns: Questionnaire, Question, Wave, Invitation, Response, Instrument (a questionnaire with scores and thresholds),
Assessment.
Verbs: draft, open, invite, answer, sign off, remind, close, assess.
May import: directory, core and algorithms.
"""
