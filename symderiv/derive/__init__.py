"""What can be asked, one verb a module; each returns its result with the steps to it."""
