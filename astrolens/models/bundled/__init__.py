"""The encoder that ships with AstroLens, with its card."""
