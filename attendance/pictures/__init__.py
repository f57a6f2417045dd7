"""Attendance drawn: from plain data to geometry. Pure: no Django, no clock."""
