package dev.unmask.http;

/**
 * What a request of the Open Inference Protocol holds, not yet checked.
 *
 * @param id {@code id}
 * @param parameters {@code parameters}
 * @param inputs {@code inputs}
 * @param outputs the names under {@code outputs}
 */
record SentInference(SentValue id, SentParameters parameters, SentTensors inputs, SentStrings outputs) {}
