"""Makes the checkpoints beside this file: one small random BERT in every form that torch writes.

Run with: python make.py     (torch 2.13, safetensors 0.8; any torch from 1.6 on writes the same forms)
"""
import collections
import io
import json
import pickletools
import struct
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent
HIDDEN, INTERMEDIATE, VOCABULARY, POSITIONS, TYPES = 4, 6, 11, 5, 3


def model():
    torch.manual_seed(17)
    tensors = collections.OrderedDict()

    def random(name, *shape):
        tensors[name] = torch.randn(*shape)

    def linear(prefix, out, inner):
        random(prefix + ".weight", out, inner)
        random(prefix + ".bias", out)

    def norm(prefix):
        random(prefix + ".weight", HIDDEN)
        random(prefix + ".bias", HIDDEN)

    random("bert.embeddings.word_embeddings.weight", VOCABULARY, HIDDEN)
    random("bert.embeddings.position_embeddings.weight", POSITIONS, HIDDEN)
    random("bert.embeddings.token_type_embeddings.weight", TYPES, HIDDEN)
    norm("bert.embeddings.LayerNorm")
    layer = "bert.encoder.layer.0."
    for part in ("query", "key", "value"):
        linear(layer + "attention.self." + part, HIDDEN, HIDDEN)
    linear(layer + "attention.output.dense", HIDDEN, HIDDEN)
    norm(layer + "attention.output.LayerNorm")
    linear(layer + "intermediate.dense", INTERMEDIATE, HIDDEN)
    linear(layer + "output.dense", HIDDEN, INTERMEDIATE)
    norm(layer + "output.LayerNorm")
    linear("cls.predictions.transform.dense", HIDDEN, HIDDEN)
    norm("cls.predictions.transform.LayerNorm")
    random("cls.predictions.bias", VOCABULARY)
    return tensors


def metadata(tensors):
    """What Module.state_dict() leaves in its _metadata."""
    modules = sorted({name.rpartition(".")[0] for name in tensors})
    return collections.OrderedDict((module, {"version": 1}) for module in [""] + modules)


def with_metadata(tensors):
    tensors = collections.OrderedDict(tensors)
    tensors._metadata = metadata(tensors)
    return tensors


def zipped(tensors, name):
    """torch calls the folder inside after the file's stem, and "archive" where it writes to a stream."""
    torch.save(tensors, HERE / name)


def streamed(tensors):
    stream = io.BytesIO()
    torch.save(tensors, stream)
    return stream.getvalue()


