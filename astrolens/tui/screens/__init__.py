"""What fills the terminal, one file each."""
