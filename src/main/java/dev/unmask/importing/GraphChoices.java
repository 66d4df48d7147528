package dev.unmask.importing;

import dev.unmask.graph.Precision;

/**
 * What a graph is to be written with.
 *
 * @param precision FP32, FP16 or INT8
 * @param pad the tokenizer's padding id
 * @param calibration token ids of some ordinary texts, for int8
 */
record GraphChoices(Precision precision, int pad, int[][] calibration) {}
