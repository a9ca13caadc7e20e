"""Networks: arrays in, arrays out; torch lives here."""
