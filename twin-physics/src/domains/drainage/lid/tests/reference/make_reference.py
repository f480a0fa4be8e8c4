#!/usr/bin/env python3
"""Makes the reference tables of LID units beside this file with SWMM 5.2.4 (pip install swmm-toolkit==0.17.0).

One subcatchment is all LID, so that its inflow is the rain. Each table holds the deck's lines that a test needs, SWMM's
performance summary, and SWMM's LID report: elapsed hours, inflow, evaporation, surface infiltration, pavement percolation,
soil percolation, exfiltration, surface runoff, drain outflow [in/hr or mm/hr], surface level, pavement level [in or mm],
soil moisture, storage level [in or mm].
"""
import itertools
import pathlib
import re
import tempfile

from swmm.toolkit import solver

HERE = pathlib.Path(__file__).parent
STORMS = {  # mm/hr each 5 minutes
    "peak": [2, 4, 8, 15, 30, 60, 120, 150, 90, 50, 25, 12, 6, 3, 1.5, 1] + [0] * 60 + [3, 6, 12, 24, 12, 6, 3] + [0] * 60,
    "long": [18] * 48 + [0] * 24 + [60] * 12 + [0] * 60,
    "flood": [90] * 36 + [0] * 36 + [150] * 24 + [0] * 48,
    "short": [40, 40, 20] + [0] * 40 + [10] * 6 + [0] * 94,
}
CASES = {  # name: units, storm, evaporation per day in the deck's unit, area, width, saturation, lines of LID_CONTROLS
    "bioretention": ("LPS", "peak", 5, 200, 20, 20, """BC
        SURFACE 150 0.1 0.2 1.0 5
        SOIL 500 0.45 0.25 0.1 60 8 60
        STORAGE 300 0.75 6 0
        DRAIN 12 0.5 40 6"""),
    "bioretention_long": ("CFS", "long", 0.1, 4000, 0, 50, """BC
        SURFACE 6 0 0 0 5
        SOIL 18 0.5 0.2 0.1 0.5 10 3.5
        STORAGE 12 0.5 0.1 0
        DRAIN 0.3 0.6 3 6"""),
    "bioretention_gate": ("LPS", "flood", 0, 200, 10, 0, """BC
        SURFACE 100 0.05 0.1 0.5 5
        SOIL 300 0.45 0.2 0.1 90 8 50
        STORAGE 400 0.6 1 2000
        DRAIN 4 0.5 50 6 250 80 GATE"""),
    "rain_garden": ("LPS", "flood", 4, 100, 5, 10, """RG
        SURFACE 200 0.1 0.15 1 5
        SOIL 600 0.46 0.23 0.12 30 12 90
        STORAGE 0 0.75 15 0"""),
    "green_roof": ("LPS", "flood", 4, 300, 30, 10, """GR
        SURFACE 20 0.2 0.15 2 5
        SOIL 100 0.5 0.3 0.08 250 15 40
        DRAINMAT 30 0.5 0.02"""),
    "green_roof_plain": ("CFS", "short", 0.2, 3000, 50, 40, """GR
        SURFACE 0.5 0.1 0 0 5
        SOIL 4 0.5 0.2 0.1 4 10 2.4
        DRAINMAT 1 0.5 0"""),
    "trench": ("LPS", "flood", 6, 80, 8, 0, """IT
        SURFACE 50 0 0.24 0.4 5
        STORAGE 900 0.4 12 0
        DRAIN 2 0.5 300 6"""),
    "pavement": ("LPS", "flood", 3, 500, 25, 0, """PP
        SURFACE 2 0 0.02 2 5
        PAVEMENT 100 0.15 0.2 120 40 0.125 0.6
        STORAGE 300 0.75 4 0
        DRAIN 3 0.5 20 6"""),
    "pavement_soil": ("CFS", "flood", 0.1, 5000, 60, 20, """PP
        SURFACE 0.1 0 0.02 2 5
        PAVEMENT 4 0.18 0.5 80 0
        SOIL 4 0.4 0.2 0.05 3 12 2
        STORAGE 6 0.75 0.1 0
        DRAIN 0.2 0.5 0.5 6"""),
    "pavement_slow_soil": ("CFS", "long", 0, 43560, 100, 0, """PP
        SURFACE 0 0 0.1 1 5
        PAVEMENT 2 0.15 0 100 0
        SOIL 2 0.5 0.2 0.1 0.5 10 3.5
        STORAGE 12 0.75 0 0
        DRAIN 50 0.5 0 6"""),
    "barrel": ("LPS", "peak", 3, 20, 0, 5, """RB
        STORAGE 40 1 0 0
        DRAIN 3 0.5 5 2"""),
    "roof": ("LPS", "peak", 3, 200, 12, 0, """RD
        SURFACE 3 0 0.02 3 5
        DRAIN 35 0 0 0"""),
    "swale": ("LPS", "peak", 4, 400, 4, 0, """VS
        SURFACE 400 0.1 0.2 1 3"""),
    "swale_steep": ("CFS", "long", 0, 3000, 3, 0, """VS
        SURFACE 12 0 0.3 2 4"""),
}


