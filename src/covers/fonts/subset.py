#!/usr/bin/env python3
"""Cuts a font down to what a cover can print. Run once for each cut; the results are kept beside this file.

usage: python3 subset.py SOURCE.ttf TARGET.ttf

Needs fonttools. SOURCE is a static cut of EB Garamond 1.003 (https://github.com/octaviopardo/EBGaramond12, SIL Open Font
License, no reserved name): EBGaramond-SemiBold.ttf for titles and authors, EBGaramond-MediumItalic.ttf for the rest.

Keeps Latin, Greek, Cyrillic and punctuation; drops hinting and layout tables. The covers know no GPOS, so the kerning of
unaccented letters and punctuation is written into an old `kern` table from the font's own GPOS pairs.
"""
import sys, unicodedata
from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x192), (0x1A0, 0x1B0), (0x1CD, 0x1DC), (0x1E6, 0x1ED),
          (0x200, 0x21B), (0x259, 0x259), (0x2B9, 0x2C9), (0x300, 0x30C), (0x323, 0x328), (0x370, 0x3FF),
          (0x400, 0x45F), (0x490, 0x4F9), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x203A),
          (0x2044, 0x2044), (0x2070, 0x208E), (0x20AC, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122), (0x2212, 0x2212), (0xFB00, 0xFB06)]
MOST_PAIRS = 6_000   # more only move letters by hundredths of an em


def kerned(char):
    """Accented letters kern like their base letters, so only these are written down."""
    code = ord(char)
    return (code < 0x180 or 0x370 <= code < 0x4FF or 0x2010 <= code < 0x2040) and len(unicodedata.normalize("NFD", char)) == 1


def pairs(font, glyphs):
    gpos = font["GPOS"].table
    indices = sorted({i for record in gpos.FeatureList.FeatureRecord if record.FeatureTag == "kern"
                      for i in record.Feature.LookupListIndex})
    found = {}
    for index in indices:
        for outer in gpos.LookupList.Lookup[index].SubTable:
            table = outer.ExtSubTable if outer.LookupType == 9 else outer
            if table.LookupType != 2:
                continue
            covered = [g for g in table.Coverage.glyphs if g in glyphs]
            if table.Format == 1:
                at = {g: i for i, g in enumerate(table.Coverage.glyphs)}
                for left in covered:
                    for record in table.PairSet[at[left]].PairValueRecord:
                        if record.SecondGlyph in glyphs and record.Value1:
                            found.setdefault((left, record.SecondGlyph), record.Value1.XAdvance or 0)
            else:
                for left in covered:
                    row = table.Class1Record[table.ClassDef1.classDefs.get(left, 0)].Class2Record
                    for right in glyphs:
                        kind = table.ClassDef2.classDefs.get(right, 0)
                        value = row[kind].Value1
                        # Class 0 means "any other glyph": it must not hide a later subtable's value.
                        if kind and value and hasattr(value, "XAdvance"):
                            found.setdefault((left, right), value.XAdvance)
    return {pair: value for pair, value in found.items() if value}


def main(source, target):
    font = TTFont(source)
    cmap = font.getBestCmap()
    keep = [c for low, high in RANGES for c in range(low, high + 1) if c in cmap]
    glyphs = {cmap[c] for c in keep if kerned(chr(c))}
    kerning = pairs(font, glyphs)
    kerning = dict(sorted(kerning.items(), key=lambda item: (-abs(item[1]), item[0]))[:MOST_PAIRS])

    options = subset.Options()
    options.hinting = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT", "DSIG", "gasp", "meta", "prep"]
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = False
    options.glyph_names = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=keep)
    cutter.subset(font)

    table = KernTable_format_0()
    table.coverage, table.format, table.apple, table.tupleIndex = 1, 0, False, None
    table.kernTable = kerning
    font["kern"] = newTable("kern")
    font["kern"].version, font["kern"].kernTables = 0, [table]
    font["post"].formatType = 3.0
    font.recalcTimestamp = False
    font.save(target)
    print(target, len(keep), "characters,", len(kerning), "pairs")


main(*sys.argv[1:])
