package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An export that mixes the texts of a batch into each other: a list answers as its texts one by one all the same. */
class DependentExportIT {
    private static final Path EXPORT =
            Path.of("src/test/resources/onnx/int8-dynamic").toAbsolutePath();
    private static final List<String> TEXTS = List.of(
            "there is no [MASK] .",
            "the lungs are clear . there is no pleural effusion or [MASK] .",
            "[MASK]",
            "there is [MASK] [MASK] in the left lung");

    private static Path folder;
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        folder = Program.folder();
        service = Service.ready(folder, Map.of("UNMASK_MODEL", EXPORT.toString()));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    @Test
    void aListAnswersAsItsTextsOneByOneToTheLastDigit() throws Exception {
        List<String> one = new ArrayList<>();
        for (String text : TEXTS) {
            one.add(service.post("{\"inputs\":%s}".formatted(quoted(text))).asString());
        }
        String all =
                String.join(",", TEXTS.stream().map(DependentExportIT::quoted).toList());

        assertThat(service.post("{\"inputs\":[%s]}".formatted(all)).asString())
                .isEqualTo("[" + String.join(",", one) + "]");
    }

    @Test
    void theServiceSaysSo() throws Exception {
        JsonNode engine = Json.read(service.get("/info").asString()).path("engine");

        assertThat(engine.path("batches").isBoolean()).isTrue();
        assertThat(engine.path("batches").booleanValue()).isFalse();
        assertThat(service.log()).contains("runs one text at a time");
    }

    @Test
    void whatIsEvaluatedDoesNotDependOnTheBatch() throws Exception {
        Path texts = Files.write(folder.resolve("texts.txt"), TEXTS);
        List<String> reports = new ArrayList<>();
        for (String batch : List.of("1", "512")) {
            String[] evaluate = {
                "evaluate",
                "--model",
                EXPORT.toString(),
                "--text",
                texts.toString(),
                "--json",
                "--batch",
                batch,
                "--store",
                folder.resolve("store").toString(),
                "--device",
                "cpu"
            };
            try (Program program = Program.start(folder, Map.of(), evaluate)) {
                assertThat(program.exitCode()).as(program.output()).isZero();
                String output = program.output();
                // Without what was logged, and without how long it took.
                reports.add(Json.read(output.substring(output.indexOf("\n{") + 1))
                        .toString()
                        .replaceAll("\"seconds\":[^,}]+", ""));
            }
        }
        assertThat(reports.get(1)).isEqualTo(reports.get(0));
    }
}
