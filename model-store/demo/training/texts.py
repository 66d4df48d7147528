"""From grammar sentences to texts: single sentences, pairs, joined clauses, whole reports, varied in style."""

import hashlib
import random
import re
from pathlib import Path

from grammar import Grammar, tidy

HERE = Path(__file__).resolve().parent
HANDWRITTEN = ("handwritten-dev.tsv", "handwritten-test.tsv")

# How often a lone sentence comes from which section.
SINGLES = {
    "lungs.neg": 9, "lungs.volumes": 3, "lungs.pos": 16, "nodule.pos": 6, "chronic.pos": 7,
    "pleura.neg": 5, "pleura.pos": 10, "ptx.neg": 3.5, "ptx.pos": 6,
    "heart.neg": 9, "heart.pos": 7, "edema.neg": 2.5, "edema.pos": 8, "mediastinum.pos": 7,
    "lines.ett": 4, "lines.ngt": 4, "lines.cvc": 5, "lines.pacer": 4, "lines.chesttube": 3, "lines.other": 4,
    "bones.neg": 5, "bones.pos": 7, "abdomen.neg": 4, "abdomen.pos": 5, "surgery.pos": 6,
    "combined.neg": 8, "impression.neg": 5, "generic.pos": 22, "generic.neg": 8, "more.neg": 5, "more.pos": 12, "extra.neg": 6, "extra.pos": 12, "everyday.neg": 4, "everyday.pos": 6, "recommend.all": 7, "technique.all": 4, "comparison.all": 7,
    "quality.all": 4, "indication.all": 6,
}
# What may be found in one patient, and the negative statements that then have no place.
CASES = [
    (8, ["impression.neg", "heart.neg", "lungs.neg"], []),
    (4, ["bones.pos", "mediastinum.pos", "lungs.neg"], ["bones.neg"]),
    (5, ["pleura.pos", "lungs.pos", "heart.pos"], ["pleura.neg", "lungs.neg", "combined.neg", "impression.neg", "heart.neg"]),
    (5, ["edema.pos", "heart.pos", "pleura.pos"], ["edema.neg", "heart.neg", "pleura.neg", "lungs.neg", "combined.neg", "impression.neg"]),
    (5, ["lungs.pos", "lungs.volumes"], ["lungs.neg", "combined.neg", "impression.neg"]),
    (3, ["lungs.pos"], ["lungs.neg", "combined.neg", "impression.neg"]),
    (3, ["ptx.pos", "lines.chesttube"], ["ptx.neg", "combined.neg", "impression.neg", "lungs.neg"]),
    (3, ["chronic.pos", "bones.pos"], ["impression.neg", "bones.neg", "lungs.neg"]),
    (3, ["nodule.pos", "recommend.all"], ["impression.neg", "lungs.neg"]),
    (5, ["lines.ett", "lines.ngt", "lines.cvc", "edema.pos", "lungs.pos"],
     ["impression.neg", "lungs.neg", "combined.neg", "edema.neg"]),
    (2, ["lines.pacer", "surgery.pos", "heart.pos"], ["heart.neg"]),
    (2, ["surgery.pos", "pleura.pos"], ["pleura.neg", "combined.neg", "impression.neg"]),
    (2, ["abdomen.pos", "mediastinum.pos", "lungs.volumes"], ["abdomen.neg", "impression.neg"]),
]
NEGATIVES = ["lungs.neg", "pleura.neg", "ptx.neg", "heart.neg", "edema.neg", "bones.neg", "abdomen.neg", "combined.neg"]
HEADINGS = {"technique.all": ["technique", "examination", "study"], "indication.all": ["indication", "history", "clinical history"],
            "comparison.all": ["comparison"], "findings": ["findings", "report"], "impression": ["impression", "conclusion", "opinion"]}

