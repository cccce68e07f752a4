"""nbgrader, extended at its extension points, and the settings that name all of it."""
