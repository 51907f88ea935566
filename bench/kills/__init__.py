"""Kill -9 of server, worker, flow runs, dispatcher and database at random, during rounds of the whole service.

``python -m bench.kills --database sqlite`` (or ``postgresql``) holds one piece: the service under a supervisor that
starts it again, as systemd does; hotspots looked at every minute on feeds of this machine; a new fire on the line
before each burst of kills. Pieces are kept in ``docs/kills.json`` and add up; the page is docs/kills.md.
"""
