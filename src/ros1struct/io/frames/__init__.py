"""What a trajectory is made of before it is a Complex: frames of a file, cells, waters and ions.

In come files of every format that mdtraj reads; out come arrays of coordinates in Å with their
times and cells, molecules made whole in their nearest images, and the waters near the inhibitor.
"""
