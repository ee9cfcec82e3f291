"""One label's words: what they are, how they break into lines, and how they fit into their parts."""

from labels.sheet.face import LabelFace

__all__ = ["LabelFace"]
