"""The fonts of han/, made from Noto Sans and Noto Serif CJK SC.

han/characters.txt says which characters they have.
"""

import os

from fontTools import subset
from fontTools.ttLib import TTFont

import outline

HERE = os.path.dirname(os.path.abspath(__file__))
NOTO = "/usr/share/fonts/opentype/noto/"
SIMPLIFIED = 2  # place of the simplified Chinese face in each collection

# file, source, family name, copyright.
FACES = [
    ("sans", "NotoSansCJK-Bold.ttc", "Cattlegrid Han Sans",
     "© 2014-2021 Adobe (http://www.adobe.com/)."),
    ("serif", "NotoSerifCJK-Bold.ttc", "Cattlegrid Han Serif",
     "© 2017-2022 Adobe (http://www.adobe.com/)."),
]


def path(name):
    return os.path.join(HERE, "han", name + ".otf")


def characters():
    """Returns the characters of the list, which has each once and in order."""
    with open(os.path.join(HERE, "han", "characters.txt"), encoding="utf-8") as file:
        all = "".join(file.read().split())
    if list(all) != sorted(set(all)):
        raise SystemExit("characters.txt: a character stands twice or out of order")
    return all


def make(name, file, family, copyright):
    options = subset.Options(
        font_number=SIMPLIFIED, layout_features=[], hinting=False, desubroutinize=True,
        name_IDs=[], notdef_outline=False, recalc_timestamp=False)
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    font = subset.load_font(NOTO + file, options)
    tool = subset.Subsetter(options)
    tool.populate(text=characters())
    tool.subset(font)
    postscript = family.replace(" ", "") + "-Bold"
    for number, text in {
            0: copyright, 1: family, 2: "Bold", 4: family + " Bold", 6: postscript,
            13: "SIL Open Font License, Version 1.1"}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName, top.Notice = family + " Bold", family, copyright
    for i, part in enumerate(top.FDArray):
        part.FontName = f"{postscript}-{i}"
    subset.save_font(font, path(name), options)


def check(name):
    """Fails unless the font has exactly the list's characters, free of overlaps."""
    font = TTFont(path(name))
    cmap = font.getBestCmap()
    if sorted(map(chr, cmap)) != list(characters()):
        raise SystemExit(f"{name}: not the characters of characters.txt")
    points = 0
    for code, glyph in cmap.items():
        drawing = outline.read(font, glyph)
        if not drawing.value:
            raise SystemExit(f"{name}: {chr(code)} is empty")
        if outline.overlaps(drawing):
            raise SystemExit(f"{name}: {chr(code)} overlaps itself")
        points += sum(len(args) for _, args in drawing.value)
    print(f"{name:6} {os.path.getsize(path(name)):6} bytes {len(cmap):4} characters {points:6} points")
