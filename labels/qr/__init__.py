"""The symbols on labels: single ones from the qrcode library, many of one address from a table of it."""

from labels.qr.affine import SymbolTable, symbol_table
from labels.qr.drawing import path_data, path_operators
from labels.qr.encode import QUIET_MODULES, Level, Symbol, encode, label_url

__all__ = [
    "QUIET_MODULES",
    "Level",
    "Symbol",
    "SymbolTable",
    "encode",
    "label_url",
    "path_data",
    "path_operators",
    "symbol_table",
]
