"""A made-up class to look at the dashboard with: `python -m web.crowd`. The same seed makes the same class."""
