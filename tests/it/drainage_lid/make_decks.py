#!/usr/bin/env python3
"""Makes the tables of whole decks beside this file with SWMM 5.2.4 (pip install swmm-toolkit==0.17.0).

Usage: make_decks.py FOLDER_WITH_THE_SHARED_DECKS
Each table holds SWMM's LID performance summary, then the runoff of each subcatchment at report times (hours).
"""
import pathlib
import re
import sys
import tempfile

from swmm.toolkit import output, shared_enum, solver

HERE = pathlib.Path(__file__).parent
SHARED = pathlib.Path(sys.argv[1])
DECKS = {"mixed": HERE / "mixed.inp", "epa_example4_lid": SHARED / "epa_example4_lid.inp",
         "epa_bioretention": SHARED / "epa_bioretention.inp"}

for name, deck in DECKS.items():
    with tempfile.TemporaryDirectory() as tmp:
        at = pathlib.Path(tmp)
        text = re.sub(r'"[^"\n]*\.txt"', "*", deck.read_text())
        (at / "d.inp").write_text(text)
        solver.swmm_run(str(at / "d.inp"), str(at / "d.rpt"), str(at / "d.out"))
        report = (at / "d.rpt").read_text()
        handle = output.init()
        output.open(handle, str(at / "d.out"))
        steps = output.get_times(handle, shared_enum.Time.NUM_PERIODS)
        step_s = output.get_times(handle, shared_enum.Time.REPORT_STEP)
        names = [output.get_elem_name(handle, shared_enum.ElementType.SUBCATCH, i)
                 for i in range(output.get_proj_size(handle)[0])]
        rows = [output.get_subcatch_series(handle, i, shared_enum.SubcatchAttribute.RUNOFF_RATE, 0, steps - 1)
                for i in range(len(names))]
        output.close(handle)
    table = report.split("LID Performance Summary")[1].split("-" * 100)[2].lstrip("-\n").split("\n\n")[0]
    out = ["unit " + " ".join(x.split()) for x in table.splitlines() if re.search(r"\d\.\d\d$", x)]
    out.append("subcatchments " + " ".join(names))
    every = max(1, steps // 90)
    for k in range(every - 1, steps, every):
        out.append(" ".join([f"{(k + 1) * step_s / 3600:.6f}"] + [f"{r[k]:.7g}" for r in rows]))
    (HERE / f"{name}.txt").write_text("\n".join(out) + "\n")
    print(name, len(out), out[0])
