"""How fast, how hot and in what shape a fire spreads, and when it reaches a line. Pure functions of arrays.

FBP: Forestry Canada Fire Danger Group 1992, *Development and Structure of the Canadian Forest Fire Behavior Prediction
System*, ST-X-3, with the changes of Wotton, Alexander and Taylor 2009, GLC-X-10. Numbers in parentheses are theirs.
"""