def deck(name):
    units, storm, evap, area, width, saturation, control = CASES[name]
    land = area / 43560 if units == "CFS" else area / 1e4
    hours = len(STORMS[storm]) // 12
    factor = 1 / 25.4 if units == "CFS" else 1.0
    rain = "\n".join(
        f"S {i // 12}:{i % 12 * 5:02d} {v * factor:.6f}" for i, v in enumerate(STORMS[storm][: hours * 12])
    )
    kind, *layers = control.splitlines()
    lines = [f"L {kind}"] + [f"L {' '.join(x.split())}" for x in layers]
    return lines, rain, f"""[OPTIONS]
FLOW_UNITS {units}
INFILTRATION MODIFIED_GREEN_AMPT
FLOW_ROUTING KINWAVE
START_DATE 01/01/2020
START_TIME 00:00
END_DATE 01/01/2020
END_TIME {hours:02d}:00
REPORT_STEP 00:05:00
WET_STEP 00:05:00
DRY_STEP 00:05:00
ROUTING_STEP 00:05:00
[EVAPORATION]
CONSTANT {evap}
DRY_ONLY NO
[RAINGAGES]
G INTENSITY 0:05 1 TIMESERIES S
[SUBCATCHMENTS]
C G O {land:.12f} 0 10 1 0
[SUBAREAS]
C 0.01 0.1 0 0 0 OUTLET
[INFILTRATION]
C 3.5 {0.5 if units == "CFS" else 12} 0.25
[LID_CONTROLS]
{chr(10).join(lines)}
[LID_USAGE]
C L 1 {area} {width} {saturation} 0 0 lid.txt
[OUTFALLS]
O 0 FREE NO
[CURVES]
GATE CONTROL 0 0
GATE 100 0.5
GATE 300 1.5
[TIMESERIES]
{rain}
"""


for name, case in CASES.items():
    lines, rain, text = deck(name)
    with tempfile.TemporaryDirectory() as tmp:
        at = pathlib.Path(tmp)
        text = text.replace("lid.txt", f'"{at / "lid.txt"}"')
        (at / "d.inp").write_text(text)
        try:
            solver.swmm_run(str(at / "d.inp"), str(at / "d.rpt"), str(at / "d.out"))
        except Exception:
            print((at / "d.rpt").read_text())
            raise
        report = (at / "d.rpt").read_text()
        table = (at / "lid.txt").read_text()
    summary = re.search(r"\n  C +L +([-\d. ]+)\n", report.split("LID Performance Summary")[1]).group(1).split()
    rows = [r.split()[2:] for r in table.splitlines() if re.match(r" *\d\d/\d\d/\d{4} ", r)]
    units, storm, evap, area, width, saturation, _ = case
    out = [f"unit {units} {evap} {area} {width} {saturation}", *lines]
    out += ["summary " + " ".join(summary)]
    runs = [(v, len(list(n))) for v, n in itertools.groupby(x.split()[2] for x in rain.splitlines())]
    out += ["rain " + " ".join(f"{v}x{n}" for v, n in runs)]
    out += [" ".join(r) for r in rows]
    (HERE / f"{name}.txt").write_text("\n".join(out) + "\n")
    print(name, len(rows), summary)
