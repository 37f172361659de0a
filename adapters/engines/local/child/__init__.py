"""The child process: the one place where the library is imported. The parent never imports this package."""
