package dev.unmask.http;

import java.util.Optional;

/**
 * What a request of TensorFlow Serving's {@code :predict} holds, not yet checked.
 *
 * @param instances the texts under {@code instances}; empty where there is no such key
 * @param parameters {@code parameters}
 */
record SentInstances(Optional<SentStrings> instances, SentParameters parameters) {}
