"""Who should meet whom?

Nouns: Suggestion, MeetingRequest, Timetable, Appointment, Introduction, Outcome.
Verbs: suggest, ask, accept, decline, schedule, lock, move, introduce, rate.
May import: opportunities, events and all below; academy stands beside it, unseen.
"""
