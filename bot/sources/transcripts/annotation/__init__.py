"""What people write who annotate sound: tiers, regions and labels."""
