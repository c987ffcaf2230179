"""Files that hold several releases: archives, mails, JSON."""
