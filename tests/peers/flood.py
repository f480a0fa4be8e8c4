#!/usr/bin/env python3
"""ANUGA 4.1 and `twin solve flood` side by side: two analytic cases of the shared flood2d data, then speed.

A case is run by ANUGA's DE0 and DE1 on triangles, four a square, and by twin's hllc1 and hllc2 on square cells of the
same area, each on one thread. Errors are relative L1 of depth against the analytic solution at centroids and centres;
"apart" is the same measure between twin and DE1, over the squares. Both run in similarity: lengths times SCALE (ANUGA's
least depths are absolute), times and velocities as each program's gravity asks.

Speed is that of one state, waves on a lake over uneven ground: triangle-steps of DE0 and cell-steps of twin a second
of processor time, in turn, the best of several; twin's come from tests/examples/flood_speed.rs.

Exit code 1 where agreement misses the law; times never decide.
"""
import argparse
import importlib.util
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

# Case: output, scale at which both programs' least depths are small, largest relative L1 of hllc2, and apart.
CASES = {"stoker_wet_n400": (3, 1000.0, 0.005, 0.005), "thacker_planar_2d_n128": (3, 50.0, 0.05, 0.03)}
ROWS = 4
REFERENCE_MS2, TWIN_MS2 = 9.81, 9.80665
# Squares along a side of ANUGA's mesh for speed, and steps.
SPEED_SQUARES, SPEED_STEPS = 500, 8
LIMIT_S = 600


