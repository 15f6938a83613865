"""The command `grader`: it assembles the judge, the exercises and the box."""
