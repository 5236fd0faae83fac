"""The formats that platforms take marks in, a file a format: `ENTRY` is found by the file's name."""
