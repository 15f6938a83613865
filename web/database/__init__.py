"""The truth: who is in which course, what was handed in, and what it earned."""
