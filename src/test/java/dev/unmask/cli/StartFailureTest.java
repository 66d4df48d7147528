package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

/** The one sentence that a failed start ends with. */
class StartFailureTest {

    @Test
    void aFaultAnywhereUnderneathIsReportedItself() {
        Throwable failure = new RuntimeException("outer", new Exception(Fault.modelRefused("The model is bad.")));

        assertThat(StartFailure.sentence(failure)).isEqualTo("The model is bad.");
        assertThat(StartFailure.sentence(Fault.configuration("The key is bad.")))
                .isEqualTo("The key is bad.");
    }

    @Test
    void otherwiseTheInnermostFailureSpeaks() {
        assertThat(StartFailure.sentence(new RuntimeException("outer", new Exception("the reason"))))
                .isEqualTo("The server could not start: the reason");
        assertThat(StartFailure.sentence(new RuntimeException("outer", new NullPointerException())))
                .isEqualTo("The server could not start: java.lang.NullPointerException");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedWithWhatToDo() {
        assertThat(StartFailure.sentence(new RuntimeException(new AccessDeniedException("/tmp/vertx-cache"))))
                .contains("/tmp/vertx-cache", "java.io.tmpdir");
    }

    @Test
    void aPortInUseIsExplainedWithWhatToDo() {
        assertThat(StartFailure.sentence(new RuntimeException(new BindException("Address already in use"))))
                .startsWith("The server could not start: Address already in use. Stop what listens there,")
                .contains("--port", "QUARKUS_MANAGEMENT_PORT");
    }
}
