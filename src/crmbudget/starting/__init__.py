"""How a plan begins: a folder of examples, or a proposal made from a real customer list."""
