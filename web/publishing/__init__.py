"""Exercises that instructors publish by program."""
