"""`grader regrade`: what a change of an exercise would do to the scores of submissions that are stored in a folder."""
