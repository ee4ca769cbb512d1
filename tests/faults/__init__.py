"""What breaks: killed processes, a lost database, a full disk, a failing mail server, lost keys, a wrong clock."""
