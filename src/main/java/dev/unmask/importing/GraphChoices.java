package dev.unmask.importing;

import dev.unmask.graph.Precision;

/**
 * The choices for writing a graph.
 *
 * @param precision FP32, FP16 or INT8
 * @param pad the tokenizer's padding id
 * @param calibration token ids of some typical texts, for int8
 */
record GraphChoices(Precision precision, int pad, int[][] calibration) {}
