"""Plan, share out and explain a customer-retention budget, right to the cent."""

__version__ = "0.1.0"
