"""What the command does at a course's service: sign in, hand in, wait, and read the report."""
