#!/usr/bin/env python3
"""How far each dynamic-wave model is from its own answer at a finer routing step.

Every shared model is run by `twin solve drainage` at its routing step and at a quarter and a sixteenth of it, by the
default and by `--compat swmm5.2`. Each is set against the sixteenth of its own scheme: share of series (node depth, link
flow) whose RMS difference is at most 1 % of the series' maximum, share of peaks within 1 %, and the mean RMS difference.
With --cut N every conduit is cut into N equal ones first, which asks the same of length as of time.

Nothing is judged; times are not taken.
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from drainage import DEPTH_LEAST_M, FLOW_LEAST, PEAK, SERIES, read_out, shared  # noqa: E402

PARTS = (1, 4, 16)
LIMIT_S = 900


def seconds(text):
    value = 0.0
    for part in text.split(":"):
        value = 60.0 * value + float(part)
    return value if ":" in text else float(text)


def finer(text, parts):
    step = re.search(r"(?im)^\s*ROUTING_STEP\s+(\S+)", text)
    length = seconds(step.group(1)) if step else 20.0
    line = f"ROUTING_STEP {length / parts:.9g}"
    if step is None:
        return text.replace("[OPTIONS]", f"[OPTIONS]\n{line}", 1)
    return re.sub(r"(?im)^\s*ROUTING_STEP\s+\S+", line, text)


def cut(text, pieces):
    """Every conduit as `pieces` equal ones, with junctions between them that do not spill."""
    sections = re.split(r"(?m)^(?=\[)", text)
    at = {m.group(1).upper(): i for i, s in enumerate(sections) if (m := re.match(r"\[(\w+)", s))}

    def rows(name):
        lines = sections[at[name]].splitlines()[1:] if name in at else []
        return [line.split() for line in lines if line.strip() and not line.strip().startswith(";")]

    def write(name, lines):
        sections[at[name]] = f"[{name}]\n" + "\n".join(lines) + "\n\n"

    invert = {r[0]: float(r[1]) for name in ("JUNCTIONS", "STORAGE", "OUTFALLS") for r in rows(name)}
    by_height = re.search(r"(?im)^\s*LINK_OFFSETS\s+ELEV", text) is not None

    def height(node, offset):
        above = float(offset.replace("*", "0"))
        return above if by_height and offset != "*" else invert[node] + above

    junctions, conduits, names = [" ".join(r) for r in rows("JUNCTIONS")], [], {}
    for name, start, end, length, rough, first, last, *rest in rows("CONDUITS"):
        nodes = [start, *(f"{name}~{i}" for i in range(1, pieces)), end]
        names[name] = [name, *(f"{name}~{i}" for i in range(1, pieces))]
        low, high = height(start, first), height(end, last)
        heights = [low + (high - low) * i / pieces for i in range(pieces + 1)]
        junctions += [f"{n} {z:.6f} 0 0 100 0" for n, z in list(zip(nodes, heights))[1:-1]]
        for i in range(pieces):
            ends = [f"{z:.6f}" for z in heights[i : i + 2]] if by_height else ["0", "0"]
            if not by_height and i == 0:
                ends[0] = first
            if not by_height and i == pieces - 1:
                ends[1] = last
            row = [names[name][i], *nodes[i : i + 2], f"{float(length) / pieces:.6f}", rough, *ends, *rest]
            conduits.append(" ".join(row))
    write("JUNCTIONS", junctions)
    write("CONDUITS", conduits)
    write("XSECTIONS", [" ".join([n, *r[1:]]) for r in rows("XSECTIONS") for n in names.get(r[0], [r[0]])])
    losses = []
    for r in rows("LOSSES"):
        parts = names.get(r[0], [r[0]])
        ends = [" ".join([parts[0], r[1], "0", "0", "NO"]), " ".join([parts[-1], "0", *r[2:]])]
        losses += [" ".join(r)] if len(parts) == 1 else ends
    if losses:
        write("LOSSES", losses)
    return "".join(sections)


def run(twin, folder, text, compat):
    (folder / "m.inp").write_text(text, encoding="latin1")
    command = [twin, "--json", "solve", "drainage", "m.inp", "-o", "m.out"]
    command += ["--compat", "swmm5.2"] if compat else []
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip()[-300:])
    return read_out(folder / "m.out"), json.loads(done.stdout.strip().splitlines()[-1])["solver"]


def against(coarse, fine):
    """Shares of series and of peaks within 1 %, and the mean RMS difference [% of the maximum]."""
    off, peaks = [], []
    flow = np.abs(fine["blocks"][2][:, :, 0]).max(initial=0.0)
    leasts = (DEPTH_LEAST_M if fine["si"] else DEPTH_LEAST_M / 0.3048, FLOW_LEAST * flow)
    for block, least in zip((1, 2), leasts):
        a, b = (o["blocks"][block][:, :, 0] for o in (coarse, fine))
        peak = np.abs(b).max(axis=0, initial=0.0)
        counted = (peak >= least) & (peak > 0.0)
        off += list((np.sqrt(((a - b) ** 2).mean(axis=0))[counted]) / peak[counted])
        peaks += list(np.abs(np.abs(a).max(axis=0, initial=0.0) - peak)[counted] / peak[counted])
    off, peaks = np.array(off or [0.0]), np.array(peaks or [0.0])
    return 100.0 * (off <= SERIES).mean(), 100.0 * (peaks <= PEAK).mean(), 100.0 * off.mean()


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--twin", required=True, help="the program `twin`, built for release")
    ask.add_argument("--decks", type=Path, default=shared(), help="folder of models")
    ask.add_argument("--cut", type=int, default=1, help="pieces that every conduit is cut into")
    ask.add_argument("--default-only", action="store_true", help="without --compat swmm5.2")
    ask.add_argument("only", nargs="*", help="names of models; all dynamic-wave ones where none is given")
    args = ask.parse_args()
    twin = str(Path(args.twin).resolve())
    columns = f"{'series %':>9}{'peaks %':>9}{'mean %':>8}{'steps':>9}{'iterations':>12}{'unconv.':>9}"
    print(f"{'model':24}{'scheme':9}{'step':6}{columns}")
    for deck in sorted(args.decks.glob("*.inp")):
        text = deck.read_text(encoding="latin1")
        if args.only and deck.stem not in args.only:
            continue
        if not re.search(r"(?im)^\s*FLOW_ROUTING\s+DYNWAVE", text) or not re.search(r"(?m)^\[CONDUITS\]", text):
            continue
        text = cut(text, args.cut) if args.cut > 1 else text
        with tempfile.TemporaryDirectory() as td:
            folder = Path(td)
            for beside in deck.parent.iterdir():
                if beside.suffix.lower() in (".dat", ".txt", ".hsf"):
                    shutil.copy(beside, folder)
            for scheme in ("default",) if args.default_only else ("default", "compat"):
                found = {n: run(twin, folder, finer(text, n), scheme == "compat") for n in PARTS}
                for n in PARTS[:-1]:
                    out, said = found[n]
                    series, peaks, mean = against(out, found[PARTS[-1]][0])
                    row = f"{deck.stem:24}{scheme:9}/{n:<5}{series:9.1f}{peaks:9.1f}{mean:8.3f}{said['steps']:9}"
                    print(f"{row}{said['iterations']:12}{said['unconverged_steps']:9}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
