"""Settings: TOML to frozen models, and the folders where things live."""
