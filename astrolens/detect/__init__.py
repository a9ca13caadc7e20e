"""How odd a picture is, and the verdict."""
