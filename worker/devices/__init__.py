"""The GPU of this machine: found, lent to one box at a time, cleaned between two. Not imported where none is lent."""
