"""The JSON interface for programs, under /api/v1: what it is made of, and how it is put into the site."""
