"""From typed expressions to notation, and from notation to markup."""
