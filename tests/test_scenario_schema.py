#!/usr/bin/env python3
"""The schema against a validator made elsewhere (@sourcemeta/jsonschema), and both against `smtplab check`.

- Bundled scenarios: both find nothing.
- tests/scenarios/structure.txt: both find something wrong with each.
- tests/scenarios/meaning.txt: the validator finds nothing, check does.
- Mutations of the bundled scenarios, seeded: whatever the validator refuses, check refuses.
- Every place that check names in the tables is found again, line and column, by a reader of our own here.

The schema is tried as it is (draft-07), and as 2020-12.
"""
import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys

from script_lab import exit_status, test, validator

BUILD = os.environ.get("BUILD", "build")
SMTPLAB = os.path.abspath(os.environ.get("SMTPLAB", "build/smtplab"))
WORK = os.path.join(BUILD, "scenario-schema")
SCHEMA = "scenarios/smtplab.schema.json"
BUNDLED = sorted(f"scenarios/{name}" for name in os.listdir("scenarios")
                 if name.endswith(".json") and not name.endswith(".schema.json"))
VALIDATOR = validator()


def read_table(path):
    """(title, text, expected lines) of each case."""
    cases = []
    for block in open(path, encoding="utf-8").read().split("\n=== ")[2:]:
        title, rest = block.split("\n", 1)
        lines = rest.split("\n")
        count = next(i for i, line in enumerate(lines) if line.startswith("-->") or not line)
        cases.append((title, "\n".join(lines[:count]) + "\n",
                      [line[4:] for line in lines[count:] if line.startswith("-->")]))
    return cases


def write_cases(folder, texts):
    folder = os.path.join(WORK, folder)
    os.makedirs(folder)
    for name, text in texts:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.write(text)
    return folder


