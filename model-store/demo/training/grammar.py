"""The little template language in which the synthetic report sentences are written.

A corpus file (corpus/*.txt) holds, line by line:

    # comment
    = name: first | second^3 | third        a slot: alternatives, with weights after ^ (1 unless given)
    | fourth^2 | fifth                      a slot goes on over lines that begin with |
    [topic.kind]                            the section that the templates below it belong to
    template                                a sentence without its full stop
    5* template                             the same, five times as likely

Within alternatives and templates, {name} stands for the slot of that name and (a|b^2|) for one of the
alternatives, the empty one included.  < and > stand for round brackets.  Slots are shared by all files.
"""

import re
from bisect import bisect
from itertools import accumulate
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"
TEMPER = 0.6  # template weights are flattened by this power, so that the rarer templates are met often enough
_WEIGHT = re.compile(r"\^(\d+(?:\.\d+)?)\s*$")


class Choice:
    """Alternatives with their weights."""

    def __init__(self, items, weights):
        self.items = items
        self.cumulative = list(accumulate(weights))
        self.total = self.cumulative[-1]

    def pick(self, rng):
        if len(self.items) == 1:
            return self.items[0]
        return self.items[bisect(self.cumulative, rng.random() * self.total, 0, len(self.items) - 1)]


def _split(text):
    """Splits at the | that are outside all brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char in "({":
            depth += 1
        elif char in ")}":
            depth -= 1
            if depth < 0:
                raise ValueError("a bracket too many: " + text)
        elif char == "|" and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    if depth:
        raise ValueError("a bracket is left open: " + text)
    parts.append(text[start:])
    return parts


def parse_choice(text, strip=False):
    items, weights = [], []
    for part in _split(text):
        found = _WEIGHT.search(part)
        weights.append(float(found.group(1)) if found else 1.0)
        part = part[:found.start()] if found else part
        items.append(parse_sequence(part.strip() if strip else part))
    return Choice(items, weights)


def parse_sequence(text):
    """A list of plain strings, slot names (as one-element tuples) and choices."""
    nodes, at = [], 0
    while at < len(text):
        char = text[at]
        if char == "{":
            end = text.index("}", at)
            nodes.append((text[at + 1:end],))
            at = end + 1
        elif char == "(":
            depth, end = 1, at + 1
            while depth:
                if end >= len(text):
                    raise ValueError("a bracket is left open: " + text)
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            nodes.append(parse_choice(text[at + 1:end - 1]))
            at = end
        else:
            end = at
            while end < len(text) and text[end] not in "{(":
                end += 1
            if "^" in text[at:end]:
                raise ValueError("a weight is out of place: " + text)
            nodes.append(text[at:end])
            at = end
    return nodes


def tidy(text):
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.;:?)])", r"\1", text)
    text = re.sub(r",(?: ?,)+", ",", text)
    text = re.sub(r"\ba (?=(?:a|e|i|o|u(?!n[ia]|s))[a-z])", "an ", text)
    text = re.sub(r"\ban (?=[^aeiou\W])", "a ", text)
    return text.strip(" ,")


class Grammar:
    """All templates of the corpus folder, by section."""

    def __init__(self, folder=CORPUS):
        self.slots, self.sections, self.templates = {}, {}, 0
        raw_slots, raw_sections = {}, {}
        for path in sorted(Path(folder).glob("*.txt")):
            section = slot = None
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                line = line.strip()
                if not line or line.startswith("#"):
                    continue
                if line.startswith("="):
                    name, _, body = line[1:].partition(":")
                    slot = name.strip()
                    if slot in raw_slots:
                        raise ValueError(f"{path.name}:{number}: the slot {slot} is there already")
                    raw_slots[slot] = body
                elif line.startswith("|"):
                    raw_slots[slot] += " " + line
                elif line.startswith("["):
                    section = line.strip("[] ")
                    raw_sections.setdefault(section, [])
                else:
                    raw_sections[section].append((line, f"{path.name}:{number}"))
        for name, body in raw_slots.items():
            try:
                self.slots[name] = parse_choice(body, strip=True)
            except ValueError as error:
                raise ValueError(f"slot {name}: {error}") from None
        for section, lines in raw_sections.items():
            items, weights = [], []
            for line, place in lines:
                found = re.match(r"(\d+(?:\.\d+)?)\*\s*", line)
                weights.append((float(found.group(1)) if found else 1.0) ** TEMPER)
                try:
                    items.append(parse_sequence(line[found.end():] if found else line))
                    self._check(items[-1])
                except (ValueError, KeyError) as error:
                    raise ValueError(f"{place}: {error}") from None
            self.sections[section] = Choice(items, weights)
            self.templates += len(items)
        for name, choice in self.slots.items():
            try:
                for item in choice.items:
                    self._check(item)
            except KeyError as error:
                raise ValueError(f"slot {name}: no slot {error}") from None

    def _check(self, nodes):
        for node in nodes:
            if isinstance(node, tuple):
                self.slots[node[0]]
            elif isinstance(node, Choice):
                for item in node.items:
                    self._check(item)

    def _expand(self, nodes, rng, out):
        for node in nodes:
            if isinstance(node, str):
                out.append(node)
            elif isinstance(node, tuple):
                self._expand(self.slots[node[0]].pick(rng), rng, out)
            else:
                self._expand(node.pick(rng), rng, out)

    def sentence(self, section, rng):
        """One sentence of the section, in lower case, without its full stop."""
        out = []
        self._expand(self.sections[section].pick(rng), rng, out)
        return tidy("".join(out).replace("<", "(").replace(">", ")"))
