"""Faults that are not the student's."""


class ExerciseError(Exception):
    """The exercise itself is wrong: its reference raised, its sheet cannot be read, a text is missing."""
