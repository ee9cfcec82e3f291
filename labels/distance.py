"""How far from its facility a label may be seen before somebody should look. Pure."""

from __future__ import annotations

import math
from typing import Final

from foundation.geometry.position import EARTH_RADIUS

METRES_PER_DEGREE: Final = math.radians(EARTH_RADIUS)

# Metres, and our own choice: no standard says how exact a sticker's place must be. A fix is the position of the phone
# of whoever stuck the label on, good to some 10 m in the open and to some 50 m between houses. A sighting was rounded
# to 0.001°, which alone moves it by up to 80 m.
FIX_FAR: Final = 100
SIGHTING_FAR: Final = 250

# Two labels were swapped where each was seen at the other's facility: farther than this from its own …
FIX_OFF: Final = 20
SIGHTING_OFF: Final = SIGHTING_FAR
# … within this of the other's, and at most half as far from the other's as from its own. So neighbours 30 m apart are
# told from each other by their fixes, and by sightings only those that are some 250 m apart.
FIX_REACH: Final = 50
SIGHTING_REACH: Final = 150

# Degrees; at least the farthest reach in both directions up to a latitude of 60°.
CELL: Final = 0.003


def box_degrees(metres: float) -> float:
    """Two places that far apart differ by more than this in longitude or latitude, wherever they are."""
    return metres / METRES_PER_DEGREE / math.sqrt(2)
