"""Makes the fixtures of this folder: small models, exported to ONNX, and what transformers answers with them.

Run in the repository's root: python src/test/resources/onnx/make.py
(torch 2.13, transformers 5.17.0, onnx 1.23, onnxscript 0.7, tokenizers 0.23).

bert-dynamo, bert-torchscript  the toy model by torch's two exporters
bert-external                  the dynamo export with its weights in onnx/model.onnx_data
roberta, modernbert            random models of these families with a byte-level BPE trained on the sentences below
bert.jsonl, roberta.jsonl, modernbert.jsonl
                               a text a line: token ids, positions of the masks, logits there, answers of the pipeline
"""
import json
import os
import shutil
import tempfile

import onnx
import torch
from tokenizers import AddedToken, ByteLevelBPETokenizer, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import processors, trainers
from transformers import (
    AutoModelForMaskedLM,
    AutoTokenizer,
    ModernBertConfig,
    ModernBertForMaskedLM,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaTokenizer,
    pipeline,
)

HERE = "src/test/resources/onnx"
TOY = "src/test/resources/toy-model"
SENTENCES = [
    "There is no pneumothorax or pleural effusion.",
    "Heart size is normal and the lungs are clear.",
    "Small left pleural effusion with adjacent atelectasis.",
    "The cardiomediastinal silhouette is within normal limits.",
    "No focal consolidation, effusion or pneumothorax is seen.",
    "Unchanged position of the endotracheal tube.",
]
TEXTS = [
    "There is no {m}.",
    "{m}",
    "{m} {m}",
    "Heart size is {m} and the lungs are {m}.",
    "Small left pleural{m}with adjacent   {m} .",
    "Unchanged: the Ångström-sized 結節 in the left lung, {m}, 3 mm; no {m} or pneumothorax is seen, within normal limits.",
    "no focal consolidation , " * 4 + "effusion or {m} is seen",
]


class Standard(torch.nn.Module):
    """Takes the inputs by place, gives the logits alone."""

    def __init__(self, model, names):
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *inputs):
        return self.model(**dict(zip(self.names, inputs))).logits


def export(model, path, dynamo, types=True, external=False):
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if types else [])
    ids = torch.randint(5, 90, (2, 9))
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    inputs = (ids, mask) + ((torch.zeros_like(ids),) if types else ())
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with torch.no_grad():
        if dynamo:
            batch, length = torch.export.Dim("batch_size"), torch.export.Dim("sequence_length", max=126)
            program = torch.onnx.export(
                Standard(model, names).eval(), inputs, dynamo=True, opset_version=18, input_names=names,
                output_names=["logits"], dynamic_shapes={"inputs": tuple({0: batch, 1: length} for _ in inputs)})
            program.save(path, external_data=False)
        else:
            axes = {0: "batch_size", 1: "sequence_length"}
            torch.onnx.export(
                Standard(model, names).eval(), inputs, path, dynamo=False, opset_version=17, input_names=names,
                output_names=["logits"], dynamic_axes={name: axes for name in names + ["logits"]})
    graph = onnx.load(path)
    # Value names and shapes, stack traces: of no use, and most of a small file.
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    del graph.graph.value_info[:]
    for value in list(graph.graph.input) + list(graph.graph.output) + list(graph.graph.initializer):
        del value.metadata_props[:]
    del graph.metadata_props[:]
    del graph.graph.metadata_props[:]
    onnx.save_model(graph, path, save_as_external_data=external, location=os.path.basename(path) + "_data",
                    size_threshold=1024)


def record(model, tokenizer, name):
    fill = pipeline("fill-mask", model=model, tokenizer=tokenizer)
    with open(f"{HERE}/{name}.jsonl", "w") as out:
        for text in TEXTS:
            text = text.replace("{m}", tokenizer.mask_token)
            encoded = tokenizer(text, return_tensors="pt")
            ids = encoded["input_ids"][0].tolist()
            masks = [i for i, id in enumerate(ids) if id == tokenizer.mask_token_id]
            with torch.no_grad():
                logits = model(**encoded).logits[0]
            answers = fill(text)
            out.write(json.dumps({
                "text": text, "ids": ids, "masks": masks,
                "logits": [[round(v, 6) for v in logits[i].tolist()] for i in masks],
                "answers": answers if len(masks) > 1 else [answers]}) + "\n")


def bert():
    model = AutoModelForMaskedLM.from_pretrained(TOY, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(TOY)
    for name, path, dynamo, external in [
        ("bert-dynamo", "model.onnx", True, False),
        ("bert-torchscript", "model.onnx", False, False),
        ("bert-external", "onnx/model.onnx", True, True),
    ]:
        folder = f"{HERE}/{name}"
        export(model, f"{folder}/{path}", dynamo, external=external)
        for file in ["config.json", "vocab.txt", "tokenizer_config.json"]:
            shutil.copy(f"{TOY}/{file}", folder)
    record(model, tokenizer, "bert")


def roberta():
    folder = f"{HERE}/roberta"
    with tempfile.TemporaryDirectory() as work:
        bpe = ByteLevelBPETokenizer()
        bpe.train_from_iterator(
            SENTENCES, vocab_size=320, show_progress=False, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
        bpe.save_model(work)
        tokenizer = RobertaTokenizer.from_pretrained(
            work, mask_token=AddedToken("<mask>", lstrip=True, normalized=False, special=True))
        tokenizer.save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=130, type_vocab_size=1, layer_norm_eps=1e-5, initializer_range=0.4,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, attn_implementation="eager")
    model = RobertaForMaskedLM(config).eval()
    randomize(model)
    export(model, f"{folder}/model.onnx", dynamo=True, types=False)
    model.config.save_pretrained(folder)
    record(model, tokenizer, "roberta")


def modernbert():
    folder = f"{HERE}/modernbert"
    bpe = Tokenizer(models.BPE())
    bpe.normalizer = normalizers.NFC()
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=310, show_progress=False, special_tokens=["<|padding|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    for token in ["[UNK]", "[CLS]", "[SEP]", "[PAD]"]:
        bpe.add_special_tokens([AddedToken(token, normalized=False, special=True)])
    bpe.add_special_tokens([AddedToken("[MASK]", lstrip=True, normalized=False, special=True)])
    bpe.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(t, bpe.token_to_id(t)) for t in ["[CLS]", "[SEP]"]])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]",
        mask_token="[MASK]", model_max_length=128, clean_up_tokenization_spaces=True,
        model_input_names=["input_ids", "attention_mask"])
    tokenizer.save_pretrained(folder)
    config = ModernBertConfig(
        vocab_size=328, hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=128, local_attention=8, global_attn_every_n_layers=3, initializer_range=0.4,
        initializer_cutoff_factor=2.0, pad_token_id=tokenizer.pad_token_id, cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id, bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id, reference_compile=False, attn_implementation="eager")
    model = ModernBertForMaskedLM(config).eval()
    randomize(model)
    export(model, f"{folder}/model.onnx", dynamo=True, types=False)
    model.config.save_pretrained(folder)
    record(model, tokenizer, "modernbert")


def randomize(model):
    """Biases and norms start as zeros and ones, which would hide a graph that leaves them out."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.dim() == 1:
                value.add_(torch.randn_like(value) * 0.2)


torch.manual_seed(7)
bert()
roberta()
modernbert()
