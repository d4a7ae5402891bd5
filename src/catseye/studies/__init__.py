"""Studies: many trainings compared: how far transfer reaches, what shifting the pictures does."""
