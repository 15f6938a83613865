"""The portal: courses, exercises, handing in, reports."""
