"""Run AstroLens as ``python -m astrolens``."""

from astrolens.cli.main import main

if __name__ == "__main__":
    main()
