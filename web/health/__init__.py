"""Whether the site lives and is ready, and its numbers for Prometheus."""
