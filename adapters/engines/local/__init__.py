"""stable-diffusion.cpp on this machine, in a process of its own: what breaks there fails one job."""
