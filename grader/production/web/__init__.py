"""One model in three runtimes of the browser, on a page that needs no network."""

from grader.production.web.digits import write_digits
from grader.production.web.showing import page
from grader.production.web.tfjs import write_tfjs

__all__ = ["page", "write_digits", "write_tfjs"]
