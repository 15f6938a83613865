"""The gradebook: what counts of every student, by which steps, and the columns that people fill in themselves."""
