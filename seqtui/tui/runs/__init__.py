"""All runs: the table, overlays, the trash."""
