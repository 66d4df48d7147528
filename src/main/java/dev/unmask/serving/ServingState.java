package dev.unmask.serving;

import java.util.Optional;

/** The service's state, from its start to its end. Only {@link Ready} and {@link Reloading} accept new requests. */
sealed interface ServingState {
    /** The current model. */
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

    /** A model answers; another is being loaded, or its predecessor is still in use. */
    record Reloading(ServedModel served) implements ServingState {
        @Override
        public Optional<ServedModel> model() {
            return Optional.of(served);
        }
    }

    /** Accepted requests are answered, if there is a model. */
    record Stopping(Optional<ServedModel> model) implements ServingState {}
}
