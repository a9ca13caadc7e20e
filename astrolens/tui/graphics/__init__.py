"""Pictures in real pixels, where a terminal can draw them."""
