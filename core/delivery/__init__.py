"""Delivery: makes chats equal to tasks."""
