"""A face as it is embedded: only the glyphs a job has used, under their own numbers, each with what it reads as."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import pikepdf
import uharfbuzz
from pikepdf import Array, Dictionary, Name, Pdf

from labels.stamp.shaping import Face
from labels.stamp.streams import packed_stream

hb: Any = uharfbuzz  # untyped
_PER_BLOCK: Final = 100  # ISO 32000-1, 9.10.3: at most so many lines of a CMap in one block
_SYMBOLIC: Final = 4  # ISO 32000-1, table 123: the glyphs are none of the Latin standard set


def embed_face(pdf: Pdf, face: Face) -> Any:
    """The face's font object in the document; call it when every text of the job has been shaped."""
    subset = _subset(face)
    file = packed_stream(pdf, subset, Length1=len(subset))
    name = Name("/" + _tag(subset) + "+" + face.file.path.stem)
    metrics = face.font.face
    table: dict[str, Any] = {
        "Type": Name.FontDescriptor,
        "FontName": name,
        "Flags": _SYMBOLIC,
        "FontBBox": Array([-1000, -300, 3000, 1200]),
        "ItalicAngle": 0,
        "Ascent": 1160,
        "Descent": -288,
        "CapHeight": 733,
        "StemV": 140 if face.file.weight >= 600 else 80,
        "FontFile2": file,
    }
    if metrics.upem != 1000:
        raise ValueError("the bundled faces count a thousand units an em")
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(Dictionary(**table)),
        CIDToGIDMap=Name.Identity,
        DW=1000,
        W=_widths(face),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=packed_stream(pdf, _to_unicode(face)),
        )
    )


def _subset(face: Face) -> bytes:
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(face.used)
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in _NOT_NEEDED)
    made = hb.subset(face.font.face, wanted)
    return bytes(made.blob.data)


# Texts are shaped already, and written in rows: neither is looked up in the file again.
_NOT_NEEDED: Final = (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"vhea", b"vmtx", b"VORG", b"name")


def _tag(subset: bytes) -> str:
    """Six letters that differ with the glyphs, as subsets must be named (ISO 32000-1, 9.6.4)."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(subset).digest()[:6])


def _widths(face: Face) -> Array:
    found = Array()
    for glyph in sorted(face.used):
        if face.advance(glyph) != 1000:
            found.append(glyph)
            found.append(Array([round(face.advance(glyph), 2)]))
    return found


def _to_unicode(face: Face) -> bytes:
    pairs = [f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in sorted(face.used.items())]
    blocks = (pairs[start : start + _PER_BLOCK] for start in range(0, len(pairs), _PER_BLOCK))
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return _CMAP.format(body=body).encode("ascii")


_CMAP: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{body}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
