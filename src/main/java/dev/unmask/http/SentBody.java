package dev.unmask.http;

import java.util.Optional;

/**
 * A request's body, with the type of each field, not yet validated. Only what a request can use is kept.
 *
 * @param inputs {@code inputs}, or the {@code inputs} inside them if they are an object; empty if missing
 * @param beside the other keys of {@code inputs}, if that is an object
 * @param parameters {@code parameters}
 */
record SentBody(Optional<SentStrings> inputs, Optional<SentParameters> beside, SentParameters parameters) {}
