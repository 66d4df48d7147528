package dev.unmask.http;

import java.util.Optional;

/**
 * The content of a TensorFlow Serving {@code :predict} request, not yet validated.
 *
 * @param instances the texts under {@code instances}; empty if there is no such key
 * @param parameters {@code parameters}
 */
record SentInstances(Optional<SentStrings> instances, SentParameters parameters) {}
