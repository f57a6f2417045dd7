"""The enrolment list ("nómina") of an action: by hand, and from a file."""