UK = {
    "edema": "oedema", "hemothorax": "haemothorax", "hemorrhage": "haemorrhage", "esophagus": "oesophagus",
    "esophageal": "oesophageal", "gastroesophageal": "gastrooesophageal", "visualized": "visualised",
    "demineralized": "demineralised", "demineralization": "demineralisation", "goiter": "goitre", "tumor": "tumour",
    "hemidiaphragm": "hemidiaphragm", "anemia": "anaemia", "hemoptysis": "haemoptysis", "leukocytosis": "leucocytosis",
    "catheterization": "catheterisation", "centimeters": "centimetres", "characterization": "characterisation",
    "hemodialysis": "haemodialysis", "distension": "distension", "generalized": "generalised", "dyspnea": "dyspnoea",
    "esophagectomy": "oesophagectomy", "favored": "favoured", "necrotizing": "necrotising", "fiber": "fibre",
    "center": "centre", "localized": "localised", "organized": "organised", "caliber": "calibre", "gray": "grey",
    "orthopedic": "orthopaedic", "ischemic": "ischaemic", "catheterized": "catheterised", "hypovolemia": "hypovolaemia",
    "recognized": "recognised", "neoesophagus": "neooesophagus", "paraesophageal": "paraoesophageal",
    "radiopaque": "radiopaque", "hyperaerated": "hyperaerated", "optimized": "optimised",
}
_UK = re.compile(r"\b(" + "|".join(UK) + r")\b")


def normalise(text):
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def read_pairs(path):
    """The (sentence, expected word) pairs of a tab-separated file."""
    pairs = []
    for line in Path(path).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            sentence, word = line.split("\t")[:2]
            if sentence.count("[MASK]") == 1 and word.strip():
                pairs.append((sentence.strip(), word.strip()))
    return pairs


def forbidden_sentences(folder=HERE):
    """The hand-written sentences, with their words filled in, that the generator must not produce."""
    found = set()
    for name in HANDWRITTEN:
        if (folder / name).exists():
            for sentence, word in read_pairs(folder / name):
                found.add(normalise(sentence.replace("[MASK]", word)))
    return found


def is_held_out(sentence):
    """About one sentence in 37 (7 of 256), chosen by its content, is never trained on."""
    return hashlib.md5(normalise(sentence).encode()).digest()[0] % 40 == 0


