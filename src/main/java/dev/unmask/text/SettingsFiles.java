package dev.unmask.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import java.nio.file.Path;

/**
 * The files of a checkpoint that define how its text is tokenized; empty objects if they are missing.
 *
 * @param config {@code tokenizer_config.json}
 * @param specials {@code special_tokens_map.json}
 * @param added {@code added_tokens.json}
 */
record SettingsFiles(ObjectNode config, ObjectNode specials, ObjectNode added) {

    /** @throws Fault of kind {@code MODEL_REFUSED} when one of them isn't a JSON object */
    static SettingsFiles read(Path folder) {
        return new SettingsFiles(
                CheckpointText.objectOrEmpty(folder.resolve(CheckpointFiles.TOKENIZER_CONFIG)),
                CheckpointText.objectOrEmpty(folder.resolve(CheckpointFiles.SPECIAL_TOKENS)),
                CheckpointText.objectOrEmpty(folder.resolve(CheckpointFiles.ADDED_TOKENS)));
    }
}
