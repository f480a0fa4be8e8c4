#!/usr/bin/env python3
"""Run SWMM 5.2.4 on every deck of fixtures/drainage/features and write what tests/it/drainage_features.rs holds twin to.

Beside each deck a table `<deck>.csv`, one line a series: object, variable, mean and largest magnitude over all periods,
then the values at the periods of the first line. Six digits. Pollutants are `C1`, `C2`, … in the order of the deck.

Needs numpy and swmm-toolkit as in requirements.txt. Exit code 1 where SWMM refuses a deck.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from drainage import read_out

DECKS = Path(__file__).resolve().parents[2] / "fixtures" / "drainage" / "features"
ROWS = 6
# Column of the result file by class of objects; later columns are pollutants.
VARIABLES = [
    {"snow": 1, "evaporation": 2, "infiltration": 3, "runoff": 4, "groundwater": 5, "table": 6},
    {"depth": 0, "volume": 2, "lateral": 3, "inflow": 4, "flooding": 5},
    {"flow": 0, "depth": 1, "capacity": 4},
]
WIDTHS = [8, 6, 5]
RUN = "from swmm.toolkit import solver; solver.swmm_run('m.inp', 'm.rpt', 'm.out')"


def lines(o):
    """The table of one result file; series that stay 0 are left out."""
    periods = len(o["dates"])
    rows = np.unique(np.linspace(0, periods - 1, min(periods, ROWS + 2)).round().astype(int))[1:]
    yield "object,variable,mean,peak," + ",".join(map(str, rows))
    for names, block, known, width in zip(o["names"], o["blocks"], VARIABLES, WIDTHS):
        columns = dict(known) | {f"C{p + 1}": width + p for p in range(block.shape[2] - width)}
        for i, name in enumerate(names):
            for variable, k in columns.items():
                series = block[:, i, k]
                if not series.any():
                    continue
                values = [series.mean(), np.abs(series).max(), *series[rows]]
                yield f"{name},{variable}," + ",".join(f"{v:.6g}" for v in values)


def main():
    failed = 0
    for deck in sorted(DECKS.glob("*.inp")):
        with tempfile.TemporaryDirectory() as td:
            folder = Path(td)
            (folder / "m.inp").write_bytes(deck.read_bytes())
            done = subprocess.run([sys.executable, "-c", RUN], cwd=folder, capture_output=True, text=True)
            if done.returncode:
                print(f"{deck.name}: {done.stderr.strip()[-200:]}", file=sys.stderr)
                failed += 1
                continue
            deck.with_suffix(".csv").write_text("\n".join(lines(read_out(folder / "m.out"))) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
