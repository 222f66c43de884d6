"""What do we need and offer?

Nouns: Offer, Request, PartnerSearch, Challenge, Placement (talent), FundingCall, Partnership; Interest, Answer.
Verbs: post, renew, withdraw, show interest, answer, evaluate, award, place, agree.
May import: strategy, finance, surveys, directory, core and algorithms; events stands beside it, unseen.
"""
