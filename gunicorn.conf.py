"""gunicorn reads this by itself; what differs from place to place comes by options."""

worker_class = "otec_portal.server.Worker"
logger_class = "otec_portal.server.Logger"
timeout = 30  # seconds; the longest view bounds itself (attendance/sence/probe.py)
