"""The fifth schema step: numbers on the pixels of the frame, and the frame in small."""

SCHEMA_5 = """
ALTER TABLE analyses ADD COLUMN pixels BLOB NOT NULL DEFAULT x'';      -- float16, little endian
ALTER TABLE analyses ADD COLUMN miniature BLOB NOT NULL DEFAULT x'';   -- a square of uint8, row by row
"""
