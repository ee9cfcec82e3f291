"""Where things are: positions, shapes, coordinate frames, links that lead there. Stored is WGS 84 / CGCS2000 alone."""
