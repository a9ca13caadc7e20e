"""From shades to colours."""
