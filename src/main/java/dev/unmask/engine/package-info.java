/**
 * One ONNX Runtime session and what it runs on: devices, execution providers, tensors, warm-up. It takes token ids and
 * mask positions and gives logits; texts, vocabularies and requests are unknown here. A graph that is to run here has the
 * inputs and the output that {@link dev.unmask.engine.GraphNames} lists.
 */
package dev.unmask.engine;
