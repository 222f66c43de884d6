"""Views of the account pages, one file for each thing that people do with their account."""
