"""The authors' half: text sources to notebooks to exercises, and their proofs.

``build``   sources/ → notebooks/ (executed), solutions/, exercises/, docs/claims.md
``verify``  every exercise tells right answers from mistakes (``course check``)
``lessons`` every lesson and every solution runs in every track
``gpu``     both of them hold on a GPU

``texts`` reads what authors write, ``claims`` what lessons state, ``proving`` tries
exercises, and ``running`` runs notebooks.
"""
