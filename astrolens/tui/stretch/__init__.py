"""From pixels to shades: limits, curves, bias and contrast."""
