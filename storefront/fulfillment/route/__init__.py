"""How long a way takes, and in which order it is best gone."""
