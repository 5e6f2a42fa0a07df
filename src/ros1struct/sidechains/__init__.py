"""Side chains of mutants: rotamers on the real backbone that see protein and inhibitor.

In come a Complex and a mutation; out come ensembles of sampled side chains, models of the best
ones, repacked or relaxed surroundings, and side
chains that a file lacks in part. Whether that means resistance is asked in
``resistance``.
"""

from ros1struct.sidechains.ensembles import Ensemble, ensemble
from ros1struct.sidechains.flexible import Response, respond
from ros1struct.sidechains.mutants import mutants
from ros1struct.sidechains.rebuild import rebuild
from ros1struct.sidechains.repack import Repacked, repack
from ros1struct.sidechains.rotamers import rotamers

__all__ = [
    "Ensemble",
    "Repacked",
    "Response",
    "ensemble",
    "mutants",
    "rebuild",
    "repack",
    "respond",
    "rotamers",
]
