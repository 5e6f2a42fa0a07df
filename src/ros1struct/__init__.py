"""Which inhibitor still fits which ROS1 mutant."""
