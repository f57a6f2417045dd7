"""Tables that people upload: spreadsheets, CSV, pages saved from a browser."""
