"""The page helpers, each piece built once: rendering, audiences, tables, filters, charts, map."""
