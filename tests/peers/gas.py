#!/usr/bin/env python3
"""pandapipes 0.16.0 and `twin solve gas` side by side: the shared gas networks, then speed on invented cities.

Agreement is that of pressures and flows of every table, pandapipes solved here and now with the options of the case; a
network on which it stalls at 1e-9 is solved as tightly as it can, and the law follows. Speed is processor time of one
solve on one thread without reading and writing: for pandapipes `pipeflow` once numba has compiled, for twin ordering,
compiling and solving; in turn, the best of several. twin's second figure is a further solve with other loads, from the
answer before.

Exit code 1 where agreement misses the law; times never decide.
"""
import argparse
import importlib.util
import json
import logging
import math
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

# One thread, before numpy is loaded.
for key in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[key] = "1"

import pandapipes as pp  # noqa: E402

warnings.filterwarnings("ignore")
logging.disable(50)

TIGHT = dict(max_iter_hyd=200, tol_p=1e-9, tol_m=1e-9, tol_res=1e-7, tolerance_colebrook=1e-12,
             max_iter_colebrook=100)
LADDER = ({}, dict(tol_p=1e-6, tol_m=1e-6, tol_res=1e-3, tolerance_colebrook=1e-9),
          dict(tol_p=1e-5, tol_m=1e-5, tol_res=1e-3, tolerance_colebrook=1e-6))
# Tables with pressures and flows, and the columns that are compared.
TABLES = {"res_junction": ("p_bar",), "res_pipe": ("mdot_from_kg_per_s",), "res_ext_grid": ("mdot_kg_per_s",),
          "res_press_control": ("mdot_from_kg_per_s",), "res_pump": ("deltap_bar",)}
SIZES = (2500, 40000)
LIMIT_S = 900


def shared_folder():
    beside = Path(__file__).resolve().parents[3] / "shared"
    return Path(os.environ.get("LIFELINE_SHARED", beside)) / "networks" / "gas"


def twin_solves(twin, source, out, *ask):
    """Runs twin; what it says of itself."""
    command = [twin, "solve", "gas", str(source), "-o", str(out), "--json", *ask]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip()[-300:] or f"exit code {done.returncode}")
    return json.loads(done.stdout)


def pandapipes_solves(net, options):
    """Solves as tightly as pandapipes can; the tolerance reached."""
    for looser in LADDER:
        asked = {**TIGHT, **options, **looser}
        try:
            pp.pipeflow(net, **asked)
            return asked["tol_p"]
        except Exception:  # whatever keeps it from an answer, a looser one may not
            continue
    raise RuntimeError("pandapipes has no answer at any tolerance")


def apart(net, told):
    """Largest differences of pressures [bar] and of flows [kg/s]; infinite where one has a value and the other none."""
    worst = dict(bar=0.0, kgs=0.0)
    for table, columns in TABLES.items():
        if table not in told:
            continue
        frame = net[table]
        for column in columns:
            unit = "bar" if column.endswith("bar") else "kgs"
            for theirs, ours in zip(frame[column].to_numpy(dtype=float), told[table][column]):
                if math.isfinite(theirs) != (ours is not None):
                    worst[unit] = math.inf
                elif ours is not None:
                    worst[unit] = max(worst[unit], abs(theirs - ours))
    return worst


def compare(twin, shared, case):
    """One case of the shared data by both."""
    net = pp.from_json(str(shared / case["file"]))
    for valve in case.get("close_valves", []):
        net.valve.loc[valve, "opened"] = False
    if case.get("sink_scale"):
        net.sink["mdot_kg_per_s"] *= case["sink_scale"]
    reached = pandapipes_solves(net, case.get("options", {}))
    with tempfile.TemporaryDirectory() as td:
        out = Path(td) / "out.json"
        said = twin_solves(twin, shared / "cases.json", out, "--case", case["name"])
        told = json.loads(out.read_text())
    worst = apart(net, told)
    law = 1e-7 if reached <= 1e-9 else 1e-5
    return dict(case=case["name"], junctions=len(net.junction), links=len(net.pipe) + len(net.press_control),
                reached=reached, law=law, holds=worst["bar"] <= law and worst["kgs"] <= law,
                iterations=said["solver"]["iterations"],
                residuals=said["solver"]["residuals"], **worst)


