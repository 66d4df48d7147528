"""Makes a small random model of the form of CXR-BERT-specialized and records its text embeddings, in one padded batch, by torch and transformers.

Run here, in an environment with torch 2.13 and transformers 5.17 (the build needs neither):

    python record.py

The formula is that of get_projected_text_embeddings in hi-ml (microsoft/hi-ml,
hi-ml-multimodal/src/health_multimodal/text/model/modelling_cxrbert.py), written out with torch's functions.
"""

import json

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import BertConfig, BertForMaskedLM

VOCABULARY, POSITIONS, HIDDEN, PROJECTION = 40, 24, 16, 12
HEAD_SHAPES = {
    "dense_to_hidden.weight": (PROJECTION, HIDDEN),
    "dense_to_hidden.bias": (PROJECTION,),
    "LayerNorm.weight": (PROJECTION,),
    "LayerNorm.bias": (PROJECTION,),
    "dense_to_output.weight": (PROJECTION, PROJECTION),
    "dense_to_output.bias": (PROJECTION,),
}


def embed(bert, head, ids, mask):
    first = bert(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0]
    inner = F.gelu(F.linear(first, head["dense_to_hidden.weight"], head["dense_to_hidden.bias"]))
    normed = F.layer_norm(inner, (PROJECTION,), head["LayerNorm.weight"], head["LayerNorm.bias"], eps=1e-12)
    return F.normalize(F.linear(normed, head["dense_to_output.weight"], head["dense_to_output.bias"]), dim=1)


def main():
    torch.manual_seed(7)
    # Another epsilon and activation than the head's own, which must not follow them.
    config = BertConfig(
        vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=2, num_attention_heads=2, intermediate_size=20,
        max_position_embeddings=POSITIONS, type_vocab_size=2, hidden_act="gelu_new", layer_norm_eps=0.01, pad_token_id=0)
    model = BertForMaskedLM(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) / 2)
    head = {name: torch.randn(shape) / 2 for name, shape in HEAD_SHAPES.items()}
    tensors = {name: tensor.clone() for name, tensor in model.state_dict().items() if "decoder" not in name}
    tensors |= {f"cls_projection_head.{name}": tensor for name, tensor in head.items()}
    save_file(tensors, "model.safetensors", metadata={"format": "pt"})
    with open("config.json", "w") as file:
        written = config.to_dict() | {"model_type": "cxr-bert", "projection_size": PROJECTION}
        json.dump({key: value for key, value in written.items() if value is not None}, file, indent=1, sort_keys=True)
        file.write("\n")

    lengths = [1, 2, 3, 7, 12, 19, POSITIONS]
    ids = torch.randint(1, VOCABULARY, (len(lengths), POSITIONS))
    mask = torch.tensor([[int(i < length) for i in range(POSITIONS)] for length in lengths])
    with torch.no_grad():
        embeddings = embed(model.bert, head, ids * mask, mask)
    with open("reference.jsonl", "w") as file:
        for length, text, embedding in zip(lengths, ids.tolist(), embeddings.tolist()):
            file.write(json.dumps({"ids": text[:length], "embedding": embedding}) + "\n")


main()
