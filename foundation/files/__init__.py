"""Files and photos: a store that names a file by its content, and the one door through which photos come in."""
