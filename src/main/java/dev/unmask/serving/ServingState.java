package dev.unmask.serving;

import java.util.Optional;

/** What the service is at, from its start to its end. Only {@link Ready} and {@link Reloading} want new requests. */
sealed interface ServingState {
    /** The model that answers now. */
    Optional<ServedModel> model();

    /** The first model is being loaded. */
    record Loading() implements ServingState {
        @Override
        public Optional<ServedModel> model() {
            return Optional.empty();
        }
    }

    /** A model answers. */
    record Ready(ServedModel served) implements ServingState {
        @Override
        public Optional<ServedModel> model() {
            return Optional.of(served);
        }
    }

    /** A model answers; another is being loaded, or one that it took the place of is still in use. */
    record Reloading(ServedModel served) implements ServingState {
        @Override
        public Optional<ServedModel> model() {
            return Optional.of(served);
        }
    }

    /** What was accepted is answered, by the model if there is one. */
    record Stopping(Optional<ServedModel> model) implements ServingState {}
}
