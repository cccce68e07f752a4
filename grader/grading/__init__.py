"""The class's road: nbgrader, extended at its own extension points.

``commands`` has what ``course`` calls, ``cohort`` a class, and ``pipeline`` the way of
its submissions: ``intake`` reads what was handed in, ``work`` and ``run`` run it, and
``place`` is the course folder with its gradebook. ``markup`` makes pages harmless, and
``report`` tells what came of it.

Each course's ``nbgrader_config.py`` asks for the settings in ``plugins``, which name
what else is there, so that ``course grade``, ``nbgrader autograde`` and formgrader's
button all grade alike. Marks live in nbgrader's gradebook and nowhere else; verdicts
live in the metadata of the autograded notebooks.
"""
