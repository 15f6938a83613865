"""What other programs read of reports: one module a format, each with `write(results) -> str`."""
