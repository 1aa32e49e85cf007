"""Two plans, or one plan under several names: what differs in money, and why."""
