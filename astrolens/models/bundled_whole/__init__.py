"""The encoder that the shipped ones were cut from: all twelve layers."""
