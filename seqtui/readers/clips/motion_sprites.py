"""The pictures that made clips are drawn with: ten digits of a bitmap font of our own, and six shapes.

None looks the same after a small turn, so that a sense of rotation can be seen in each.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Sprites = NDArray[np.float64]

SIDE: Final = 7
_ROWS: Final = {
    "0": ".###. #...# #..## #.#.# ##..# #...# .###.",
    "1": "..#.. .##.. #.#.. ..#.. ..#.. ..#.. #####",
    "2": ".###. #...# ....# ..##. .#... #.... #####",
    "3": "####. ....# ....# .###. ....# ....# ####.",
    "4": "#..#. #..#. #..#. ##### ...#. ...#. ...#.",
    "5": "##### #.... ####. ....# ....# #...# .###.",
    "6": "..##. .#... #.... ####. #...# #...# .###.",
    "7": "##### ....# ...#. ..#.. ..#.. .#... .#...",
    "8": ".###. #...# #...# .###. #...# #...# .###.",
    "9": ".###. #...# #...# .#### ....# ...#. .##..",
    "bar": "..... ..#.. ..#.. ..#.. ..#.. ..#.. .....",
    "corner": "#.... #.... #.... #.... #.... #.... #####",
    "tee": "##### ##### ..#.. ..#.. ..#.. ..#.. ..#..",
    "arrow": "..#.. .###. #.#.# ..#.. ..#.. ..#.. ..#..",
    "wedge": "#.... ##... ###.. ####. ####. ##### #####",
    "flag": "####. ##### ##### ####. #.... #.... #....",
}


def own_sprites() -> tuple[tuple[str, ...], Sprites]:
    """Names, and (sprites, SIDE, SIDE) of 0 and 1."""
    pictures = np.zeros((len(_ROWS), SIDE, SIDE))
    for number, rows in enumerate(_ROWS.values()):
        drawn = np.array([[sign == "#" for sign in row] for row in rows.split()], float)  # (7, 5)
        pictures[number, :, 1:6] = drawn
    return tuple(_ROWS), pictures
