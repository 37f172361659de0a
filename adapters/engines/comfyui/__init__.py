"""ComfyUI, spoken to in its own protocol: workflows in API format, a websocket, and its history."""
