"""A whole course as one archive: written as a stream, checked before it is believed, and read into a new course."""
