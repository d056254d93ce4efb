"""Text as one long row of characters or words."""
