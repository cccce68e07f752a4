"""The layers of isolation, one module each, and the terms they share."""
