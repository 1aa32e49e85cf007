"""One file per strategy; the name in the plan is the name of the file."""
