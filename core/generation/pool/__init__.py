"""The pool: several engines and servers as one, that survives each of them."""