def validator_refuses(schema, folder):
    """Names of the files in the folder that the validator refuses."""
    ran = subprocess.run([VALIDATOR, "validate", "--continue", schema, folder], capture_output=True, text=True,
                         check=False)
    refused = set(re.findall(r"^fail: .*?([^/\n]+)$", ran.stdout + ran.stderr, re.M))
    if ran.returncode not in (0, 2) or bool(refused) != (ran.returncode == 2):
        sys.exit(f"the validator ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    return refused


def check_refuses(folder):
    """Names with errors, and names with warnings at most."""
    names = sorted(os.listdir(folder))
    ran = subprocess.run([SMTPLAB, "check", *names], cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 65):
        sys.exit(f"check ended with {ran.returncode}: {ran.stderr}")
    found = re.findall(r"^(\d+\.json):(?:\d+:\d+:)? (error|warning): ", ran.stdout + ran.stderr, re.M)
    return {n for n, what in found if what == "error"}, {n for n, what in found}


# ---- places, found by a reader that shares nothing with the program -----------------------------

class Places:
    """Line and column of every key and value of a JSON text, by pointer."""
    def __init__(self, text):
        self.text, self.at, self.keys, self.values = text, 0, {}, {}
        self.blank()
        self.value("")

    def place(self, at):
        before = self.text[:at]
        return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1

    def blank(self):
        while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
            self.at += 1

    def string(self):
        value, size = json.JSONDecoder().raw_decode(self.text[self.at:])
        self.at += size
        return value

    def value(self, pointer):
        self.values[pointer] = self.place(self.at)
        opened = self.text[self.at]
        if opened not in "{[":
            self.string()
            return
        self.at += 1
        index = 0
        while True:
            self.blank()
            if self.text[self.at] in "}]":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                self.blank()
            step = str(index)
            key = self.at
            if opened == "{":
                step = self.string().replace("~", "~0").replace("/", "~1")
                self.blank()
                self.at += 1
                self.blank()
            child = f"{pointer}/{step}"
            self.keys[child] = self.place(key)
            self.value(child)
            index += 1


def places_are_right(text, expected):
    places = Places(text)
    for line in expected:
        parts = re.match(r"(\d+):(\d+): (?:error|warning): (.*)$", line)
        if not parts:
            return line
        at = (int(parts[1]), int(parts[2]))
        # The place stands before the suggestion; a message may hold brackets too.
        pointer = re.search(r" \(at (/.*?)\)(?:; |$)", parts[3])
        pointer = pointer[1] if pointer else ""
        if at not in (places.keys.get(pointer), places.values.get(pointer)):
            return f"{line}: {pointer} stands at {places.keys.get(pointer)} and {places.values.get(pointer)}"
    return None


# ---- mutations ----------------------------------------------------------------------------------

def spots(value, found, parent=None, key=None):
    found.append((parent, key))
    if isinstance(value, dict):
        for k in value:
            spots(value[k], found, value, k)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            spots(item, found, value, i)


def mutate(scenario, rng):
    scenario = copy.deepcopy(scenario)
    found = []
    spots(scenario, found)
    parent, key = rng.choice(found[1:])
    how = rng.randrange(5)
    if how == 0:
        del parent[key]
    elif how == 1 and isinstance(parent, dict):
        parent[key + "x"] = parent.pop(key)
    elif how == 2 and isinstance(parent[key], str):
        at = rng.randrange(len(parent[key]) + 1)
        parent[key] = parent[key][:at] + rng.choice(" @.-/:%5aZ_é") + parent[key][at:]
    elif how == 3:
        parent[key] = [parent[key]]
    else:
        parent[key] = rng.choice([None, True, False, 0, -1, 1.5, 10**20, "", "x", [], {}, ["x"], {"x": 1}])
    return json.dumps(scenario, indent=1)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    structure, meaning = read_table("tests/scenarios/structure.txt"), read_table("tests/scenarios/meaning.txt")
    rng = random.Random(2026)
    sources = [json.load(open(path, encoding="utf-8")) for path in BUNDLED]
    mutants = [mutate(rng.choice(sources), rng) for _ in range(600)]
    folders = {
        "bundled": write_cases("bundled", ((f"{i:04}.json", open(p, encoding="utf-8").read())
                                           for i, p in enumerate(BUNDLED))),
        "structure": write_cases("structure", ((f"{i:04}.json", c[1]) for i, c in enumerate(structure))),
        "meaning": write_cases("meaning", ((f"{i:04}.json", c[1]) for i, c in enumerate(meaning))),
        "mutants": write_cases("mutants", ((f"{i:04}.json", text) for i, text in enumerate(mutants)))}
    newer = os.path.join(WORK, "newer.schema.json")
    with open(newer, "w", encoding="utf-8") as out:
        schema = json.load(open(SCHEMA, encoding="utf-8"))
        json.dump({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}, out)

    for name, path in (("draft-07", SCHEMA), ("2020-12", newer)):
        ran = subprocess.run([VALIDATOR, "metaschema", path], capture_output=True, text=True, check=False)
        test(f"the schema is a schema as {name}", ran.returncode == 0, ran.stderr)
    errors, said = {}, {}
    for name, folder in folders.items():
        errors[name], said[name] = check_refuses(folder)
        refused = validator_refuses(SCHEMA, folder)
        test(f"{name}: the same as draft-07 and as 2020-12", refused == validator_refuses(newer, folder))
        if name == "mutants":
            test(f"mutants: what the validator refuses ({len(refused)} of {len(mutants)}), check refuses",
                 len(refused) > 100 and refused <= errors[name], sorted(refused - errors[name]))
            continue
        cases = {"bundled": [(p,) for p in BUNDLED], "structure": structure, "meaning": meaning}[name]
        for i, case in enumerate(cases):
            file = f"{i:04}.json"
            want = {"bundled": (False, False), "structure": (True, True), "meaning": (False, None)}[name]
            got = (file in refused, file in errors[name])
            good = got[0] == want[0] and want[1] in (None, got[1]) and (name == "bundled" or file in said[name])
            test(f"{name}: {case[0]}", good, f"validator, check: {got}")
    for case in structure + meaning:
        wrong = places_are_right(case[1], case[2])
        test(f"places: {case[0]}", wrong is None, wrong)
    sys.exit(exit_status())


main()
