"""Regrades: all work of an exercise judged again in the background, seen by staff until somebody publishes it.

Each submission has a shadow with a ticket of its own, under which the recorder takes the report. The submission's row
and what is shown of it stay as they are until `settling.publish` moves all of them to the new grades at once.
"""
