#!/usr/bin/env python3
"""same-wiring.py FIRST.jar SECOND.jar: whether two builds' generated-bytecode.jar, the framework's recorded wiring, are the same.

The framework writes two things there by the order in which its build steps happen to end, so that two builds of the same sources
differ in bytes: the numbers of the keys under which one start-up step leaves a value for another ("proxykey17"), and the order in
which mappings of settings are registered. Whatever else differs is a difference of the builds: a file more or less, an
instruction, a constant, a key that stands for another value, a mapping that isn't registered.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

KEY = re.compile(r"\bproxykey\d+\b")
PLACE = re.compile(r"#\d+,?")
GENERATED = "io/quarkus/runtime/generated/"
# Where mappings are registered, in no settled order.
UNORDERED = re.compile(GENERATED + r"(SharedConfig|\w+ConfigCustomizer)\.class")
MAPPING = re.compile(r"\bconfigClass\$\d+")
MAPPING_MADE = re.compile(r"// String (\S+)\n.*// String .*\n.*configClass:\(.*\n.*putstatic.*Field (configClass\$\d+):")
# What follows from the order: offsets, local variables, and whether a constant's place takes one byte or two.
ORDER = re.compile(r"^\s*\d+:|(?:(?<=load)|(?<=store))[ _]+\d+|(?<=ldc)_w")


def shown(folder, names):
    """What each class holds, as text, without the places of its constants."""
    text = subprocess.run(
        ["javap", "-p", "-c", "-constants", *(folder / name for name in names)], check=True, capture_output=True, text=True
    ).stdout
    classes = re.findall(r".*?^}\n", PLACE.sub("", text), flags=re.M | re.S)
    assert len(classes) == len(names), f"{len(classes)} classes are shown, not {len(names)}"
    return dict(zip(names, classes))


def unordered(text, mappings):
    """The lines of a class, sorted, without what follows from their order; mappings have their names for fields."""
    named = MAPPING.sub(lambda field: mappings[field[0]], text)
    return sorted(" ".join(ORDER.sub("", line).split()) for line in named.splitlines())


def main(first, second):
    with tempfile.TemporaryDirectory() as work:
        folders = [Path(work, "1"), Path(work, "2")]
        held = []
        for jar, folder in zip((first, second), folders):
            with zipfile.ZipFile(jar) as opened:
                opened.extractall(folder)
                held.append([(entry.filename, entry.date_time) for entry in opened.infolist()])
        if held[0] != held[1]:
            apart = sorted(name for name, _ in set(held[0]) ^ set(held[1]))
            sys.exit(f"the jars hold different files, or in another order: {apart[:3]} and so on")
        names = [name for name, _ in held[0] if not name.endswith("/")]
        differing = [name for name in names if (folders[0] / name).read_bytes() != (folders[1] / name).read_bytes()]
        for name in differing:
            if not name.endswith(".class"):
                sys.exit(f"{name}: the builds differ")
        builds = [shown(folder, differing) if differing else {} for folder in folders]
        mappings = [
            {field: made for made, field in MAPPING_MADE.findall(build.get(GENERATED + "SharedConfig.class", ""))}
            for build in builds
        ]
        renamed, back = {}, {}
        for name in differing:
            texts = [build[name] for build in builds]
            for there, here in zip(*(KEY.findall(text) for text in texts)):
                if renamed.setdefault(there, here) != here or back.setdefault(here, there) != there:
                    sys.exit(f"{name}: a key stands for another value")
            texts = [KEY.sub("proxykey", text) for text in texts]
            if UNORDERED.fullmatch(name):
                texts = [unordered(text, made) for text, made in zip(texts, mappings)]
            if texts[0] != texts[1]:
                sys.exit(f"{name}: the builds differ")
    print(
        f"{len(names)} recorded classes: {len(names) - len(differing)} are the same byte for byte,"
        f" {len(differing)} but for the numbers that the framework gives by chance."
    )


main(*sys.argv[1:])
