"""Configuration: one settings file, its environment readers, the URL table and the server's entry point."""
