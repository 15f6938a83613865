"""The class at a glance: what needs a teacher today, and how everybody gets on with each exercise."""
