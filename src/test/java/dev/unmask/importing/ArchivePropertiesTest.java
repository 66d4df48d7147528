package dev.unmask.importing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.store.PartialFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Whatever names, links and bytes an archive has, nothing is made outside of its folder, and no link inside of it. */
class ArchivePropertiesTest {
    /** An entry of an archive: a file where {@code link} is empty. */
    record Item(String name, String link, boolean hard) {}

    @Provide
    Arbitrary<Item> items() {
        Arbitrary<String> step = Arbitraries.of("a", "b", "c", "..", ".", "", "/", "\\", "C:", "é", " ", "a\u0001");
        Arbitrary<String> path = step.list().ofMinSize(1).ofMaxSize(5).map(steps -> String.join("/", steps));
        Arbitrary<String> links = Arbitraries.oneOf(Arbitraries.just(""), path);
        return Combinators.combine(path, links, Arbitraries.of(true, false)).as(Item::new);
    }

    @Property(tries = 500)
    void nothingIsMadeOutside(@ForAll("items") Item first, @ForAll @Size(max = 6) List<@From("items") Item> more)
            throws IOException {
        check(tar(Stream.concat(Stream.of(first), more.stream()).toList()));
    }

    @Property(tries = 300)
    void nothingIsMadeOutsideOfFlippedBytes(
            @ForAll @IntRange(min = 0, max = 2047) int position, @ForAll byte value, @ForAll("items") Item item)
            throws IOException {
        byte[] bytes = tar(List.of(new Item("a/b", "", false), item));
        bytes[position % bytes.length] = value;
        check(bytes);
    }

    private static byte[] tar(List<Item> items) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Item item : items) {
                boolean file = item.link().isEmpty() && !item.name().endsWith("/");
                byte type =
                        file ? TarConstants.LF_NORMAL : item.hard() ? TarConstants.LF_LINK : TarConstants.LF_SYMLINK;
                TarArchiveEntry entry = new TarArchiveEntry(item.name(), type, true);
                entry.setLinkName(item.link());
                entry.setSize(file ? 3 : 0);
                tar.putArchiveEntry(entry);
                if (file) {
                    tar.write(new byte[3]);
                }
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static void check(byte[] tar) throws IOException {
        Path folder = Files.createTempDirectory("archive-properties");
        try {
            Path inner = Files.createDirectories(folder.resolve("x/y/inner"));
            Path file = Files.write(folder.resolve("archive.tar"), tar);
            try {
                new ArchiveFiles(file, inner, tar.length).untar(false);
            } catch (Fault refused) {
                assertThat(refused).hasMessageStartingWith("The archive \"archive.tar\" is refused: the entry \"");
            } catch (IOException broken) {
                assertThat(FileFailure.describe(broken)).isNotBlank();
            }
            try (Stream<Path> made = Files.walk(folder)) {
                assertThat(made.filter(path -> !path.startsWith(inner) && !inner.startsWith(path)))
                        .containsExactly(file);
            }
            try (Stream<Path> made = Files.walk(inner)) {
                assertThat(made).allSatisfy(path -> assertThat(Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                                || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                        .isTrue());
            }
        } finally {
            PartialFolder.delete(folder);
        }
    }
}
