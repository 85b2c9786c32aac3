"""users.*, usergroups.* and team.*: methods about people."""
