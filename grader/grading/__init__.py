"""The class's road: nbgrader, extended at its own extension points.

``nbgrader_config.py`` names the preprocessors and the export plugin of this
package, so that ``course grade``, ``nbgrader autograde`` and formgrader's button
all grade alike. Marks live in nbgrader's gradebook and nowhere else; verdicts live
in the metadata of the autograded notebooks.
"""
