"""The methods of the protocol: each a function from a call to what became of it."""
