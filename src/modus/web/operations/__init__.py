"""Pages for those who keep the site running: whether it lives, what it does, and whom to tell of a weakness."""
