"""What people find where a satellite saw heat: answers, clocks, reports, and the day's count."""
