"""Shows a figure together with its text alternative, for those who can't see it."""

import base64

import matplotlib.pyplot as plt
from IPython.core.getipython import get_ipython
from IPython.core.pylabtools import print_figure
from IPython.display import display
from matplotlib.figure import Figure

PNG = "image/png"


def show(figure: Figure, words: str) -> None:
    """Show a figure as a PNG image with a text alternative, and close the figure.

    The output is one ``display_data`` message. It has the image; the words as its plain
    text, for a terminal; and the words as ``alt`` in its metadata for the image. The
    course's extension of JupyterLab makes them the ``alt`` of the image, and so does
    nbconvert's template ``classic``, which feedback pages extend; its ``lab`` does not.
    Outside of IPython the words are printed.

    Args:
        figure: the figure; its resolution, in dots per inch, is its own.
        words: what is drawn, the axes and the main numbers, made from the data that is
            drawn. Line breaks become spaces.

    Raises:
        ValueError: there are no words, or nothing is drawn.
    """
    text = " ".join(words.split())
    image = print_figure(figure, fmt="png")
    # Otherwise the inline backend would show it once more when the cell ends.
    plt.close(figure)
    if not text:
        raise ValueError("the figure has no words: say what it shows")
    if image is None:
        raise ValueError("the figure is empty: draw in it before it is shown")
    if get_ipython() is None:
        print(text)
        return
    data = {PNG: base64.b64encode(image).decode("ascii"), "text/plain": text}
    display(data, metadata={PNG: {"alt": text}}, raw=True)
