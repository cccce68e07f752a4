"""Bytes of one number of each dtype that the exercises name."""

ITEM = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
