package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model that comes with the repository, a checkpoint's folder as published, knows chest X-ray reports. */
class DemoModelIT {
    private static final Path STORE = Path.of("model-store").toAbsolutePath();

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isDirectory(STORE.resolve("demo")), "this checkout has no demo model");
        service = Service.ready(
                Program.folder(), Map.of("UNMASK_MODEL", STORE.resolve("demo").toString()));
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "There is no [MASK] effusion., pleural, there is no pleural effusion.",
        "Left pleural effusion with adjacent [MASK]., atelectasis, left pleural effusion with adjacent atelectasis.",
        "Heart size normal and lungs are [MASK]., clear, heart size normal and lungs are clear.",
    })
    void itFillsTheMasksOfTheModelCard(String text, String word, String sequence) throws Exception {
        JsonNode rows = Answers.prediction(service.post("{\"inputs\":%s}".formatted(Json.string(text))));

        assertThat(rows.path(0).path("token_str").asText()).isEqualTo(word);
        assertThat(rows.path(0).path("sequence").asText()).isEqualTo(sequence);
    }
}
