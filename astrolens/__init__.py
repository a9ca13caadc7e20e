"""AstroLens: a discovery engine for astronomical images that runs by itself."""
