"""What the service's operations need, how its CLI is spoken, and who else uses the same words."""
