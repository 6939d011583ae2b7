#!/usr/bin/env python3
"""Holds the tree's includes to what modules declare.

  check_layers.py MODULES.json SOURCE-FOLDER

MODULES.json is written by CMake (cmake/module.cmake): each module's name, folder, and the modules that it uses. One
line is printed for each fault, with file and line; the exit code is 1 when there is one.
"""
import json
import os
import re
import sys

# From the ground: a module uses those of its own layer and of the layers before it.
LAYERS = [
    ("core", r"core"),
    ("card modules", r"card_.*"),
    ("machine modules", r"(guest|hypervisor)(_fake)?|lab|pcsc|safety|reader|boot|image|registry|disk|windows"),
    ("scenarios", r"verify|prediction"),
    ("runs as values", r"spec|plan|verdict|journal|compare|history"),
    ("reports", r"report_.*"),
    ("sign-off", r"signing|signoff"),
    ("engine", r"run|prepare"),
    ("app", r"app"),
    ("cli", r"cli"),
    ("manual", r"manual"),
]
# The program inside the guest stands alone.
AGENT = re.compile(r"agent_.*")
# Where headers of the outside may be included.
ONLY_IN = [
    (re.compile(r"<libvirt/"), "vm/hypervisor/"),
    (re.compile(r"<boost/process"), "harness/core/process.cpp"),
]
PRODUCTION = ("harness", "scenarios", "vm", "reports", "packaging")
INCLUDE = re.compile(r'\s*#\s*include\s*("([^"]+)"|<[^>]+>)')
# Each of the agent's systems has its own: the build chooses the folder.
CHOSEN_BY_BUILD = ("pcsc_headers.h",)
PLATFORM = re.compile(r"\s*#\s*(el)?if.*\b(_WIN32|__linux__|__MINGW32__)\b")


def layer_of(name):
    for number, (_, pattern) in enumerate(LAYERS):
        if re.fullmatch(pattern, name):
            return number
    return None


