"""Account pages: sign in and out, passwords, the own person."""
