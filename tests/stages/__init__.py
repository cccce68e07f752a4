"""What ``make test`` runs, one stage after the other; ``make quick`` picks from it."""
