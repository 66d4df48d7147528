"""The whole-word vocabulary and the conversion of text to token ids (as transformers' BertTokenizer does it)."""

import re
import string
from collections import Counter

from texts import UK

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNK, CLS, SEP, MASK = range(5)
TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")

FUNCTION_WORDS = set("""a an the is are was were be been has have had of in on at to from by for with and or as its it this
that these those there than into over which who""".split())


def build_vocabulary(maker, texts, suffixes=260, prefixes=120):
    """Special tokens, single characters, whole words of the texts by frequency, then frequent word parts."""
    counts = Counter()
    for _ in range(texts):
        counts.update(TOKEN.findall(maker.text()))
    for choice in list(maker.grammar.sections.values()) + list(maker.grammar.slots.values()):
        _literals(choice, counts)
    for american, british in UK.items():
        if american in counts:
            counts[british] += 1
    characters = [c for c in string.ascii_lowercase + string.digits + string.punctuation]
    words = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
             if len(word) > 1 and (not word.isdigit() or len(word) <= 4)]
    for number in range(10, 100):
        if str(number) not in counts:
            words.append(str(number))
    endings, beginnings = Counter(), Counter()
    for word in words:
        if word.isalpha():
            for size in range(2, 7):
                if len(word) > size + 2:
                    endings[word[-size:]] += size
                    if size > 2:
                        beginnings[word[:size]] += size
    known = set(words)
    parts = ["##" + c for c in string.ascii_lowercase + string.digits]
    parts += ["##" + part for part, _ in sorted(endings.items(), key=lambda item: (-item[1], item[0]))[:suffixes]]
    starts = [part for part, _ in sorted(beginnings.items(), key=lambda item: (-item[1], item[0])) if part not in known]
    return SPECIAL + characters + words + starts[:prefixes] + parts, counts


def _literals(node, counts):
    items = node.items if hasattr(node, "items") else [node]
    for item in items:
        for part in item if isinstance(item, list) else [item]:
            if isinstance(part, str):
                # A word next to a bracket may be half a word ("finding(s|)"): rare, and harmless in a vocabulary.
                counts.update(dict.fromkeys(TOKEN.findall(part.lower()), 1))
            elif not isinstance(part, tuple):
                _literals(part, counts)


class Encoder:
    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self.ids = {token: number for number, token in enumerate(vocabulary)}
        self.cache, self.split_cache = {}, {}

    def pieces(self, word, whole=True):
        """Greedy longest-match word pieces; whole=False spells the word although it is in the vocabulary."""
        cache = self.cache if whole else self.split_cache
        if word not in cache:
            found, start = [], 0
            while start < len(word):
                for end in range(len(word), start, -1):
                    piece = ("##" if start else "") + word[start:end]
                    if piece in self.ids and (whole or end - start < len(word)):
                        found.append(self.ids[piece])
                        break
                else:
                    found = [UNK]
                    break
                start = end
            cache[word] = found
        return cache[word]

    def words(self, text):
        return TOKEN.findall(text)


def target_weight(word):
    """How readily a word is chosen to be masked: content words first."""
    if word in ("no", "left", "right"):
        return 0.4
    if word.isalpha() and len(word) > 1:
        return 0.22 if word in FUNCTION_WORDS else 1.0
    return 0.1 if word.isalnum() else 0.03
