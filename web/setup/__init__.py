"""The room in which a course is set up: its rules, its exercises and their dates, and who is in it."""
