"""How it is marked: label codes, QR, stock, sheets and scans."""