def without(data, *endings):
    """A zip as old versions of torch wrote it, without the entries that came later."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.infolist():
            if not entry.filename.endswith(endings):
                target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry))
    return stream.getvalue()


def strided(tensors):
    """Weights transposed in memory, biases as views into one storage."""
    changed = collections.OrderedDict()
    biases = [name for name in tensors if tensors[name].dim() == 1]
    room = torch.full((7 + 2 * sum(tensors[name].numel() for name in biases),), float("nan"))
    at = 7
    for name, tensor in tensors.items():
        if tensor.dim() == 2:
            changed[name] = tensor.t().contiguous().t()
        else:
            view = room[at : at + 2 * tensor.numel() : 2]
            view.copy_(tensor)
            changed[name] = view
            at += 2 * tensor.numel()
    assert not changed["bert.encoder.layer.0.output.dense.weight"].is_contiguous()
    return changed


def one_storage(tensors):
    """Every tensor a part of one storage."""
    flat = torch.cat([tensor.reshape(-1) for tensor in tensors.values()])
    changed = collections.OrderedDict()
    at = 0
    for name, tensor in tensors.items():
        changed[name] = flat[at : at + tensor.numel()].view(tensor.shape)
        at += tensor.numel()
    return changed


def extras(tensors):
    """Tied tensors, buffers, and shapes without elements or without dimensions."""
    changed = collections.OrderedDict(tensors)
    changed["bert.embeddings.position_ids"] = torch.arange(POSITIONS).unsqueeze(0)
    changed["cls.predictions.decoder.weight"] = changed["bert.embeddings.word_embeddings.weight"]
    changed["cls.predictions.decoder.bias"] = changed["cls.predictions.bias"]
    changed["extra.scalar"] = torch.tensor(2.5)
    changed["extra.empty"] = torch.empty(0)
    changed["extra.wide"] = torch.empty(70_000, 0)
    changed["extra.expanded"] = torch.tensor([1.5]).expand(3, 2)
    return changed


def many(tensors):
    """So many tensors that torch needs the long forms of its opcodes, as for real models."""
    changed = extras(tensors)
    flat = torch.arange(300.0)
    for i in range(120):
        changed[f"extra.view.{i}"] = flat[i : i + 2]
    return with_metadata(changed)


def opcodes(data):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {op.name for op, _, _ in pickletools.genops(source.read("archive/data.pkl"))}


def shards(tensors):
    names = list(tensors)
    parts = {"00001": names[:9], "00002": names[9:]}
    for form, suffix in (("model", "safetensors"), ("pytorch_model", "bin")):
        index = {"metadata": {"total_size": sum(t.numel() * 4 for t in tensors.values())}, "weight_map": {}}
        for number, part in parts.items():
            file = f"{form}-{number}-of-00002.{suffix}"
            shard = collections.OrderedDict((name, tensors[name]) for name in part)
            if suffix == "bin":
                torch.save(shard, HERE / "sharded" / file)
            else:
                save_file(shard, HERE / "sharded" / file, metadata={"format": "pt"})
            index["weight_map"].update({name: file for name in part})
        (HERE / "sharded" / f"{form}.{suffix}.index.json").write_text(json.dumps(index, indent=2) + "\n")


def main():
    config = {
        "model_type": "bert", "num_hidden_layers": 1, "hidden_size": HIDDEN, "num_attention_heads": 2,
        "intermediate_size": INTERMEDIATE, "vocab_size": VOCABULARY, "max_position_embeddings": POSITIONS,
        "type_vocab_size": TYPES,
    }
    (HERE / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (HERE / "sharded").mkdir(exist_ok=True)
    tensors = model()
    half = collections.OrderedDict((name, tensor.half()) for name, tensor in tensors.items())
    brain = collections.OrderedDict((name, tensor.bfloat16()) for name, tensor in tensors.items())
    parameters = collections.OrderedDict((name, torch.nn.Parameter(tensor)) for name, tensor in tensors.items())

    save_file(tensors, HERE / "float.safetensors", metadata={"format": "pt"})
    save_file(half, HERE / "half.safetensors", metadata={"format": "pt"})
    save_file(brain, HERE / "bfloat16.safetensors", metadata={"format": "pt"})

    zipped(with_metadata(tensors), "float.zip.bin")
    zipped(dict(tensors), "float.plain-dict.bin")
    zipped(parameters, "float.parameters.bin")
    zipped(strided(tensors), "float.strided.bin")
    zipped(one_storage(tensors), "float.one-storage.bin")
    zipped(extras(tensors), "float.extras.bin")
    zipped(half, "half.zip.bin")
    zipped(brain, "bfloat16.zip.bin")
    (HERE / "float.archive.bin").write_bytes(streamed(tensors))
    (HERE / "float.old-zip.bin").write_bytes(
        without(streamed(tensors), "/byteorder", "/.format_version", "/.storage_alignment", "serialization_id"))
    big = streamed(many(tensors))
    assert {"BININT", "LONG_BINGET", "LONG_BINPUT"} <= opcodes(big), opcodes(big)
    (HERE / "float.many.bin").write_bytes(big)
    for name, state in (
        ("float.legacy.bin", with_metadata(tensors)),
        ("float.legacy-parameters.bin", parameters),
        ("float.legacy-strided.bin", strided(tensors)),
        ("float.legacy-many.bin", many(tensors)),
        ("half.legacy.bin", half),
        ("bfloat16.legacy.bin", brain),
    ):
        torch.save(state, HERE / name, _use_new_zipfile_serialization=False)
    shards(tensors)


main()
