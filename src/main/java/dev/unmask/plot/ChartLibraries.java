package dev.unmask.plot;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads charts together with the libraries that draw them. In the packaged service these lie in a folder of their own,
 * {@code charts}, and are not in the class path: the server needs none of them. A chart's class links to them, so it is loaded
 * a second time by a loader that has both.
 */
final class ChartLibraries {
    private static final String FOLDER = "charts";

    private ChartLibraries() {}

    /**
     * A new chart.
     *
     * @param type with a public constructor without parameters; it may be of a loader that lacks the libraries
     * @throws Fault of kind CONFIGURATION when the libraries are missing
     */
    static <T> Chart<T> chart(Class<? extends Chart<T>> type) {
        try {
            Class<?> linked = Class.forName(type.getName(), true, loader(type));
            @SuppressWarnings("unchecked") // The same class, of another loader.
            Chart<T> chart = (Chart<T>) linked.getConstructor().newInstance();
            return chart;
        } catch (ReflectiveOperationException | NoClassDefFoundError missing) {
            throw Fault.configuration(
                    "The libraries that draw charts are missing: the folder \"%s\" beside quarkus-run.jar. Restore it, or omit --plot."
                            .formatted(FOLDER),
                    missing);
        }
    }

    private static ClassLoader loader(Class<?> type) {
        ClassLoader own = type.getClassLoader();
        Optional<Path> code = code(type);
        Optional<Path> folder =
                code.map(jar -> jar.getParent().resolveSibling(FOLDER)).filter(Files::isDirectory);
        if (folder.isEmpty()) {
            return own;
        }
        // Lives as long as the process, which ends after the chart.
        return new URLClassLoader(urls(code.get(), folder.get()), new Without(type.getPackageName(), own));
    }

    private static Optional<Path> code(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException notAFile) {
            return Optional.empty();
        }
    }

    private static URL[] urls(Path code, Path folder) {
        List<URL> urls = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            urls.add(url(code));
            for (Path jar : jars) {
                urls.add(url(jar));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return urls.toArray(URL[]::new);
    }

    private static URL url(Path file) throws MalformedURLException {
        return file.toUri().toURL();
    }

    /** A loader's classes except those of one package. */
    private static final class Without extends ClassLoader {
        private final String prefix;

        Without(String packageName, ClassLoader loader) {
            super(loader);
            this.prefix = packageName + ".";
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(prefix)) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
