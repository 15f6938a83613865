"""The room of those who teach a course."""
