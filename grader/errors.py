"""Faults that are not the student's."""


class ExerciseError(Exception):
    """The exercise itself is wrong: its reference raised, its sheet cannot be read, a text is missing."""


class DeviceLost(Exception):
    """The device that a request asks for cannot be had, or was lost before any of the student's code ran."""
