/**
 * One ONNX Runtime session and what it runs on: devices, execution providers, tensors, warm-up. It takes token ids and
 * mask positions and gives logits, or embeddings of whole texts; texts, vocabularies and requests are unknown here. A
 * graph that is to run here has the inputs and outputs that {@link dev.unmask.engine.GraphNames} lists.
 */
package dev.unmask.engine;
