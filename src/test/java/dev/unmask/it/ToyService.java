package dev.unmask.it;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests a {@link Service} with the toy model and the default settings: one for all classes that ask for it. */
final class ToyService implements ParameterResolver {
    /** Closed by JUnit when all tests are done. */
    private record Shared(Service service) implements AutoCloseable {
        static Shared start() {
            try {
                return new Shared(Service.ready(Program.folder()));
            } catch (IOException | InterruptedException failed) {
                throw new AssertionError("The service did not start", failed);
            }
        }

        @Override
        public void close() {
            service.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return parameter.getParameter().getType() == Service.class;
    }

    @Override
    public Service resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return extension
                .getRoot()
                .getStore(Namespace.create(ToyService.class))
                .computeIfAbsent(Shared.class, key -> Shared.start(), Shared.class)
                .service();
    }
}
