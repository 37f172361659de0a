"""The embedded engine `sketch`: draws pictures in process, without a model."""
