package dev.unmask.http;

/**
 * The content of an Open Inference Protocol request, not yet validated.
 *
 * @param id {@code id}
 * @param parameters {@code parameters}
 * @param inputs {@code inputs}
 * @param outputs the names under {@code outputs}
 */
record SentInference(SentValue id, SentParameters parameters, SentTensors inputs, SentStrings outputs) {}
