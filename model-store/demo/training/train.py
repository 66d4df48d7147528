"""Makes the demo model: corpus -> vocabulary -> training -> fp16 export -> evaluation, in one command.

    python training/train.py

Everything is seeded; the texts are generated while training goes on, none is stored.
"""

import argparse
import ctypes
import json
import math
import os
import random
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: waiting threads leave the cores to others

import torch
from safetensors.torch import save_file
from tqdm import tqdm
from transformers import BertConfig, BertForMaskedLM

from evaluate import evaluate_folder
from grammar import Grammar
from texts import HANDWRITTEN, TextMaker, normalise
from words import CLS, MASK, PAD, SEP, Encoder, build_vocabulary, target_weight

HERE = Path(__file__).resolve().parent


class Batches:
    """Endless masked batches from freshly generated texts, grouped by length."""

    def __init__(self, maker, encoder, seed, tokens, counts, longest=128, pool=8192):
        self.maker, self.encoder = maker, encoder
        self.rng = random.Random(seed)
        self.tokens, self.longest, self.pool = tokens, longest, pool
        self.size = len(encoder.vocabulary)
        self.texts, self.progress = 0, 0.0
        total = sum(counts.values())
        self.rarity = {word: (1000 * count / total + 0.02) ** -0.4 for word, count in counts.items()}

    def example(self):
        """(ids, positions of the masked words, their true ids) of one text."""
        rng, encoder = self.rng, self.encoder
        words = encoder.words(self.maker.text())[:self.longest - 2]
        self.texts += 1
        # At first many masked words per text, the rarer ones preferred (more is learnt per step); then, in short
        # texts, mostly one, as users send it.
        early = self.progress < 0.45
        single = rng.random() < (0.2 if early else 0.75) and len(words) <= 26
        weights = [target_weight(word) if len(encoder.pieces(word)) == 1 else 0.0 for word in words]
        if early:
            weights = [weight and weight * min(3.0, self.rarity.get(word, 3.0)) for weight, word in zip(weights, words)]
        if not any(weights):
            return self.example()
        if single:
            chosen = {rng.choices(range(len(words)), weights)[0]}
        else:
            share = 0.32 if early else 0.16
            chosen = {at for at, weight in enumerate(weights) if rng.random() < share * weight}
            chosen = chosen or {rng.choices(range(len(words)), weights)[0]}
        # Noise around the masked words: some are spelt in pieces, some are left out.
        spell = rng.random() < 0.2
        leave_out = rng.random() < 0.12 and len(words) > 4
        ids, positions, truths = [CLS], [], []
        for at, word in enumerate(words):
            if at in chosen:
                truth = encoder.pieces(word)[0]
                roll = rng.random()
                positions.append(len(ids))
                truths.append(truth)
                ids.append(MASK if single or roll < 0.8 else truth if roll < 0.9 else rng.randrange(5, self.size))
            elif spell and rng.random() < 0.12:
                ids += encoder.pieces(word, whole=False)
            elif leave_out and rng.random() < 0.1:
                continue
            else:
                ids += encoder.pieces(word)
        if len(ids) >= self.longest:
            return self.example()
        return ids + [SEP], positions, truths

    def __iter__(self):
        while True:
            pool = sorted((self.example() for _ in range(self.pool)), key=lambda example: len(example[0]))
            batches, batch = [], []
            for example in pool:
                if batch and len(example[0]) * (len(batch) + 1) > self.tokens:
                    batches.append(batch)
                    batch = []
                batch.append(example)
            batches.append(batch)
            self.rng.shuffle(batches)
            for batch in batches:
                yield self.tensors(batch)

    @staticmethod
    def tensors(batch):
        width = max(len(example[0]) for example in batch)
        ids = torch.full((len(batch), width), PAD)
        rows, columns, truths = [], [], []
        for row, (sequence, positions, words) in enumerate(batch):
            ids[row, :len(sequence)] = torch.tensor(sequence)
            rows += [row] * len(positions)
            columns += positions
            truths += words
        return ids, (ids != PAD).long(), torch.tensor(rows), torch.tensor(columns), torch.tensor(truths)


def rate(step, steps, warmup):
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup))) * 0.99 + 0.01


def train(model, batches, args, save):
    decay = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, args.steps, args.steps // 25 + 1))
    model.train()
    smooth, source = None, iter(batches)
    bar = tqdm(range(args.steps), desc="training", mininterval=2, ncols=100)
    for step in bar:
        if args.save_every and step and step % args.save_every == 0:
            save()
        batches.progress = step / args.steps
        ids, attention, rows, columns, truths = next(source)
        with torch.autocast("cpu", torch.bfloat16, enabled=not args.fp32):
            hidden = model.bert(ids, attention_mask=attention)[0]
            scores = model.cls(hidden[rows, columns])
        loss = torch.nn.functional.cross_entropy(scores.float(), truths)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        smooth = loss.item() if smooth is None else 0.99 * smooth + 0.01 * loss.item()
        bar.set_postfix(loss=f"{smooth:.3f}")
    model.eval()
    return smooth


