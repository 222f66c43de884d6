"""Whom do we tell?

Nouns: Newsletter, Digest, Subscription, Article, Campaign link.
Verbs: write, segment, send, subscribe, unsubscribe, publish, follow.
May import: academy, matchmaking and all below.
"""
