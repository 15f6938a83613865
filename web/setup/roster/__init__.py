"""Who is in a course, by a table: read, compared with who is there, looked at, and only then applied."""
