/**
 * Writes the ONNX graph of a masked language model from a checkpoint's tensors. The structure is ours because it determines
 * the speed: fused operators, no padding, and the head at mask positions only. {@code engine} runs a graph, and
 * {@code store} keeps it on disk.
 */
package dev.unmask.graph;
