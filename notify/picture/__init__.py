"""Pictures for a duty officer: read in five seconds, on a phone, and in black and white print.

matplotlib is imported where a picture is drawn: 170 MB and a second that no other work should pay.
"""
