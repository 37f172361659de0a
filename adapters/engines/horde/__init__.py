"""The AI Horde: pictures made by volunteers' computers, over the internet.

Prompts, and the pictures that a job starts from, are sent to the Horde and on to whichever volunteer takes
the job. What the anonymous key asks for is always shared: its pictures go into public data sets.
"""
