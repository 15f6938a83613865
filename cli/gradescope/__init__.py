"""An autograder for Gradescope: the zip that an instructor uploads, and what runs in it."""
