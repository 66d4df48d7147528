package dev.unmask.http;

import java.util.Optional;

/**
 * What a request's body holds, by the type of each field and not yet checked: of what was sent only that is kept which
 * a request can use.
 *
 * @param inputs {@code inputs}, or the {@code inputs} within them where they are an object; empty where there is none
 * @param beside where {@code inputs} is an object, its other keys
 * @param parameters {@code parameters}
 */
record SentBody(Optional<SentStrings> inputs, Optional<SentParameters> beside, SentParameters parameters) {}
