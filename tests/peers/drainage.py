#!/usr/bin/env python3
"""SWMM 5.2.4 and `twin solve drainage` side by side on the shared drainage models, or those of another folder.

Every model is run in one thread by SWMM, by twin's default and by `--compat swmm5.2`, in turn, several times; the least
processor time of each counts. SWMM's is that of the process round swmm_run (reading and writing within); twin's is
`cpu_s` of `--json`, and beside it that of the whole process, start included. Agreement is judged as in
tests/it/golden_drainage.rs; results of SWMM are those of the same sitting.

Exit code 1 where agreement misses the law; times never decide.
"""
import argparse
import json
import math
import os
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TIER_B = {"epa_extran1", "epa_extran4_weir", "epa_extran6_pump", "epa_cos_outlets_mid"}
TIER_C = {"s5p_ttt_slot"}
SERIES, SERIES_SHARE = 0.01, 0.95
PEAK, PEAK_SHARE = 0.01, 0.90
VOLUME = 0.005
DEPTH_LEAST_M, FLOW_LEAST = 0.001, 1e-4
CONTINUITY_PERCENT, UNCONVERGED_PERCENT = 0.1, 1.0
MAX_ROWS = 400
LIMIT_S = 600
MAGIC = 516114522
OUTFALL = 1


def read_out(path):
    """Names, kinds and values of a result file; values are arrays [period, object, variable]."""
    b = path.read_bytes()
    ints = lambda at, n: struct.unpack_from(f"<{n}i", b, at)
    ids, props, start, periods, error, magic = ints(len(b) - 24, 6)
    if magic != MAGIC or error:
        raise ValueError(f"{path.name}: not a whole result file (error {error})")
    _, version, units, *counts = ints(0, 7)
    names, at = [], ids
    for _ in range(sum(counts)):
        (n,) = ints(at, 1)
        names.append(b[at + 4 : at + 4 + n].decode("latin1"))
        at += 4 + n
    at, kinds = props, []
    for n in counts[:3]:
        (k,) = ints(at, 1)
        at += 4 * (1 + k)
        kinds.append(np.frombuffer(b, "<i4", n * k, at).reshape(n, k)[:, 0])
        at += 4 * n * k
    widths = []
    for _ in range(4):
        (k,) = ints(at, 1)
        widths.append(k)
        at += 4 * (1 + k)
    sizes = [n * k for n, k in zip([*counts[:3], 1], widths)]
    rows = np.frombuffer(b, np.uint8, periods * (8 + 4 * sum(sizes)), start).reshape(periods, -1)
    floats = rows[:, 8:].copy().view("<f4").astype(float)
    dates = rows[:, :8].copy().view("<f8")[:, 0]
    blocks, first = [], 0
    for n, k, size in zip(counts[:3], widths, sizes):
        blocks.append(floats[:, first : first + size].reshape(periods, n, k))
        first += size
    a, c, d = counts[0], counts[0] + counts[1], sum(counts[:3])
    names = [names[:a], names[a:c], names[c:d]]
    return dict(si=units >= 3, names=names, node_kinds=kinds[1], dates=dates, blocks=blocks)


def read_report(path):
    """Continuity error of routing, and share of steps that did not converge [%]."""
    text = path.read_text(errors="replace")
    balance = re.search(r"Flow Routing Continuity.*?Continuity Error \(%\)[ .]*([-\d.]+)", text, re.S)
    steps = re.search(r"% of Steps Not Converging\s*:\s*([-\d.]+)", text)
    return float(balance.group(1)) if balance else 0.0, float(steps.group(1)) if steps else 0.0


def kept_rows(periods):
    return np.unique(np.linspace(0, periods - 1, min(periods, MAX_ROWS)).round().astype(int))


