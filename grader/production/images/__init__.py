"""Images that run the course anywhere: a file for each framework, and for both.

``python -m grader.production.images torch-cpu``, or ``make image IMAGE=torch-cpu``,
builds one with buildah, podman or docker, from a checkout.
"""
