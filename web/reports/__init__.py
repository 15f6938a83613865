"""A report as HTML: the same for the site and for the page of `grader check --html`. Knows no Flask."""
