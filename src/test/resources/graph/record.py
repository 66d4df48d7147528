"""Records reference.jsonl: logits of the toy model at every mask, by transformers' BertForMaskedLM in fp32.

Run in the repository's root: python src/test/resources/graph/record.py (torch 2.13, transformers 5.17.0).
"""
import json
import torch
from transformers import AutoTokenizer, BertForMaskedLM

MODEL = "src/test/resources/toy-model"
TEXTS = [
    "there is no [MASK] .",
    "[MASK]",
    "[MASK] [MASK] [MASK]",
    "left pleural effusion with adjacent [MASK] .",
    "heart size [MASK] and lungs are [MASK] .",
    "no [SEP] [PAD] [MASK] [CLS] x - ray of the unknown word zzz",
    "the lungs are clear . " * 20 + "[MASK]",
]
tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = BertForMaskedLM.from_pretrained(MODEL, attn_implementation="eager").eval()
with open("src/test/resources/graph/reference.jsonl", "w") as out, torch.no_grad():
    for text in TEXTS:
        ids = tokenizer(text)["input_ids"]
        masks = [i for i, token in enumerate(ids) if token == tokenizer.mask_token_id]
        logits = model(torch.tensor([ids])).logits[0]
        rows = [[round(x, 6) for x in logits[i].tolist()] for i in masks]
        out.write(json.dumps({"text": text, "ids": ids, "masks": masks, "logits": rows}) + "\n")
