"""From text to typed readings."""
