"""Measures a folder's model on a file of texts with transformers, for comparison with `evaluate`.

python record.py MODEL_FOLDER TEXT_FILE   (torch 2.13, transformers 5.17)
The figures in EvaluatorTest are those of model-store/demo on texts.txt beside this script.
"""
import math
import sys

import torch
from transformers import AutoTokenizer, BertForMaskedLM

folder, file = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = BertForMaskedLM.from_pretrained(folder, dtype=torch.float32).eval()
special = {tokenizer.pad_token_id, tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id, tokenizer.unk_token_id}
texts = [line.strip() for line in open(file, encoding="utf-8") if line.strip()]
positions = first = five = pieces = 0
surprise = 0.0
for text in texts:
    ids = tokenizer(text)["input_ids"]
    pieces += len(ids) - 2
    for place, truth in enumerate(ids):
        if truth in special:
            continue
        masked = list(ids)
        masked[place] = tokenizer.mask_token_id
        with torch.no_grad():
            logits = model(torch.tensor([masked])).logits[0, place].double()
        rank = 1 + int((logits > logits[truth]).sum()) + int((logits[:truth] == logits[truth]).sum())
        positions += 1
        first += rank == 1
        five += rank <= 5
        surprise -= float(torch.log_softmax(logits, 0)[truth])
words = sum(len(text.split()) for text in texts)
print(f"positions {positions}, top-1 {first}, top-5 {five}, pseudo-perplexity {math.exp(surprise / positions)}")
print(f"pieces {pieces}, words {words}, texts {len(texts)}")