def judge(theirs, mine, least):
    """Shares of series and of peaks that agree, of those above `least` on either side."""
    kept = kept_rows(len(theirs))
    peak, own = (np.abs(v).max(axis=0, initial=0.0) for v in (theirs, mine))
    counted = ~((peak < least) & (own < least))
    off = np.sqrt(((mine[kept] - theirs[kept]) ** 2).mean(axis=0)) / np.maximum(np.abs(theirs[kept]).max(axis=0), least)
    peaks = np.abs(own - peak) <= PEAK * np.maximum(peak, least)
    n = int(counted.sum())
    worst = float(np.where(counted, np.nan_to_num(off, nan=1e9), 0.0).max(initial=0.0))
    return dict(
        compared=n,
        left_out=int(len(counted) - n),
        series=float((off[counted] <= SERIES).mean()) if n else 1.0,
        peaks=float(peaks[counted].mean()) if n else 1.0,
        worst=worst,
    )


def volumes(o):
    node = o["blocks"][1]
    return [float(node[:, o["node_kinds"] == OUTFALL, 4].mean(axis=0).sum()), float(node[:, :, 5].mean(axis=0).sum())]


def compare(swmm, twin, tier, error_percent):
    """Agreement of two result files, and what of it misses the law."""
    if swmm["names"] != twin["names"] or len(swmm["dates"]) != len(twin["dates"]):
        return dict(misses=["other objects or another number of periods"])
    if np.abs(swmm["dates"] - twin["dates"]).max(initial=0.0) > 1e-3 / 24:
        return dict(misses=["other reporting times"])
    runoff, depth, flow = ([o["blocks"][i][:, :, j] for o in (swmm, twin)] for i, j in ((0, 4), (1, 0), (2, 0)))
    least_flow = FLOW_LEAST * max(np.abs(flow[0]).max(initial=0.0), np.abs(runoff[0]).max(initial=0.0))
    least_depth = DEPTH_LEAST_M if swmm["si"] else DEPTH_LEAST_M / 0.3048
    found = dict(depth=judge(*depth, least_depth), flow=judge(*flow, least_flow), runoff=judge(*runoff, least_flow))
    misses = []
    for name, f in found.items():
        if tier == "A" and f["series"] < SERIES_SHARE:
            misses.append(f"{name}: {f['series']:.1%} of series")
        if tier != "C" and f["peaks"] < PEAK_SHARE:
            misses.append(f"{name}: {f['peaks']:.1%} of peaks")
    theirs, mine = volumes(swmm), volumes(twin)
    least = FLOW_LEAST * sum(theirs)
    found["volumes_percent"] = []
    for name, a, b in zip(("outfall", "flooding"), theirs, mine):
        off = (b - a) / max(a, least) if a > least or not b <= least else 0.0
        found["volumes_percent"].append(100.0 * off)
        if tier != "C" and not abs(off) <= max(VOLUME, abs(error_percent) / 100.0):
            misses.append(f"{name} volume off by {off:.2%}")
    return dict(found, misses=misses)


def children_s():
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


def run(command, folder):
    """Standard output of a command and the processor time of its process; an error where it failed."""
    before = children_s()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip()[-300:] or f"exit code {done.returncode}")
    return done.stdout, children_s() - before


def swmm_once(folder):
    out, _ = run([sys.executable, str(Path(__file__).resolve()), "--swmm-once"], folder)
    return float(out.rsplit("cpu_s=", 1)[1])


def swmm_child():
    from swmm.toolkit import solver

    before = time.process_time()
    solver.swmm_run("m.inp", "swmm.rpt", "swmm.out")
    print(f"cpu_s={time.process_time() - before}")


def twin_once(twin, folder, compat):
    name = "compat" if compat else "default"
    command = [twin, "--json", "solve", "drainage", "m.inp", "-o", f"{name}.out"]
    out, whole_s = run(command + (["--compat", "swmm5.2"] if compat else []), folder)
    return json.loads(out.strip().splitlines()[-1]), whole_s


