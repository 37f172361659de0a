"""Servers that speak the AUTOMATIC1111 API: AUTOMATIC1111 itself, Forge, SD.Next, sd-server."""
