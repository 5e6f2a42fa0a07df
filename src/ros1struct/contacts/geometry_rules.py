"""Geometry of the contacts that need more than a distance: stacked rings and water bridges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stacking:
    """Geometry of two stacked aromatic rings.

    Attributes
    ----------
    distance : float
        Å between centroids.
    plane : tuple of float
        Degrees between the planes, lowest and highest.
    tilt : float or None
        Highest angle in degrees between a normal and the line of centroids, for either ring.
    offset : float or None
        Highest distance in Å of a centroid from the other ring's axis, for either ring.
    intersect : float or None
        Highest distance in Å from either centroid to the line in which the planes meet.
    """

    distance: float
    plane: tuple[float, float]
    tilt: float | None = None
    offset: float | None = None
    intersect: float | None = None


@dataclass(frozen=True)
class Bridge:
    """Geometry of a water between inhibitor and protein.

    Attributes
    ----------
    nearest, farthest : float
        Å between the water's oxygen and each partner.
    angle : float
        Lowest angle D-H-A in degrees on a leg where there is a hydrogen to measure.
    omega : tuple of float or None
        Degrees, acceptor-oxygen-hydrogen of the donor.
    one_of_each : bool
        One partner must give and the other take.
    """

    nearest: float
    farthest: float
    angle: float
    omega: tuple[float, float] | None = None
    one_of_each: bool = False
