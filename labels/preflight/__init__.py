"""Proof that a finished job scans, before anybody gets it: the one door of zxing-cpp."""

from labels.preflight.check import Cellmate, Report, check_sheets
from labels.preflight.findings import Finding

__all__ = ["Cellmate", "Finding", "Report", "check_sheets"]