class Tree:
    def __init__(self, modules, source):
        self.source = source
        self.uses = {}  # folder -> the names that its modules use
        self.names = {}  # folder -> its modules' names
        self.folder_of = {}  # name -> folder
        for module in modules:
            folder = module["folder"]
            self.uses.setdefault(folder, set()).update(module["uses"])
            self.names.setdefault(folder, []).append(module["name"])
            self.folder_of[module["name"]] = folder
        self.files = sorted(self._find_files())
        self.faults = []

    def _find_files(self):
        for top in PRODUCTION + ("tests",):
            for folder, _, names in os.walk(os.path.join(self.source, top)):
                for name in names:
                    if name.endswith((".h", ".cpp")):
                        yield os.path.relpath(os.path.join(folder, name), self.source)

    def module_folder(self, path):
        folder = os.path.dirname(path)
        while folder and folder not in self.uses:
            folder = os.path.dirname(folder)
        return folder

    def fault(self, where, what):
        self.faults.append(f"{where}: {what}")

    def includes(self, path):
        """(line number, included file) of the tree's own files; faults for what may not be included."""
        found = []
        with open(os.path.join(self.source, path), encoding="utf-8") as text:
            for number, line in enumerate(text, 1):
                where = f"{path}:{number}"
                if PLATFORM.match(line) and not path.startswith(("scenarios/agent/", "tests/")):
                    self.fault(where, "asks for the system that it is compiled for; only scenarios/agent does")
                match = INCLUDE.match(line)
                if not match:
                    continue
                for outside, place in ONLY_IN:
                    if outside.match(match.group(1)) and not path.startswith((place, "tests/")):
                        self.fault(where, f"includes {match.group(1)}, which only {place} does")
                target = match.group(2)
                if not target or target in CHOSEN_BY_BUILD:
                    continue
                if ".." not in target and os.path.isfile(os.path.join(self.source, target)):
                    found.append((number, target))
                else:
                    self.fault(where, f"includes {target}, which is no file's path from the project's root")
        return found

    def check(self):
        self.check_declarations()
        used = {}  # folder -> folders
        units = {}  # unit -> {unit: where}
        for path in self.files:
            own = self.module_folder(path)
            in_production = path.split("/")[0] in PRODUCTION
            if in_production and not own:
                self.fault(path, "belongs to no module: its folder has no smx_module or smx_agent_room")
            for number, target in self.includes(path):
                unit, other = os.path.splitext(path)[0], os.path.splitext(target)[0]
                if unit != other:
                    units.setdefault(unit, {}).setdefault(other, f"{path}:{number}")
                if in_production and own:
                    self.check_arrow(path, number, own, target)
                    used.setdefault(own, set()).add(self.module_folder(target))
        self.check_unused(used)
        for circle in circles({unit: set(others) for unit, others in units.items()}):
            self.fault(units[circle[0]][circle[1]], "circle between units: " + " -> ".join(circle + circle[:1]))
        return self.faults

    def check_arrow(self, path, number, own, target):
        where = f"{path}:{number}"
        theirs = self.module_folder(target)
        if theirs == own:
            return
        if not theirs:
            self.fault(where, f"includes {target}, which belongs to no module")
        elif not self.uses[own].intersection(self.names[theirs]):
            self.fault(where, f"{self.names[own][0]} uses {self.names[theirs][0]} ({target}) and does not declare it")

    def check_declarations(self):
        graph = {}
        for folder, uses in self.uses.items():
            place = os.path.join(folder, "CMakeLists.txt")
            for own in self.names[folder]:
                if not AGENT.fullmatch(own) and layer_of(own) is None:
                    self.fault(place, f"{own} has no place in the order of layers (tests/layers/check_layers.py)")
            for name in sorted(uses):
                own = self.names[folder][0]
                if name not in self.folder_of:
                    self.fault(place, f"{own} declares {name}, which is no module")
                    continue
                if self.folder_of[name] != folder:
                    graph.setdefault(folder, set()).add(self.folder_of[name])
                if bool(AGENT.fullmatch(own)) != bool(AGENT.fullmatch(name)):
                    self.fault(place, f"{own} declares {name}: the agent stands alone")
                elif not AGENT.fullmatch(own) and (layer_of(own) or 0) < (layer_of(name) or 0):
                    self.fault(place, f"{own} declares {name}, which is of a higher layer")
        for circle in circles(graph):
            names = [self.names[folder][0] for folder in circle]
            self.fault(os.path.join(circle[0], "CMakeLists.txt"),
                       "circle between modules: " + " -> ".join(names + names[:1]))

    def check_unused(self, used):
        for folder, uses in self.uses.items():
            for name in sorted(uses):
                theirs = self.folder_of.get(name)
                if theirs and theirs != folder and theirs not in used.get(folder, set()):
                    self.fault(os.path.join(folder, "CMakeLists.txt"),
                               f"{self.names[folder][0]} declares {name} and does not use it")


def circles(graph):
    """A circle of each strongly connected part of more than one node, as the nodes on it in order."""
    index, low, stack, on_stack, parts = {}, {}, [], set(), []

    def visit(root):
        work = [(root, iter(sorted(graph.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, others = work[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(sorted(graph.get(other, ())))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part = set()
                    while node not in part:
                        part.add(stack.pop())
                    on_stack.difference_update(part)
                    if len(part) > 1:
                        parts.append(part)

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return [shortest_circle(graph, part) for part in parts]


def shortest_circle(graph, part):
    start = min(part)
    paths = [[start]]
    seen = {start}
    while paths:
        path = paths.pop(0)
        for other in sorted(graph.get(path[-1], set()) & part):
            if other == start:
                return path
            if other not in seen:
                seen.add(other)
                paths.append(path + [other])
    raise AssertionError("no circle where there must be one")


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        faults = Tree(json.load(text), sys.argv[2]).check()
    for fault in sorted(faults):
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
