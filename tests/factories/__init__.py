"""Objects for tests, made with as few words as possible."""
