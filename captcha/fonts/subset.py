#!/usr/bin/python3
"""Makes the fonts of latin/ and han/ and checks them; README.md says what they are.

subset.py          makes and checks all fonts
subset.py check    only checks those that are there

It fails if a glyph is missing or empty, if contours overlap, which would show as
holes where glyphs are filled even-odd, or if stems are thin.
"""

import sys

import han
import latin

for part in latin, han:
    for face in part.FACES:
        if sys.argv[1:] != ["check"]:
            part.make(*face)
        part.check(face[0])
