"""Learning: batch jobs that make the models; torch lives here and in models."""