def generator(shared):
    spec = importlib.util.spec_from_file_location("make_synthetic", shared / "make_synthetic.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def city(shared, nodes):
    """A city of about so many nodes, as the shared generator makes it on its command line."""
    side = max(3, round(math.sqrt(nodes / 4)))
    return generator(shared).city_gas(1, side, side, max(1, round(0.75 * nodes / 40)), 40)


def speed(twin, shared, nodes, repeat):
    """Both on a city: best of `repeat` runs in turn, and how far apart they are."""
    net = city(shared, nodes)
    theirs, ours, warm = [], [], []
    with tempfile.TemporaryDirectory() as td:
        source, out = Path(td) / "city.pp.json", Path(td) / "out.json"
        pp.to_json(net, str(source))
        reached = pandapipes_solves(net, dict(friction_model="colebrook"))  # numba compiles here
        options = {**TIGHT, "friction_model": "colebrook"}
        options.update(next(looser for looser in LADDER if {**TIGHT, **looser}["tol_p"] == reached))
        for _ in range(repeat):
            before = time.process_time()
            pp.pipeflow(net, **options)
            theirs.append(time.process_time() - before)
            ask = ("--option", "friction_model=colebrook", "--option", "repeat=3")
            said = twin_solves(twin, source, out, *ask)
            ours.append(min(said["cpu_s"], said["repeated"]["cold_cpu_s"]["best"]))
            warm.append(said["repeated"]["warm_cpu_s"]["best"])
        told = json.loads(out.read_text())
    worst = apart(net, told)
    # A city's regulators hold 22 mbar over the air: a loose answer of pandapipes is compared at its own tolerance.
    law = 1e-7 if reached <= 1e-9 else 1e-4
    return dict(nodes=len(net.junction), pipes=len(net.pipe), regulators=len(net.press_control), reached=reached,
                pandapipes_s=min(theirs), twin_s=min(ours), warm_s=min(warm), ratio=min(theirs) / min(ours),
                iterations=said["solver"]["iterations"], warm_iterations=said["repeated"]["warm_iterations"],
                holds=worst["bar"] <= law and worst["kgs"] <= law, law=law, **worst)


def table(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    for line in rows:
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))))
    markdown = ["| " + " | ".join(line) + " |" for line in rows]
    markdown.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(markdown)


def say_cases(rows):
    head = ["case", "junctions", "apart bar", "apart kg/s", "pandapipes to", "iterations", "law"]
    lines = [[r["case"], str(r["junctions"]), f"{r['bar']:.1e}", f"{r['kgs']:.1e}", f"{r['reached']:.0e}",
              str(r["iterations"]), "holds" if r["holds"] else "misses"] for r in rows]
    return table([head, *lines])


def say_speed(rows):
    head = ["junctions", "pandapipes CPU s", "twin CPU s", "times", "twin again CPU s", "iterations", "apart bar"]
    lines = [[str(r["nodes"]), f"{r['pandapipes_s']:.3f}", f"{r['twin_s']:.4f}", f"{r['ratio']:.0f}",
              f"{r['warm_s']:.4f}", f"{r['iterations']} / {r['warm_iterations']}", f"{r['bar']:.1e}"] for r in rows]
    return table([head, *lines])


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--twin", required=True, help="the program `twin`, built for release")
    ask.add_argument("--out", required=True, type=Path, help="folder for gas.json and gas.md")
    ask.add_argument("--repeat", type=int, default=3, help="runs of each speed")
    ask.add_argument("--no-speed", action="store_true", help="agreement alone")
    args = ask.parse_args()
    shared = shared_folder()
    if not shared.is_dir():
        ask.error(f"no networks in {shared}: set LIFELINE_SHARED")
    twin = str(Path(args.twin).resolve())
    cases = [c for c in json.loads((shared / "cases.json").read_text()) if c["kind"] == "pp"]
    rows = [compare(twin, shared, case) for case in cases]
    text, found = [say_cases(rows)], dict(cases=rows)
    if not args.no_speed:
        found["speed"] = [speed(twin, shared, nodes, max(args.repeat, 1)) for nodes in SIZES]
        print()
        text.append(say_speed(found["speed"]))
    missed = [r for r in rows + found.get("speed", []) if not r["holds"]]
    print(f"{len(rows) - sum(not r['holds'] for r in rows)} of {len(rows)} cases hold the law of agreement")
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "gas.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    (args.out / "gas.md").write_text("\n\n".join(text) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