def model(deck, twin, repeat, kinematic_percent):
    name = deck.stem
    tier = "B" if name in TIER_B else "C" if name in TIER_C else "A"
    text = re.sub(r"(?im)^(\s*THREADS\s+)\d+", r"\g<1>1", deck.read_text(encoding="latin1"))
    routing = re.search(r"(?im)^\s*FLOW_ROUTING\s+(\S+)", text)
    row = dict(deck=name, tier=tier, routing=routing.group(1).upper() if routing else "KINWAVE", misses=[])
    with tempfile.TemporaryDirectory() as td:
        folder = Path(td)
        for beside in deck.parent.iterdir():
            if beside.suffix.lower() in (".dat", ".txt", ".hsf"):
                shutil.copy(beside, folder)
        (folder / "m.inp").write_text(text, encoding="latin1")
        least = {}
        failed = {}
        solver = {}
        for _ in range(repeat):
            least["swmm"] = min(least.get("swmm", math.inf), swmm_once(folder))
            for compat in (False, True):
                key = "compat" if compat else "default"
                if key in failed:
                    continue
                try:
                    said, whole_s = twin_once(twin, folder, compat)
                    cpu_s, solver[key] = said["cpu_s"], said["solver"]
                except (RuntimeError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
                    failed[key] = str(error)
                    continue
                least[key] = min(least.get(key, math.inf), cpu_s)
                least[key + "_whole"] = min(least.get(key + "_whole", math.inf), whole_s)
        swmm = read_out(folder / "swmm.out")
        error, unconverged = read_report(folder / "swmm.rpt")
        row.update(conduits=len(swmm["names"][2]), swmm_s=least["swmm"], swmm_continuity_percent=error)
        row["swmm_unconverged_percent"] = unconverged
        for key in ("default", "compat"):
            row[key] = part = dict(misses=[failed[key]]) if key in failed else {}
            if key in failed:
                continue
            try:
                part.update(compare(swmm, read_out(folder / f"{key}.out"), tier, error))
            except (OSError, ValueError, struct.error, IndexError) as why:
                part["misses"] = [str(why)]
                continue
            part["cpu_s"], part["whole_s"] = least[key], least[key + "_whole"]
            part["ratio"], part["whole_ratio"] = (least["swmm"] / max(least[k], 1e-6) for k in (key, key + "_whole"))
            part["continuity_percent"] = solver[key]["continuity_error_percent"]
            part["unconverged_percent"] = 100.0 * solver[key]["unconverged_steps"] / max(solver[key]["steps"], 1)
    default, compat = row["default"], row["compat"]
    if default["misses"] and compat["misses"]:
        row["misses"] += [f"default: {m}" for m in default["misses"]] + [f"compat: {m}" for m in compat["misses"]]
    if "continuity_percent" in default and tier != "C":
        allowed = max(abs(error), CONTINUITY_PERCENT if row["routing"] == "DYNWAVE" else kinematic_percent)
        if not abs(default["continuity_percent"]) <= allowed:
            row["misses"].append(f"default: continuity error {default['continuity_percent']} % over {allowed} %")
    if default.get("unconverged_percent", 0.0) > UNCONVERGED_PERCENT:
        row["misses"].append(f"default: {default['unconverged_percent']} % of steps unconverged")
    return row


HEAD = [
    "model", "tier", "routing", "links", "SWMM s", "× default", "× compat", "× whole",
    "depth %", "flow %", "peaks %", "outfall %", "flooding %", "continuity % SWMM/ours", "unconv. % SWMM/ours", "law",
]


def worse(part):
    """Order of runs by agreement, the better first: fewer misses, then more of the series that agree."""
    judged = [part[k] for k in ("depth", "flow", "runoff") if k in part]
    compared = sum(j["compared"] for j in judged)
    share = sum(j["series"] * j["compared"] for j in judged) / compared if compared else float(bool(judged))
    return len(part["misses"]), -share


def cells(row):
    """A row of the table; agreement is that of the run that agrees better."""
    default, compat = row["default"], row["compat"]
    best = min((default, compat), key=worse)
    number = lambda p, k, form: form.format(p[k]) if k in p else "–"
    share = lambda k: f"{100 * best[k]['series']:.0f}" if "depth" in best else "–"
    peaks = f"{100 * min(best[k]['peaks'] for k in ('depth', 'flow')):.0f}" if "depth" in best else "–"
    volume = [f"{v:+.2f}" for v in best.get("volumes_percent", [])] or ["–", "–"]
    return [
        row["deck"], row["tier"], row["routing"], str(row["conduits"]), f"{row['swmm_s']:.3f}",
        number(default, "ratio", "{:.2f}"), number(compat, "ratio", "{:.2f}"), number(default, "whole_ratio", "{:.2f}"),
        share("depth"), share("flow"), peaks, *volume,
        f"{row['swmm_continuity_percent']:.3f}/{number(default, 'continuity_percent', '{:.3f}')}",
        f"{row['swmm_unconverged_percent']:.2f}/{number(default, 'unconverged_percent', '{:.2f}')}",
        "misses" if row["misses"] else "holds",
    ]


def speed(rows, key, ratio):
    """Geometric mean and least of a ratio over the dynamic-wave models with links."""
    dynamic = [r for r in rows if r["routing"] == "DYNWAVE" and r["conduits"]]
    ratios = [r[key][ratio] for r in dynamic if ratio in r[key]]
    if not ratios:
        return None
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    return dict(models=len(ratios), of=len(dynamic), mean=mean, least=min(ratios))


def say_speed(what, s):
    if s is None:
        return f"{what}: no dynamic-wave model ran"
    ratios = f"geometric mean {s['mean']:.2f}×, least {s['least']:.2f}×"
    return f"{what}: {ratios} over {s['models']} of {s['of']} dynamic-wave models"


def shared():
    beside = Path(__file__).resolve().parents[3] / "shared"
    return Path(os.environ.get("LIFELINE_SHARED", beside)) / "networks" / "drainage"


def main():
    if sys.argv[1:] == ["--swmm-once"]:
        swmm_child()
        return 0
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--twin", required=True, help="the program `twin`, built for release")
    ask.add_argument("--out", required=True, type=Path, help="folder for NAME.json and NAME.md")
    ask.add_argument("--decks", type=Path, default=shared(), help="folder of models")
    ask.add_argument("--repeat", type=int, default=5, help="runs of each")
    ask.add_argument("--name", default="drainage", help="name of the two files written")
    ask.add_argument("--no-speed", action="store_true", help="agreement only: models too small to time")
    ask.add_argument(
        "--kinematic-percent", type=float, default=CONTINUITY_PERCENT, help="continuity error kinematic waves may show"
    )
    ask.add_argument("only", nargs="*", help="names of models; all where none is given")
    args = ask.parse_args()
    decks = sorted(d for d in args.decks.glob("*.inp") if not args.only or d.stem in args.only)
    if not decks:
        ask.error(f"no models in {args.decks}: set LIFELINE_SHARED or --decks")
    twin = str(Path(args.twin).resolve())
    rows = []
    for deck in decks:
        rows.append(model(deck, twin, max(args.repeat, 1), args.kinematic_percent))
        print(f"{deck.stem}: {'; '.join(rows[-1]['misses']) or 'holds'}", file=sys.stderr, flush=True)
    asked = () if args.no_speed else ("default ratio", "compat ratio", "default whole_ratio")
    speeds = {k: speed(rows, *k.split()) for k in asked}
    table = [HEAD, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*table)]
    for line in table:
        print("  ".join(c.ljust(w) if i in (0, 2) else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))))
    words = {"default ratio": "default", "compat ratio": "compat", "default whole_ratio": "default, whole process"}
    foot = [say_speed(words[k], s) for k, s in speeds.items()]
    missed = sum(bool(r["misses"]) for r in rows)
    foot.append(f"{len(rows) - missed} of {len(rows)} models hold the law of agreement")
    print("\n" + "\n".join(foot))
    args.out.mkdir(parents=True, exist_ok=True)
    found = json.dumps(dict(models=rows, speed=speeds), indent=1, sort_keys=True)
    (args.out / f"{args.name}.json").write_text(found + "\n")
    markdown = ["| " + " | ".join(line) + " |" for line in table]
    markdown.insert(1, "|" + "---|" * len(HEAD))
    (args.out / f"{args.name}.md").write_text("\n".join(markdown) + "\n\n" + "\n".join(f"- {f}" for f in foot) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
