import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Takes the native libraries out of their jars, so that nothing is unpacked at start and other systems' libraries are
 * not carried along. Run while an image is built: {@code java Prepare.java LIBRARIES NATIVES}.
 */
final class Prepare {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private record Natives(String jar, String all, String ours) {}

    private static final List<Natives> KINDS = List.of(
            new Natives(
                    "com.microsoft.onnxruntime.onnxruntime",
                    "/ai/onnxruntime/native",
                    ARM ? "linux-aarch64" : "linux-x64"),
            new Natives("ai.djl.huggingface.tokenizers", "/native/lib", ARM ? "linux-aarch64/cpu" : "linux-x86_64/cpu"),
            new Natives("net.java.dev.jna", "/com/sun/jna", ARM ? "linux-aarch64" : "linux-x86-64"));

    public static void main(String[] folders) throws IOException {
        Path natives = Files.createDirectories(Path.of(folders[1]));
        for (Natives kind : KINDS) {
            try (Stream<Path> jars = Files.list(Path.of(folders[0]))) {
                Path jar = jars.filter(file -> file.getFileName().toString().startsWith(kind.jar))
                        .findFirst()
                        .orElseThrow(() -> new IOException("there is no jar " + kind.jar));
                unpack(jar, kind, natives);
            }
        }
    }

    private static void unpack(Path jar, Natives kind, Path natives) throws IOException {
        try (FileSystem inside = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
            int taken = 0;
            try (Stream<Path> libraries = Files.list(inside.getPath(kind.all, kind.ours))) {
                for (Path library : (Iterable<Path>) libraries::iterator) {
                    if (library.toString().endsWith(".so")) {
                        Files.copy(library, natives.resolve(library.getFileName().toString()));
                        taken++;
                    }
                }
            }
            if (taken == 0) {
                throw new IOException(jar + " has no library for " + kind.ours);
            }
            deleteLibraries(inside.getPath(kind.all));
        }
    }

    private static void deleteLibraries(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            // Classes may lie there too, and a file that says of what version the libraries are.
            if (!file.toString().endsWith(".class") && !file.toString().endsWith(".properties")) {
                Files.delete(file);
            }
        }
    }
}
