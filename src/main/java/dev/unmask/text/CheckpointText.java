package dev.unmask.text;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the small text files of a checkpoint, and refuses those that can't be what they claim. */
final class CheckpointText {

    static final ObjectMapper MAPPER = new ObjectMapper();

    /** The largest published tokenizers have some 20 MB; a larger file is something else. */
    private static final long MAX_BYTES = 64L << 20;

    private CheckpointText() {}

    /** The text of a UTF-8 file. Malformed UTF-8 is refused, as the reference does. */
    static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw Fault.modelRefused(
                        name(file) + " is larger than " + (MAX_BYTES >> 20) + " MiB, which no tokenizer needs.");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Fault.modelRefused(name(file) + " isn't valid UTF-8.", e);
        } catch (IOException e) {
            throw FileFailure.unreadable(name(file), e);
        }
    }

    /** The JSON object in the text of a file with this name. */
    static ObjectNode object(String json, String name) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw Fault.modelRefused(name + " isn't valid JSON: " + e.getOriginalMessage(), e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw Fault.modelRefused(name + " has no JSON object.");
    }

    /** The JSON object in a file, or an empty object if there is no such file. */
    static ObjectNode objectOrEmpty(Path file) {
        return Files.exists(file)
                ? object(text(file), name(file))
                : MAPPER.getNodeFactory().objectNode();
    }

    /** Only the name: a model's location is only for the operator. */
    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
