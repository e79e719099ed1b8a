"""The fonts of latin/, made from the typefaces listed below."""

import os
import subprocess

from fontTools.ttLib import TTFont

import outline

HERE = os.path.dirname(os.path.abspath(__file__))
SHARE = "/usr/share/fonts/"
CHARACTERS = "+-=?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz×"
MINUS = "\u2212"  # drawn for "-" too
EM = 1000
TOLERANCE = 3.0  # of EM
CROSSED = {"mono", "soft"}  # their 0 has a bar; a narrow O stands in
NARROW = 0.85
OFL = "SIL Open Font License, Version 1.1"
APACHE = "Apache License, Version 2.0"

# file, source, family name, copyright, licence. Names that were reserved by
# their authors, or may have been, are left behind with the original.
FACES = [
    ("block", SHARE + "opentype/gemunu-libre/GemunuLibre-ExtraBold.otf", "Cattlegrid Block",
     "Copyright 2021 The Gemunu Libre Project Authors", OFL),
    ("casual", SHARE + "opentype/comic-neue/ComicNeue-Bold.otf", "Cattlegrid Casual",
     "Copyright 2014 The Comic Neue Project Authors", OFL),
    ("condensed", SHARE + "opentype/yanone-kaffeesatz/YanoneKaffeesatz-Bold.otf",
     "Cattlegrid Condensed", "Copyright 2010 The Yanone Kaffeesatz Project Authors", OFL),
    ("geometric", SHARE + "opentype/league-spartan/LeagueSpartan-ExtraBold.otf",
     "Cattlegrid Geometric",
     "Copyright 2011-2020 Micah Rich, Caroline Hadilaksono, Tyler Finck", OFL),
    ("grotesque", SHARE + "truetype/roboto/unhinted/RobotoTTF/Roboto-Bold.ttf", "Roboto",
     "Copyright 2011 Google Inc. All Rights Reserved.", APACHE),
    ("humanist", SHARE + "truetype/open-sans/OpenSans-Bold.ttf", "Open Sans",
     "Digitized data copyright 2010-2011, Google Corporation.", APACHE),
    ("mono", "Go-Mono-Bold.ttf", "Go Mono",
     "Copyright (c) 2016 Bigelow & Holmes Inc.. All rights reserved.", "BSD, 3 clauses"),
    ("oldstyle", SHARE + "truetype/vollkorn/Vollkorn-Black.ttf", "Cattlegrid Oldstyle",
     "Copyright 2018 The Vollkorn Project Authors", OFL),
    ("rounded", SHARE + "truetype/quicksand/Quicksand-Bold.ttf", "Cattlegrid Rounded",
     "Copyright 2011 The Quicksand Project Authors", OFL),
    ("serif", SHARE + "truetype/dejavu/DejaVuSerif-Bold.ttf", "DejaVu Serif",
     "Copyright (c) 2003 by Bitstream, Inc. All Rights Reserved.", "Bitstream Vera license"),
    ("slab", SHARE + "opentype/roboto/slab/RobotoSlab-Bold.otf", "Roboto Slab",
     "Font data copyright Google 2013", APACHE),
    ("soft", SHARE + "opentype/dosis/Dosis-ExtraBold.otf", "Cattlegrid Soft",
     "Copyright (c) 2011 by Edgar Tolentino, Pablo Impallari, Igino Marini", OFL),
    ("typewriter", SHARE + "opentype/courier-prime/Courier Prime Bold.otf",
     "Cattlegrid Typewriter", "Copyright (c) 2015 Quote-Unquote Apps", OFL),
    ("wide", SHARE + "opentype/sora/Sora-ExtraBold.otf", "Cattlegrid Wide",
     "Copyright 2019 The Sora Project Authors", OFL),
]


def path(name):
    return os.path.join(HERE, "latin", name + ".ttf")


def source(name):
    if os.path.isabs(name):
        return TTFont(name)
    module = subprocess.run(
        ["go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/image"],
        cwd=HERE, check=True, capture_output=True, text=True).stdout.strip()
    return TTFont(os.path.join(module, "font/gofont/ttfs", name))


def lining(font):
    """Returns the names of figures as tall as capitals, by the usual names."""
    names = {}
    if "GSUB" in font:
        gsub = font["GSUB"].table
        for feature in gsub.FeatureList.FeatureRecord:
            if feature.FeatureTag == "lnum":
                for i in feature.Feature.LookupListIndex:
                    for table in gsub.LookupList.Lookup[i].SubTable:
                        table = getattr(table, "ExtSubTable", table)
                        names.update(getattr(table, "mapping", {}))
    return names


def make(name, file, family, copyright, licence):
    font = source(file)
    cmap, figures = font.getBestCmap(), lining(font)
    scale = EM / font["head"].unitsPerEm
    mapped, glyphs, widths = {}, {}, {}
    for char in CHARACTERS:
        stands_in = char == "0" and name in CROSSED
        origin = cmap[ord({"-": MINUS, "0": "O" if stands_in else "0"}.get(char, char))]
        origin = figures.get(origin, origin)
        drawing = outline.read(font, origin)
        if stands_in:
            drawing = outline.squeeze(drawing, NARROW)
        if outline.overlaps(drawing):
            drawing = outline.join(drawing)
        own = "u%04X" % ord(char)
        mapped[ord(char)] = own
        glyphs[own] = outline.glyph(drawing, scale, TOLERANCE)
        widths[own] = round(font["hmtx"][origin][0] * scale)
    mapped[ord(MINUS)] = mapped[ord("-")]
    names = {
        "copyright": copyright, "familyName": family, "styleName": "Bold",
        "uniqueFontIdentifier": family + " Bold subset", "fullName": family + " Bold",
        "psName": family.replace(" ", "") + "-Bold", "licenseDescription": licence,
    }
    outline.save(path(name), names, EM, EM * 4 // 5, mapped, glyphs, widths)


def check(name):
    """Prints a font's measures and fails if one is out of bounds."""
    font = TTFont(path(name))
    cmap = font.getBestCmap()
    points = 0
    for char in CHARACTERS + MINUS:
        drawing = outline.read(font, cmap[ord(char)])
        if not drawing.value:
            raise SystemExit(f"{name}: {char} is empty")
        if outline.overlaps(drawing):
            raise SystemExit(f"{name}: {char} overlaps itself")
        points += len(font["glyf"][cmap[ord(char)]].coordinates)
    capital, stem = measure(font, cmap)
    if stem < 0.139:
        raise SystemExit(f"{name}: a stem of {stem:.3f} capitals is too thin")
    print(f"{name:11} {os.path.getsize(path(name)):5} bytes {points:5} points, "
          f"capitals {capital / EM:.3f} em, stem {stem:.3f} capitals")


def measure(font, cmap):
    """Returns the height of H, and the width of its left stem in such heights."""
    [(low, high, stem)] = [
        (p[:, 1].min(), p[:, 1].max(), crossing(p)) for p in outline.polygons(
            outline.read(font, cmap[ord("H")]))]
    return high - low, stem / (high - low)


def crossing(polygon):
    """Returns how long the first inked run is a quarter up the polygon."""
    low, high = polygon[:, 1].min(), polygon[:, 1].max()
    y = low + (high - low) * 0.27
    xs = []
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]]):
        if (ay <= y) != (by <= y):
            xs.append(ax + (y - ay) / (by - ay) * (bx - ax))
    xs.sort()
    return xs[1] - xs[0]