def generator(shared):
    """The module that made the shared cases: it holds Stoker's solution."""
    spec = importlib.util.spec_from_file_location("make_flood2d", shared / "make_flood2d.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Case:
    """One case at its own scale: bed and state anywhere, at any of its times."""

    def __init__(self, shared, name):
        data = np.load(shared / "cases" / f"{name}.npz")
        self.output, self.scale, self.limit, self.apart = CASES[name]
        self.name, self.stoker = name, generator(shared).stoker
        self.dx, self.t_s = float(data["dx"]), float(data["t"][self.output])
        self.columns = len(data["x"])
        self.rows = len(data["y"]) if "y" in data else ROWS
        x, y = self.centres()
        known = np.broadcast_to(data["h"][self.output], x.shape)
        if not np.allclose(self.state(x, y, self.t_s)[0], known, atol=1e-6 * known.max()):
            raise ValueError(f"{name}: the shared file holds another solution")

    def centres(self):
        return np.meshgrid(*((np.arange(n) + 0.5) * self.dx for n in (self.columns, self.rows)))

    def bed(self, x, y):
        return 0.0 * x if self.name.startswith("stoker") else -0.1 * (1.0 - ((x - 2) ** 2 + (y - 2) ** 2))

    def state(self, x, y, t):
        """Depth, u and v of SWASHES 4.1.1 and 4.2.2 (planar surface)."""
        if self.name.startswith("stoker"):
            h, u = self.stoker(x, t, 5.0, 0.005, 0.001)
            return h, u, 0.0 * x
        w, eta = math.sqrt(2 * REFERENCE_MS2 * 0.1), 0.5
        slope = 2 * (x - 2) * math.cos(w * t) + 2 * (y - 2) * math.sin(w * t)
        h = np.maximum(0.1 * eta * (slope - eta) - self.bed(x, y), 0.0)
        wet = h > 0
        return h, np.where(wet, -eta * w * math.sin(w * t), 0.0), np.where(wet, eta * w * math.cos(w * t), 0.0)

    def faster(self, gravity_ms2):
        """Velocities at the program's scale and gravity over those of the case; times are SCALE over it."""
        return math.sqrt(self.scale * gravity_ms2 / REFERENCE_MS2)


def error(depth, exact):
    return float(np.abs(depth - exact).sum() / np.abs(exact).sum())


def steps_of(domain, until_s):
    """Runs a domain; its steps and processor time."""
    steps, before = 0, time.process_time()
    for _ in domain.evolve(yieldstep=until_s, finaltime=until_s):
        steps += domain.number_of_steps
    return steps, time.process_time() - before


def domain_of(anuga, squares, length, algorithm, folder):
    domain = anuga.rectangular_cross_domain(*squares, len1=length[0], len2=length[1])
    domain.set_flow_algorithm(algorithm)
    domain.set_multiprocessor_mode(1)
    domain.set_store(False)
    domain.set_name("flood")
    domain.set_datadir(folder)
    walls = anuga.Reflective_boundary(domain)
    domain.set_boundary({tag: walls for tag in domain.get_boundary_tags()})
    return domain


def anuga_case(case, algorithm, folder):
    """ANUGA's run of a case; means of depth over squares of two cells a side go to a file."""
    import anuga

    squares = (case.columns // 2, case.rows // 2)
    length = [n * 2 * case.dx * case.scale for n in squares]
    domain = domain_of(anuga, squares, length, algorithm, folder)
    gravity = domain.g
    at = domain.centroid_coordinates / case.scale
    x, y, s = at[:, 0], at[:, 1], case.faster(gravity)
    h, u, v = case.state(x, y, 0.0)
    domain.set_quantity("friction", 0.0)
    domain.set_quantity("elevation", lambda x, y: case.scale * case.bed(x / case.scale, y / case.scale))
    bed = domain.quantities["elevation"].centroid_values
    for name, values in (
        ("stage", bed + h * case.scale),
        ("xmomentum", h * u * case.scale * s),
        ("ymomentum", h * v * case.scale * s),
    ):
        domain.set_quantity(name, numeric=values, location="centroids")
    steps, cpu_s = steps_of(domain, case.t_s * case.scale / s)
    depth = (domain.quantities["stage"].centroid_values - bed) / case.scale
    square = (y // (2 * case.dx)).astype(int) * squares[0] + (x // (2 * case.dx)).astype(int)
    np.save(folder / "squares.npy", np.bincount(square, weights=depth, minlength=squares[0] * squares[1]) / 4)
    exact = case.state(x, y, case.t_s)[0]
    triangles = domain.number_of_triangles
    return dict(error=error(depth, exact), steps=steps, cpu_s=cpu_s, parts=triangles, gravity_ms2=gravity)


def anuga_speed(folder):
    """DE0 on the lake of tests/examples/flood_speed.rs, in 4 x SPEED_SQUARES² triangles of its cells' area."""
    import anuga

    n, cell = SPEED_SQUARES, 5.0
    length = 2 * cell * n
    domain = domain_of(anuga, (n, n), (length, length), "DE0", folder)
    domain.set_quantity("friction", 0.03)
    domain.set_quantity("elevation", lambda x, y: 0.3 * (np.sin(0.01 * x) + np.cos(0.006 * y)))
    domain.set_quantity("stage", lambda x, y: 2.0 + 0.2 * np.sin(0.02 * x))
    # A first run fills the buffers; then about SPEED_STEPS steps.
    steps, _ = steps_of(domain, 1.0)
    steps, cpu_s = steps_of(domain, 1.0 + SPEED_STEPS / steps)
    triangles = domain.number_of_triangles
    return dict(parts=triangles, steps=steps, cpu_s=cpu_s, per_cpu_s=triangles * steps / cpu_s)


def write_asc(path, values, cell_m):
    head = f"ncols {values.shape[1]}\nnrows {values.shape[0]}\nxllcorner 0\nyllcorner 0\ncellsize {cell_m!r}\n"
    rows = "\n".join(" ".join(repr(float(v)) for v in row) for row in values[::-1])
    path.write_text(head + rows + "\n")


def read_asc(path):
    lines = path.read_text().split("\n")
    first = next(i for i, line in enumerate(lines) if line.strip() and not line.strip()[0].isalpha())
    return np.array([[float(v) for v in line.split()] for line in lines[first:] if line.strip()])[::-1]


def run(command):
    env = dict(os.environ, OMP_NUM_THREADS="1")
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, env=env)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip()[-300:] or f"exit code {done.returncode}")
    return done.stdout.strip().splitlines()


def anuga_apart(*ask):
    """ANUGA in a process of its own: it writes much to its output."""
    with tempfile.TemporaryDirectory() as td:
        found = json.loads(run([sys.executable, str(Path(__file__).resolve()), "--anuga", td, *ask])[-1])
        squares = Path(td) / "squares.npy"
        return found, np.load(squares) if squares.exists() else None


def twin_case(twin, case, scheme):
    s, cell_m = case.faster(TWIN_MS2), case.dx * case.scale
    x, y = case.centres()
    h, u, v = case.state(x, y, 0.0)
    with tempfile.TemporaryDirectory() as td:
        folder = Path(td)
        for name, values in (("dem", case.bed(x, y) * case.scale), ("h", h * case.scale), ("u", u * s), ("v", v * s)):
            write_asc(folder / f"{name}.asc", values, cell_m)
        (folder / "case.toml").write_text(
            'dem = "dem.asc"\nfriction = { manning = 0.0 }\n'
            'initial = { depth = "h.asc", u = "u.asc", v = "v.asc" }\n'
            f'duration_s = {case.t_s * case.scale / s!r}\nscheme = "{scheme}"\nprecision = "f64"\n'
        )
        out = run([twin, "--json", "solve", "flood", str(folder / "case.toml"), "-o", str(folder / "out")])
        said = json.loads(out[-1])
        last = max((folder / "out").glob("depth_*.asc"), key=lambda p: float(p.stem.split("_")[1]))
        depth = read_asc(last) / case.scale
    squares = depth.reshape(case.rows // 2, 2, case.columns // 2, 2).mean(axis=(1, 3)).ravel()
    found = error(depth, case.state(x, y, case.t_s)[0])
    return dict(error=found, steps=said["steps"], cpu_s=said["cpu_s"], parts=case.rows * case.columns), squares


def compare(twin, shared, name):
    case = Case(shared, name)
    row = dict(case=name, limit=case.limit, apart_limit=case.apart, misses=[])
    peer = {}
    for algorithm in ("DE0", "DE1"):
        row[algorithm], peer[algorithm] = anuga_apart(str(shared), name, algorithm)
    for scheme in ("hllc1", "hllc2"):
        row[scheme], squares = twin_case(twin, case, scheme)
        row[scheme]["apart"] = error(squares, peer["DE1"])
    ours = row["hllc2"]
    if not ours["error"] <= case.limit:
        row["misses"].append(f"error {ours['error']:.2%} over {case.limit:.2%}")
    if not ours["apart"] <= case.apart:
        row["misses"].append(f"{ours['apart']:.2%} apart, over {case.apart:.2%}")
    return row


def speed(example, repeat):
    """The best of ANUGA and of each of twin's figures, taken in turn."""
    anuga, ours = {}, {}
    for _ in range(repeat):
        found, _ = anuga_apart("speed")
        if found["per_cpu_s"] > anuga.get("per_cpu_s", 0.0):
            anuga = found
        for line in run([example]):
            found = json.loads(line)
            best = ours.setdefault(found["what"], found)
            if found["state_hash"] != best["state_hash"]:
                raise RuntimeError(f"{found['what']}: another state than before")
            if found["rate_per_s"] > best["rate_per_s"]:
                ours[found["what"]] = found
    return dict(anuga=anuga, twin=ours)


def say_speed(s):
    """Rows of the table of speeds, and what follows from them."""
    ours, anuga = s["twin"], s["anuga"]
    rate = {what: found["rate_per_s"] for what, found in ours.items()}
    rows = [["what", "parts", "million part-steps a CPU-second", "bytes a cell-step over the copy's speed"]]
    rows.append(["ANUGA DE0", str(anuga["parts"]), f"{anuga['per_cpu_s'] / 1e6:.2f}", "–"])
    for what, found in ours.items():
        share = f"{found['copy_share']:.0%}" if found.get("copy_share") else "–"
        rows.append([what, str(found["cells"]), f"{found['rate_per_s'] / 1e6:.1f}", share])
    one, two = ours["hllc1 f32"], ours["hllc1 f32, 2 threads"]
    foot = [
        f"hllc1 f32 takes {rate['hllc1 f32'] / anuga['per_cpu_s']:.1f} times as many cell-steps a CPU-second"
        f" as DE0 triangle-steps, on {anuga['parts']} triangles against {one['cells']} cells",
        f"a step with a tenth wet is {one['step_s'] / ours['hllc1 f32, a tenth wet']['step_s']:.1f} times as fast",
        f"2 threads: {one['wall_s'] / two['wall_s']:.2f} times as fast by the clock,"
        f" {'the same' if one['state_hash'] == two['state_hash'] else 'ANOTHER'} state",
    ]
    return rows, foot


def table(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    for line in rows:
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))))
    markdown = ["| " + " | ".join(line) + " |" for line in rows]
    markdown.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(markdown)


