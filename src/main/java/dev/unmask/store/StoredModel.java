package dev.unmask.store;

import java.nio.file.Path;

/**
 * A store entry whose digests were verified.
 *
 * @param folder where it lies
 * @param manifest what it is
 */
public record StoredModel(Path folder, Manifest manifest) {

    /** The ONNX graph; its weights lie beside it. */
    public Path graph() {
        return folder.resolve(Importer.GRAPH);
    }
}
