"""How the panels of the set-up screen stand: folded into one, into two columns, or into three."""

from typing import Final

PANELS: Final = ("fields", "backbone", "data", "shape")
WIDTHS: Final = [(0, "-narrow"), (112, "-usual"), (172, "-wide")]
HEIGHTS: Final = [(0, "-low"), (36, "-high")]

LAYOUT: Final = """
SetupScreen #setup { height: 1fr; layout: grid; grid-size: 1 1; }
SetupScreen #setup > .panel { height: 100%; display: none; }
SetupScreen #setup > .panel.-front { display: block; }
SetupScreen #tabs { height: 1; padding: 0 1; }
SetupScreen #foot { height: 4; }
SetupScreen #command { width: 1fr; height: 4; }
SetupScreen #train { width: 14; height: 4; content-align: center middle; text-align: center; }
SetupScreen #train:focus { background: $chosen-background; color: $chosen-foreground; }

SetupScreen.-usual #setup, SetupScreen.-wide #setup { grid-size: 2 1; grid-columns: 1fr 62; }
SetupScreen.-usual #setup > .panel, SetupScreen.-wide #setup > .panel { display: none; }
SetupScreen.-usual #setup > #fields, SetupScreen.-wide #setup > #fields { display: block; }
SetupScreen.-usual #setup > .panel.-side, SetupScreen.-wide #setup > .panel.-side { display: block; }

SetupScreen.-usual.-high #setup { grid-size: 2 3; grid-rows: 17 1fr 9; }
SetupScreen.-usual.-high.-deep #setup { grid-rows: 17 1fr 11; }
SetupScreen.-usual.-high #setup > .panel, SetupScreen.-wide.-high #setup > .panel { display: block; }
SetupScreen.-usual.-high #fields { row-span: 3; }
SetupScreen.-wide.-high #setup { grid-size: 3 2; grid-columns: 1fr 62 1fr; grid-rows: 1fr 11; }
SetupScreen.-wide.-high #fields, SetupScreen.-wide.-high #data { row-span: 2; }
SetupScreen.-low #about { height: 5; }
SetupScreen.-usual.-high #tabs, SetupScreen.-wide.-high #tabs { display: none; }
"""
