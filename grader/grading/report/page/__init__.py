"""A report as one HTML page: no script, no other file, no network.

Names of learners, files and mistakes come from submissions: the template escapes all
that it is given, and the page forbids the browser to run or load anything.
"""
