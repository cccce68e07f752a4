"""A small model server with TensorFlow Serving's REST paths, and clients that load it.

``python -m grader.production.serving MODEL`` serves the versions of one model, which
are folders such as MODEL/1 and MODEL/2. A notebook starts it by ``running.Server``.
"""
