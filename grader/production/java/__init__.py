"""Models in Java: SavedModels by TensorFlow's C library, ONNX models by ONNX Runtime's.

Both libraries are in the frameworks' wheels for Python, and Java calls them through its
Foreign Function and Memory API (JDK 22 or later). Nothing of Maven is needed.
"""

from grader.production.java.error import JavaError
from grader.production.java.running import JavaRun, run_onnx, run_tensorflow, source

__all__ = ["JavaError", "JavaRun", "run_onnx", "run_tensorflow", "source"]
