"""The door for machines: JSON through the same actions and queries, with the same two errors as 403 and 422.

Every operation declares whom it is for and to which area it belongs; a token opens what its scope and its person's
rights of the moment have in common.
"""
