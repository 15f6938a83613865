"""What a student has in a course where categories of exercises weigh differently, and how that comes about."""
