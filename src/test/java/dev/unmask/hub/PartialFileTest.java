package dev.unmask.hub;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unmask.progress.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A download on its way. */
class PartialFileTest {
    @TempDir
    private Path folder;

    @Test
    void aFullDiskIsReportedByName() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        Files.createSymbolicLink(folder.resolve("file.part"), full);
        PartialFile file =
                new PartialFile(folder.resolve("file"), new HubFile("file", 3, null, null), 1 << 20, Progress.SILENT);
        file.begin();

        assertThatThrownBy(() -> file.take(ByteBuffer.wrap(new byte[3])))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
    }
}
