/**
 * Writes the ONNX graph of a masked language model from a checkpoint's tensors. The structure is ours because that is
 * where the speed is: fused operators, and the head at mask positions only. Running a graph is {@code engine}'s work,
 * keeping it on disk {@code store}'s.
 */
package dev.unmask.graph;
