"""Measures the model as a user meets it: its files read as fp32, one mask per sentence, the whole vocabulary.

    python training/evaluate.py            figures for held-out generated text and the hand-written sentences
    python training/evaluate.py --show     and every hand-written development sentence that the model misses
"""

import argparse
import random
from pathlib import Path

import torch
from transformers import BertForMaskedLM, BertTokenizer

from texts import HANDWRITTEN, TextMaker, read_pairs
from words import TOKEN, target_weight

HERE = Path(__file__).resolve().parent
NAMED = [("There is no [MASK] effusion.", "pleural"), ("Left pleural effusion with adjacent [MASK].", "atelectasis"),
         ("Heart size normal and lungs are [MASK].", "clear")]


class Model:
    def __init__(self, folder):
        self.tokenizer = BertTokenizer.from_pretrained(str(folder))
        self.model = BertForMaskedLM.from_pretrained(str(folder), dtype=torch.float32).eval()

    @torch.inference_mode()
    def top(self, sentences, count=5):
        """The likeliest tokens at each sentence's mask, with their probabilities."""
        out = []
        for start in range(0, len(sentences), 64):
            batch = self.tokenizer(sentences[start:start + 64], return_tensors="pt", padding=True)
            rows, columns = (batch["input_ids"] == self.tokenizer.mask_token_id).nonzero(as_tuple=True)
            best = self.model(**batch).logits[rows, columns].softmax(-1).topk(count)
            for probabilities, ids in zip(best.values.tolist(), best.indices.tolist()):
                out.append(list(zip(self.tokenizer.convert_ids_to_tokens(ids), probabilities)))
        return out


def held_out(count, seed=4711):
    """Generated sentences that training never shows, each with one word masked, content words preferred."""
    rng = random.Random(seed)
    maker = TextMaker(seed, held_out=True)
    pairs, seen = [], set()
    while len(pairs) < count:
        text = maker.lone() + "."
        if text in seen:
            continue
        seen.add(text)
        words = list(TOKEN.finditer(text))
        word = rng.choices(words, [target_weight(word.group()) for word in words])[0]
        pairs.append((text[:word.start()] + "[MASK]" + text[word.end():], word.group()))
    return pairs


def measure(model, pairs):
    """Top-1 and top-5 shares, and what was missed."""
    hits, near, missed = 0, 0, []
    for (sentence, word), best in zip(pairs, model.top([sentence for sentence, _ in pairs])):
        tokens = [token for token, _ in best]
        hits += tokens[0] == word.lower()
        near += word.lower() in tokens
        if tokens[0] != word.lower():
            missed.append((sentence, word, best))
    return hits / len(pairs), near / len(pairs), missed


def evaluate_folder(folder, show=False, count=2000):
    model = Model(folder)
    sets = [("held-out generated sentences", held_out(count))]
    sets += [(name, read_pairs(HERE / name)) for name in HANDWRITTEN if (HERE / name).exists()]
    for name, pairs in sets:
        first, five, missed = measure(model, pairs)
        print(f"{name}: {len(pairs)} sentences, top-1 {first:.1%}, top-5 {five:.1%}")
        if show and name == HANDWRITTEN[0]:
            for sentence, word, best in missed:
                place = "  " if word.lower() in [token for token, _ in best] else "! "
                print(place + sentence, "=>", word, "|", ", ".join(f"{token} {share:.2f}" for token, share in best))
    for (sentence, word), best in zip(NAMED, model.top([sentence for sentence, _ in NAMED])):
        print(f"{sentence}  {word}: " + ", ".join(f"{token} {share:.3f}" for token, share in best))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measures the demo model.")
    parser.add_argument("--model", type=Path, default=HERE.parent, help="model folder (default: the demo folder)")
    parser.add_argument("--count", type=int, default=2000, help="held-out generated sentences (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="list the hand-written development sentences that are missed")
    arguments = parser.parse_args()
    evaluate_folder(arguments.model, arguments.show, arguments.count)
