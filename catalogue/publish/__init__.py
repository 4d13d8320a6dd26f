"""What machines read of a zoo: JSON, CSV, badges, exports, feeds and preview pictures.

Page values to the contents of files. Writes nothing; the only languages are those of texts.
"""
