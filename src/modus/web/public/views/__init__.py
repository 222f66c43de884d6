"""Pages that everybody may open, and the registration that needs an account."""
