"""How files become rows: encodings, tables, headers, dates and amounts. Knows no plan."""
