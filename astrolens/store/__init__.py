"""The only room with SQL, files and vectors."""
