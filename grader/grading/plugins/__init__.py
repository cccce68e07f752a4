"""What ``nbgrader_config.py`` names: nbgrader, extended at its extension points."""
