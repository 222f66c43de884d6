"""When do we meet?

Nouns: Event, Segment, Session, Registration, Place on the waiting list, Attendance, Feedback.
Verbs: plan, publish, register, offer, cancel, check in, attend, thank.
May import: strategy, finance, surveys, directory, core and algorithms; opportunities stands beside it, unseen.
"""
