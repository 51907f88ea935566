"""Warnings (森林火险预警信息) as documents: drafted by the system, signed and published by people."""
