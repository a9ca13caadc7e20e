"""Words about a picture from a language model of the person's own choice."""
