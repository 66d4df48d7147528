package dev.unmask.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a second model finds room beside the first. */
class AvailableMemoryTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    private void machine(long mebibytes) throws IOException {
        write("meminfo", "MemTotal: 99999999 kB\nMemFree: 1 kB\nMemAvailable: %d kB\n".formatted(mebibytes << 10));
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), text);
    }

    private AvailableMemory memory() {
        return new AvailableMemory(folder, folder);
    }

    @Test
    void whereNothingIsKnownNothingIsRefused() {
        assertThat(memory().bytes()).isEmpty();
        assertThatCode(() -> memory().check(Long.MAX_VALUE / 4)).doesNotThrowAnyException();
    }

    @Test
    void itIsWhatTheMachineHasToSpare() throws IOException {
        machine(700);

        assertThat(memory().bytes()).hasValue(700 * MEBIBYTE);
    }

    @Test
    void orWhatTheContainerMayStillTakeIfThatIsLess() throws IOException {
        machine(7000);
        write("memory.max", 2000 * MEBIBYTE + "\n");
        write("memory.current", 1500 * MEBIBYTE + "\n");
        write("memory.stat", "anon 5\ninactive_file %d\nactive_file 3\n".formatted(100 * MEBIBYTE));

        assertThat(memory().bytes()).hasValue(600 * MEBIBYTE);
    }

    @Test
    void theFirstVersionOfControlGroupsIsReadToo() throws IOException {
        write("memory/memory.limit_in_bytes", 900 * MEBIBYTE + "\n");
        write("memory/memory.usage_in_bytes", 500 * MEBIBYTE + "\n");
        write("memory/memory.stat", "inactive_file 7\ntotal_inactive_file %d\n".formatted(50 * MEBIBYTE));

        assertThat(memory().bytes()).hasValue(450 * MEBIBYTE);
    }

    @Test
    void aContainerWithoutLimitIsNotLimited() throws IOException {
        machine(700);
        write("memory.max", "max\n");
        write("memory.current", "12345\n");

        assertThat(memory().bytes()).hasValue(700 * MEBIBYTE);
    }

    @Test
    void aModelThatDoesNotFitIntoMemoryIsRefusedWithBothNumbers() throws IOException {
        machine(700);

        assertThatCode(() -> memory().check(300 * MEBIBYTE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> memory().check(400 * MEBIBYTE))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.STORAGE))
                .hasMessageContaining("728 MiB")
                .hasMessageContaining("700 MiB");
    }
}
