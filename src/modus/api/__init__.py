"""The door for machines: JSON through the same actions and queries, with the same two errors as 403 and 422.

The open data of the public directory is a public page (web/public); reading and writing for everything comes here.
"""
