"""SENCE's own exports against what the portal recorded (domain.md, "Attendance")."""
