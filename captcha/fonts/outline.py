"""Outlines of glyphs: reading, joining, measuring and writing them."""

import numpy
from booleanOperations.booleanGlyph import BooleanGlyph
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.pointPen import SegmentToPointPen
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.pens.reverseContourPen import ReverseContourPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

STEPS = 8  # chords of a curve
LINES = 200  # scan lines of a glyph


def read(font, name):
    """Returns the outline of a glyph as a recording without components."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    pen.value = [step for op, args in pen.value for step in anchored(op, args)]
    return pen


def anchored(op, args):
    """Gives a ring of handles without any point on it a point to start from."""
    if op != "qCurveTo" or args[-1] is not None:
        return [(op, args)]
    handles = args[:-1]
    start = tuple((handles[0][k] + handles[-1][k]) / 2 for k in (0, 1))
    return [("moveTo", (start,)), (op, (*handles, start))]


def squeeze(outline, factor):
    """Returns the outline made narrower."""
    narrow = RecordingPen()
    outline.replay(TransformPen(narrow, (factor, 0, 0, 1, 0, 0)))
    return narrow


def join(outline):
    """Returns the union of an outline's contours, which then overlap nowhere."""
    glyph = BooleanGlyph()
    outline.replay(SegmentToPointPen(glyph.getPointPen()))
    joined = RecordingPen()
    glyph.removeOverlap().draw(joined)
    return joined


def polygons(outline):
    """Flattens an outline into closed polygons."""
    all, pen = [], None
    for op, args in outline.value:
        if op == "moveTo":
            all.append([args[0]])
        elif op == "lineTo":
            all[-1].append(args[0])
        elif op == "curveTo":
            a, (b, c, d) = all[-1][-1], args
            for i in range(1, STEPS + 1):
                t, s = i / STEPS, 1 - i / STEPS
                all[-1].append(tuple(
                    s**3 * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t**3 * d[k]
                    for k in (0, 1)))
        elif op == "qCurveTo":
            handles, end = args[:-1], args[-1]
            for i, c in enumerate(handles):
                last = i == len(handles) - 1
                d = end if last else tuple((c[k] + handles[i + 1][k]) / 2 for k in (0, 1))
                a = all[-1][-1]
                for j in range(1, STEPS + 1):
                    t, s = j / STEPS, 1 - j / STEPS
                    all[-1].append(tuple(
                        s * s * a[k] + 2 * s * t * c[k] + t * t * d[k] for k in (0, 1)))
                if not handles:
                    all[-1].append(end)
            if not handles:
                all[-1].append(end)
    return [numpy.array(p, float) for p in all if len(p) > 2]


def area(outline):
    """Returns the signed area: positive when ink is enclosed anticlockwise."""
    return sum(
        float(numpy.sum(p[:, 0] * numpy.roll(p[:, 1], -1) - numpy.roll(p[:, 0], -1) * p[:, 1]))
        for p in polygons(outline)) / 2


def inked(outline):
    """Returns the areas of a glyph filled non-zero and filled even-odd."""
    rings = polygons(outline)
    if not rings:
        return 0.0, 0.0
    a = numpy.concatenate(rings)
    b = numpy.concatenate([numpy.roll(r, -1, axis=0) for r in rings])
    low, high = a[:, 1].min(), a[:, 1].max()
    nonzero = odd = 0.0
    for y in low + (numpy.arange(LINES) + 0.5) * (high - low) / LINES:
        up = (a[:, 1] <= y) & (b[:, 1] > y)
        down = (b[:, 1] <= y) & (a[:, 1] > y)
        cut = up | down
        p, q = a[cut], b[cut]
        x = p[:, 0] + (y - p[:, 1]) / (q[:, 1] - p[:, 1]) * (q[:, 0] - p[:, 0])
        order = numpy.argsort(x)
        winding = numpy.cumsum(numpy.where(up[cut], 1, -1)[order])[:-1]
        width = numpy.diff(x[order])
        nonzero += width[winding != 0].sum()
        odd += width[numpy.arange(len(width)) % 2 == 0].sum()
    step = (high - low) / LINES
    return nonzero * step, odd * step


def overlaps(outline):
    """Tells whether filling even-odd shows holes that filling non-zero hides."""
    nonzero, odd = inked(outline)
    return abs(nonzero - odd) > 0.0005 * max(nonzero, 1)


def glyph(outline, scale, tolerance):
    """Returns a TrueType glyph, ink clockwise; tolerance is in its units."""
    pen = TTGlyphPen(None)
    draw = Cu2QuPen(pen, tolerance)
    if area(outline) > 0:
        draw = ReverseContourPen(draw)
    outline.replay(TransformPen(draw, (scale, 0, 0, scale, 0, 0)))
    return pen.glyph()


def save(path, names, em, height, cmap, glyphs, widths):
    """Writes a font of the glyphs: dictionaries by glyph name, .notdef empty."""
    order = [".notdef", *glyphs]
    build = FontBuilder(em, isTTF=True)
    build.setupGlyphOrder(order)
    build.setupCharacterMap(cmap)
    build.setupGlyf({".notdef": Glyph(), **glyphs})
    table = build.font["glyf"]
    build.setupHorizontalMetrics({
        name: (widths.get(name, em // 2), getattr(table[name], "xMin", 0)) for name in order})
    build.setupHorizontalHeader(ascent=height, descent=height - em)
    build.setupOS2(sTypoAscender=height, sTypoDescender=height - em, usWeightClass=700, fsType=0)
    build.setupPost(keepGlyphNames=False)
    build.setupNameTable(names, mac=False)
    build.font["head"].fontRevision = 1.0
    build.font.recalcTimestamp = False
    build.font["head"].created = build.font["head"].modified = 3600000000
    build.save(path)
