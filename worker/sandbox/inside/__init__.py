"""The only code of ours that is mounted in the box. Imports nothing of ours from outside."""
