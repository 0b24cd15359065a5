"""What the card networks and Radar suspect."""
