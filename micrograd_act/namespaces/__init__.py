"""The sets of functions that a formula may call: floats, arrays, symbols."""