def cells(row):
    for key in ("DE0", "DE1", "hllc1", "hllc2"):
        r = row[key]
        apart = f"{100 * r['apart']:.2f}" if "apart" in r else "–"
        law = "–" if key != "hllc2" else "misses" if row["misses"] else "holds"
        program = ("ANUGA " if key.startswith("DE") else "twin ") + key
        yield [row["case"], program, str(r["parts"]), str(r["steps"]), f"{100 * r['error']:.2f}", apart,
               f"{r['cpu_s']:.3f}", law]


def shared_folder():
    beside = Path(__file__).resolve().parents[3] / "shared"
    return Path(os.environ.get("LIFELINE_SHARED", beside)) / "flood2d"


def anuga_child(folder, what, *rest):
    if what == "speed":
        return anuga_speed(Path(folder))
    name, algorithm = rest
    return anuga_case(Case(Path(what), name), algorithm, Path(folder))


def main():
    if sys.argv[1:2] == ["--anuga"]:
        print(json.dumps(anuga_child(*sys.argv[2:])))
        return 0
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--twin", required=True, help="the program `twin`, built for release")
    ask.add_argument("--example", help="the example flood_speed, built for release; no speeds without it")
    ask.add_argument("--out", required=True, type=Path, help="folder for flood.json and flood.md")
    ask.add_argument("--repeat", type=int, default=3, help="runs of each speed")
    args = ask.parse_args()
    shared = shared_folder()
    if not shared.is_dir():
        ask.error(f"no cases in {shared}: set LIFELINE_SHARED")
    twin = str(Path(args.twin).resolve())
    rows = [compare(twin, shared, name) for name in CASES]
    for row in rows:
        print(f"{row['case']}: {'; '.join(row['misses']) or 'holds'}", file=sys.stderr, flush=True)
    head = ["case", "by", "cells", "steps", "rel. L1 %", "apart %", "CPU s", "law"]
    text = [table([head, *(line for row in rows for line in cells(row))])]
    found = dict(cases=rows)
    if args.example:
        found["speed"] = speed(str(Path(args.example).resolve()), max(args.repeat, 1))
        lines, foot = say_speed(found["speed"])
        print()
        text.append(table(lines))
        print("\n" + "\n".join(foot))
        text.append("\n".join(f"- {f}" for f in foot))
    missed = sum(bool(r["misses"]) for r in rows)
    print(f"{len(rows) - missed} of {len(rows)} cases hold the law of agreement")
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "flood.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    (args.out / "flood.md").write_text("\n\n".join(text) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