def export(model, vocabulary, folder, longest):
    """Writes the model folder's files: first beside their places, then each renamed into place."""
    state = {name: tensor.detach().to(torch.float16).clone().contiguous() for name, tensor in model.state_dict().items()
             if not name.startswith("cls.predictions.decoder.") and not name.endswith("position_ids")}
    table = state["bert.embeddings.position_embeddings.weight"]
    table[longest:] = table[longest // 2:longest].float().mean(0)  # positions that no training text reached
    config = {"architectures": ["BertForMaskedLM"], "model_type": "bert"}
    fields = ("attention_probs_dropout_prob", "hidden_act", "hidden_dropout_prob", "hidden_size", "initializer_range",
              "intermediate_size", "layer_norm_eps", "max_position_embeddings", "num_attention_heads", "num_hidden_layers",
              "pad_token_id", "type_vocab_size", "vocab_size")
    config.update({name: getattr(model.config, name) for name in fields})
    config["torch_dtype"] = "float16"
    tokenizer = {"cls_token": "[CLS]", "do_lower_case": True, "mask_token": "[MASK]", "model_max_length": 512,
                 "pad_token": "[PAD]", "sep_token": "[SEP]", "strip_accents": None, "tokenize_chinese_chars": True,
                 "tokenizer_class": "BertTokenizer", "unk_token": "[UNK]"}
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as name:
        new = Path(name)
        save_file(state, new / "model.safetensors", metadata={"format": "pt"})
        (new / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
        (new / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
        (new / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=2) + "\n", "utf-8")
        for path in new.iterdir():
            os.chmod(path, 0o644)
            os.replace(path, folder / path.name)


def keep_memory():
    """Lets the C library keep freed memory rather than give it back and fetch it anew at each step (glibc only)."""
    try:
        library = ctypes.CDLL(None)
        library.mallopt(-3, 32 * 1024 * 1024)
        library.mallopt(-1, 2 ** 31 - 1)
    except (OSError, AttributeError):
        pass


def main():
    parser = argparse.ArgumentParser(description="Trains the demo model from its synthetic corpus: "
                                     "corpus, vocabulary, training, fp16 export and evaluation.")
    parser.add_argument("--out", type=Path, default=HERE.parent, help="folder the model is written to (default: the demo folder)")
    parser.add_argument("--steps", type=int, default=5000, help="training steps (default: %(default)s)")
    parser.add_argument("--tokens", type=int, default=1536, help="tokens per batch (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="peak learning rate (default: %(default)s)")
    parser.add_argument("--layers", type=int, default=4, help="transformer layers (default: %(default)s)")
    parser.add_argument("--save-every", type=int, default=0, help="also export every so many steps (default: only at the end)")
    parser.add_argument("--seed", type=int, default=20, help="seed of everything (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: %(default)s)")
    parser.add_argument("--fp32", action="store_true", help="train without bfloat16 (slower without hardware support for it)")
    parser.add_argument("--vocabulary-texts", type=int, default=150000, help="texts counted for the vocabulary (default: %(default)s)")
    args = parser.parse_args()

    began = time.time()
    keep_memory()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    grammar = Grammar()
    print(f"grammar: {grammar.templates} templates, {len(grammar.slots)} shared slots, {len(grammar.sections)} sections")
    for name in HANDWRITTEN:
        print(f"{name}: {'its sentences are kept out of the corpus' if (HERE / name).exists() else 'NOT THERE'}")
    vocabulary, counts = build_vocabulary(TextMaker(args.seed + 1, grammar=grammar), args.vocabulary_texts)
    print(f"vocabulary: {len(vocabulary)} tokens")

    config = BertConfig(vocab_size=len(vocabulary), hidden_size=256, num_hidden_layers=args.layers, num_attention_heads=4,
                        intermediate_size=1024, max_position_embeddings=512, hidden_dropout_prob=0.0,
                        attention_probs_dropout_prob=0.0, pad_token_id=PAD)
    model = BertForMaskedLM(config)
    print(f"parameters: {sum(p.numel() for p in model.parameters())}")
    maker = TextMaker(args.seed + 2, grammar=grammar)
    batches = Batches(maker, Encoder(vocabulary), args.seed + 3, args.tokens, counts)

    def save():
        export(model, vocabulary, args.out, batches.longest)

    loss = train(model, batches, args, save)
    minutes = (time.time() - began) / 60
    print(f"trained on {batches.texts} texts in {minutes:.1f} minutes, last loss {loss:.3f}; "
          f"{maker.dropped} generated sentences equal to a hand-written one were dropped")
    save()
    check_forbidden(grammar, args.seed + 4)
    evaluate_folder(args.out)


def check_forbidden(grammar, seed, texts=50000):
    """Generates once more and looks for the hand-written sentences, to be sure that none is ever produced."""
    maker = TextMaker(seed, grammar=grammar)
    found = 0
    for _ in range(texts):
        text = maker.text()
        found += normalise(text) in maker.forbidden
        found += any(normalise(part) in maker.forbidden for part in text.split(". "))
    print(f"hand-written sentences among {texts} generated texts: {found}")


if __name__ == "__main__":
    main()
