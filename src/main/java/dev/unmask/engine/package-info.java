/**
 * One ONNX Runtime session and what it runs on: devices, execution providers, tensors, warm-up. It takes token ids and mask
 * positions and returns logits, scores, or embeddings of whole texts; it knows nothing of texts, vocabularies and requests.
 * Graphs must have the inputs and outputs in {@link dev.unmask.engine.GraphNames}.
 */
package dev.unmask.engine;
