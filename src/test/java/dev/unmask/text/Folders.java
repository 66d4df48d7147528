package dev.unmask.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checkpoint folders for the tests of this package. */
final class Folders {

    static final String SPECIALS = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";

    /** The recorded conformance cases were made with this model. */
    static final Path TOY = Path.of("src/test/resources/toy-model");

    /** Models of other families, with their tokenizers. */
    static final Path ONNX = Path.of("src/test/resources/onnx");

    private Folders() {}

    static Path with(Path folder, String file, String content) {
        try {
            Files.writeString(folder.resolve(file), content);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder with the toy model's vocabulary and another tokenizer_config.json. */
    static Path toyWith(Path folder, String config) {
        try {
            Files.writeString(folder.resolve("vocab.txt"), Files.readString(TOY.resolve("vocab.txt")));
            return with(folder, "tokenizer_config.json", config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
