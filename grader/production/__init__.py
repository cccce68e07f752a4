"""What the lessons on production run outside of a notebook.

One folder for each: a page for the browser, classes in Java, servers and their load,
tables of runs, and files that build images. Each is small enough to read in a lesson.
"""
