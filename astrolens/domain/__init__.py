"""The records that flow through the house; standard library and numpy only."""
