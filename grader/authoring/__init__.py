"""The authors' half: builds notebooks and exercises from texts, and proves them.

``build``   sources/ → notebooks/ (executed), solutions/, exercises/, docs/claims.md
``verify``  tests that every exercise tells right from wrong (``course check``)
``lessons`` runs every lesson and every solution in every track
``gpu``     tests lessons and exercises on a GPU

``texts`` reads what authors write, ``claims`` what lessons state, ``proving`` tries
exercises, and ``running`` runs notebooks.
"""
