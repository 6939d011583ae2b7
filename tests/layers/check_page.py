#!/usr/bin/env python3
"""Holds the drawing of docs/architecture.md to what modules declare.

  check_page.py MODULES.json PAGE

The drawing is the page's first block of code. A line "├ LAYER  uses LAYERS" opens a layer, from the last of
check_layers.LAYERS to the first; the agent has the last box. A line "│   MODULE  words -> MODULES" is a module with all
modules of its own layer that it uses. One line is printed for each fault; the exit code is 1 when there is one.
"""
import json
import re
import sys

from check_layers import AGENT, LAYERS, layer_of

BOX = re.compile(r"[┌├└] ([a-z -]+?)(?:,.*|: uses .*|\s+uses (.*))?$")
MODULE = re.compile(r"│   ([a-z0-9_]+)(?:\s|$)(?:.*-> (.*))?")


def layer_name(module):
    if AGENT.fullmatch(module):
        return "agent"
    number = layer_of(module)
    return LAYERS[number][0] if number is not None else None


def names(text):
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def drawing(page):
    """(line number, line) of the first block of code."""
    lines = page.split("\n")
    try:
        start = lines.index("```")
        return list(enumerate(lines[start + 1:lines.index("```", start + 1)], start + 2))
    except ValueError:
        return []


def check(modules, page, where):
    uses = {module["name"]: set(module["uses"]) for module in modules}
    faults, boxes, seen, box = [], [], set(), None
    for number, line in drawing(page):
        if match := BOX.match(line):
            box = match[1]
            boxes.append(box)
            wanted = sorted({layer_name(used) for name in uses if layer_name(name) == box for used in uses[name]}
                            - {box, None})
            if box != "agent" and wanted != sorted(names(match[2])):
                faults.append(f'{where}:{number}: layer "{box}" uses {", ".join(wanted) or "nothing"}')
        elif match := MODULE.match(line):
            name = match[1]
            if name not in uses:
                faults.append(f"{where}:{number}: {name} is no module")
                continue
            if name in seen:
                faults.append(f"{where}:{number}: {name} is there twice")
            seen.add(name)
            if layer_name(name) != box:
                faults.append(f'{where}:{number}: {name} belongs to the layer "{layer_name(name)}", not to "{box}"')
            wanted = sorted(used for used in uses[name] if layer_name(used) == layer_name(name))
            if wanted != sorted(names(match[2])):
                faults.append(f"{where}:{number}: of its layer {name} uses {', '.join(wanted) or 'nothing'}")
    for name in sorted(set(uses) - seen):
        faults.append(f'{where}: the drawing has no module {name}, which belongs to the layer "{layer_name(name)}"')
    order = [name for name, _ in reversed(LAYERS)] + ["agent"]
    if boxes != order:
        faults.append(f"{where}: the drawing's layers are {', '.join(boxes)}; they must be {', '.join(order)}")
    return faults


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        modules = json.load(text)
    with open(sys.argv[2], encoding="utf-8") as text:
        faults = check(modules, text.read(), sys.argv[2])
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
