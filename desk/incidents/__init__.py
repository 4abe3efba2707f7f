"""Major incidents: what many people report at once, announced, told, followed and closed from one page."""
