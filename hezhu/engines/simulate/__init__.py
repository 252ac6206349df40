"""A simulated city (演示数据): firms, people, projects, sites and machines that fit together, with planted irregularities told in a truth file."""

from hezhu.engines.simulate.city import City, simulate
from hezhu.engines.simulate.scales import AS_OF, SCALES, Scale

__all__ = ["AS_OF", "SCALES", "City", "Scale", "simulate"]
