"""How money is shared out."""
