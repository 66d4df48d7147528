#!/usr/bin/env python3
"""same-answer.py EXPECTED ACTUAL: whether two answers are the same predictions, scores within 1e-5."""
import json
import sys

expected, actual = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
same = len(expected) > 0 and len(expected) == len(actual) and all(
    list(e) == list(a)
    and abs(e["score"] - a["score"]) <= 1e-5
    and {**e, "score": 0} == {**a, "score": 0}
    for e, a in zip(expected, actual)
)
if not same:
    sys.exit(f"the README shows {expected}, the service answered {actual}")
print("the answer is the README's")
