"""Labels stamped onto sheets: the one door of pikepdf and HarfBuzz."""

from labels.stamp.sheets import Shift, Stamper, join_documents

__all__ = ["Shift", "Stamper", "join_documents"]
