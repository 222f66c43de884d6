"""The door for people: pages. Doors never decide: they parse, call one action or query, and render."""