class TextMaker:
    def __init__(self, seed, held_out=False, grammar=None):
        self.rng = random.Random(seed)
        self.grammar = grammar or Grammar()
        self.held_out = held_out
        self.forbidden = forbidden_sentences()
        self.dropped = 0
        self.names, self.weights = list(SINGLES), list(SINGLES.values())
        self.case_weights = [case[0] for case in CASES]

    # --- one sentence
    def telegraphic(self, text):
        rng = self.rng
        text = re.sub(r"^(there (is|are|has been) )((a|an|the) )?", "", text)
        if rng.random() < 0.8:
            text = re.sub(r"\bthe ", "", text)
        if rng.random() < 0.6:
            text = re.sub(r" (is|are|was|were|has been|has|have) ", " ", text)
        if rng.random() < 0.3:
            text = re.sub(r"\b(a|an) ", "", text)
        return text

    def styled(self, text):
        rng = self.rng
        roll = rng.random()
        if roll < 0.10:
            text = self.telegraphic(text)
        elif roll < 0.13:
            text = re.sub(r"\bwith\b", "w/", text)
        if rng.random() < 0.12:
            text = re.sub(r" (is|are) (?!not\b|no\b)", lambda m: rng.choice((" appears ", " remains "))
                          if m.group(1) == "is" else rng.choice((" appear ", " remain ")), text, count=1)
        if rng.random() < 0.06:
            text = rng.choice(("otherwise, ", "again, ", "in addition, ", "additionally, ", "of note, ", "as before, ",
                               "however, ", "overall, ", "incidentally, ", "again seen is ", "there is again ")) + text
        return tidy(text).lower()

    def sentence(self, section):
        """A sentence of the section that may be used here."""
        return self.allowed(lambda: self.styled(self.grammar.sentence(section, self.rng)))

    def allowed(self, make):
        while True:
            text = make()
            if normalise(text) in self.forbidden:
                self.dropped += 1
            elif is_held_out(text) == self.held_out and text:
                return text

    def lone(self):
        return self.sentence(self.rng.choices(self.names, self.weights)[0])

    # --- several
    def case_sections(self, low, high):
        """Sections that can stand in one report, findings first or in the usual order."""
        rng = self.rng
        _, positives, barred = rng.choices(CASES, self.case_weights)[0]
        sections = [name for name in positives if rng.random() < 0.75]
        negatives = [name for name in NEGATIVES if name not in barred]
        rng.shuffle(negatives)
        count = rng.randint(low, high)
        sections += negatives[:max(0, count - len(sections))]
        if rng.random() < 0.5:
            rng.shuffle(sections)
        if positives[0] in sections and rng.random() < 0.25:
            sections.insert(sections.index(positives[0]), positives[0])
        if rng.random() < 0.15:
            sections.append(rng.choice(("comparison.all", "recommend.all", "lines.other", "impression.neg"
                                        if "impression.neg" not in barred else "recommend.all")))
        return sections[:high] or [rng.choice(self.names)]

    def case_sentences(self, low, high):
        return [self.sentence(name) for name in self.case_sections(low, high)]

    def joined(self):
        """Two clauses in one sentence."""
        def make():
            sections = (self.case_sections(2, 2) * 2)[:2]
            first, second = (self.styled(self.grammar.sentence(name, self.rng)) for name in sections)
            return first.lower() + self.rng.choice((", and ", " and ", "; ", ", ", " with ", ", but ", "; however, ", " and ")) + second
        return self.allowed(make)

    def finish(self, sentences):
        end = "" if len(sentences) == 1 and self.rng.random() < 0.25 else "."
        return ". ".join(sentences) + end

    def report(self):
        rng = self.rng
        body = self.case_sentences(3, 7)
        if rng.random() < 0.5:
            return self.finish(body)
        out = []
        for name, chance in (("indication.all", 0.4), ("technique.all", 0.4), ("comparison.all", 0.4)):
            if rng.random() < chance:
                text = self.sentence(name)
                heading = rng.choice(HEADINGS[name]) + ": "
                out.append(text if ":" in text else heading + text)
        out.append(rng.choice(HEADINGS["findings"]) + ": " + body[0])
        out += body[1:]
        if rng.random() < 0.6:
            out.append(rng.choice(HEADINGS["impression"]) + ": " + (("1. " if rng.random() < 0.2 else "") + rng.choice(body)))
        return self.finish(out)

    def british(self, text):
        return _UK.sub(lambda m: UK[m.group(1)], text)

    def text(self):
        rng = self.rng
        roll = rng.random()
        if roll < 0.74:
            text = self.lone()
            if rng.random() < 0.05:
                text = rng.choice(("impression: ", "findings: ", "conclusion: ", "1. ", "2. ", "- ")) + text
            text = self.finish([text])
        elif roll < 0.81:
            text = self.finish(self.case_sentences(2, 3))
        elif roll < 0.93:
            text = self.finish([self.joined()])
        else:
            text = self.report()
        if rng.random() < 0.2:
            text = self.british(text)
        if any(normalise(part) in self.forbidden for part in [text, *text.split(". ")]):
            self.dropped += 1
            return self.text()
        return text


if __name__ == "__main__":
    import argparse
    import itertools
    parser = argparse.ArgumentParser(description="Prints samples of the synthetic texts.")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--section", help="sentences of this section only")
    args = parser.parse_args()
    maker = TextMaker(args.seed)
    for _ in itertools.repeat(None, args.count):
        print(maker.sentence(args.section) if args.section else maker.text())
