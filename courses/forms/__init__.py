"""Forms of courses and actions: they ask, and call the rules that decide."""
