"""A stand-in for the package `cyllama`: only what the child uses of it."""
