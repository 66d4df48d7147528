package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model that comes with the repository, a checkpoint's folder as published, knows chest X-ray reports. */
class DemoModelIT {
    private static final Path MODEL = Path.of("model-store", "demo").toAbsolutePath();

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.ready(Program.folder(), Map.of("UNMASK_MODEL", MODEL.toString()));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource({
        "There is no [MASK] effusion., pleural, there is no pleural effusion.",
        "Left pleural effusion with adjacent [MASK]., atelectasis, left pleural effusion with adjacent atelectasis.",
        "Heart size normal and lungs are [MASK]., clear, heart size normal and lungs are clear.",
    })
    void itFillsTheMasksOfTheModelCard(String text, String word, String sequence) {
        service.posting("{\"inputs\":%s}".formatted(Json.string(text)))
                .when()
                .post("/predict")
                .then()
                .statusCode(200)
                .body("[0].token_str", equalTo(word))
                .body("[0].sequence", equalTo(sequence));
    }

    @Test
    void theReadmesQuestionHasTheReadmesAnswer() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String question = part(readme, "<!-- command: ask -->\\s+```sh.*? -d '([^']+)'\\s+```");
        String answer = part(readme, "<!-- answer -->\\s+```json\\s+(.*?)```");

        Json.assertSame(Json.read(answer), Answers.prediction(service.post(question)));
    }

    private static String part(String text, String pattern) {
        Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(found.find()).as("%s in README.md", pattern).isTrue();
        return found.group(1);
    }
}
