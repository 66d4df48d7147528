package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/metrics.md says of each number. */
class MetricsIT {
    private static final Pattern NAME = Pattern.compile("\\b(unmask|jvm|process|system)_[a-z0-9_]+");

    /** One that nobody else asks, so that every number is this class's own. */
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.ready(Program.folder());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Map<String, Double> values(Set<String> names) {
        return names.stream().collect(Collectors.toMap(name -> name, service::metric));
    }

    private static void assertAdded(Map<String, Double> before, Map<String, Double> adds) {
        adds.forEach((name, added) ->
                assertThat(service.metric(name) - before.get(name)).as(name).isEqualTo(added));
    }

    /** The worked example of the documentation. */
    @Test
    void oneRequestOfThreeTextsAddsWhatTheDocumentationSays() {
        Map<String, Double> adds = new LinkedHashMap<>();
        adds.put("unmask_requests_seconds_count{path=\"/predict\",status=\"200\"}", 1.0);
        adds.put("unmask_texts_total", 3.0);
        adds.put("unmask_tokens_total", 18.0);
        adds.put("unmask_stage_seconds_count{stage=\"tokenize\"}", 3.0);
        adds.put("unmask_stage_seconds_count{stage=\"wait\"}", 3.0);
        adds.put("unmask_batch_texts_sum", 3.0);
        adds.put("unmask_batch_tokens_sum", 18.0);
        adds.put("unmask_stage_seconds_count{stage=\"rank\"}", 3.0);
        Map<String, Double> before = values(adds.keySet());
        double batches = service.metric("unmask_stage_seconds_count{stage=\"infer\"}");

        service.post("{\"inputs\":[\"there is [MASK]\",\"there is no [MASK]\",\"there is no [MASK] .\"]}")
                .then()
                .statusCode(200);

        // The end of a request is noted after its answer has gone.
        await().untilAsserted(() -> assertAdded(before, adds));
        assertThat(service.metric("unmask_stage_seconds_count{stage=\"infer\"}") - batches)
                .isBetween(1.0, 3.0);
        assertThat(service.metric("unmask_queue_tokens")).isZero();
        assertThat(service.metric("unmask_queue_requests")).isZero();
    }

    @Test
    void refusalsAreCountedByStatusAndReasonAndUnknownPathsTogether() {
        Map<String, Double> adds = new LinkedHashMap<>();
        adds.put("unmask_requests_seconds_count{path=\"/score\",status=\"401\"}", 1.0);
        adds.put("unmask_requests_seconds_count{path=\"other\",status=\"404\"}", 2.0);
        adds.put("unmask_rejected_total{reason=\"unauthorized\"}", 1.0);
        adds.put("unmask_rejected_total{reason=\"not_found\"}", 2.0);
        adds.put("unmask_rejected_total{reason=\"bad_request\"}", 1.0);
        adds.put("unmask_rejected_total{reason=\"method_not_allowed\"}", 1.0);
        Map<String, Double> before = values(adds.keySet());

        service.anonymous().when().post("/score").then().statusCode(401);
        service.get("/one").then().statusCode(404);
        service.get("/two").then().statusCode(404);
        service.post("{\"inputs\":1}").then().statusCode(400);
        service.get("/score").then().statusCode(405);

        await().untilAsserted(() -> assertAdded(before, adds));
        assertThat(service.metrics()).doesNotContain("/one", "/two");
    }

    @Test
    void theModelAndThePhasesOfTheStartAreReported() {
        assertThat(service.metrics())
                .containsPattern(
                        "unmask_model\\{name=\"toy-model\",precision=\"fp32\",provider=\"CPU.*revision=\"[0-9a-f]{12}\"\\} 1")
                .contains(
                        "unmask_start_seconds{phase=\"model\"}",
                        "unmask_start_seconds{phase=\"engine\"}",
                        "unmask_start_seconds{phase=\"warm_up\"}");
    }

    @Test
    void dashboardAndDocumentationNameNothingThatIsNotExposed() throws IOException {
        // What has labels is exposed from its first value on.
        service.assertAnswers();
        service.get("/nowhere").then().statusCode(404);
        await().untilAsserted(() -> assertThat(service.metrics()).contains("unmask_requests_seconds_count"));
        Set<String> exposed = names(service.metrics());
        for (String file : new String[] {"docs/grafana.json", "docs/metrics.md"}) {
            Set<String> named = names(Files.readString(Path.of(file)));
            // A histogram's own name stands for its _count, _sum and _bucket; "jvm_*" for all of them.
            named.removeIf(name -> name.endsWith("_") || exposed.contains(name + "_count"));

            assertThat(exposed).as(file).containsAll(named);
        }
    }

    @Test
    void theDashboardIsJson() throws IOException {
        JsonNode dashboard = Json.read(Files.readString(Path.of("docs/grafana.json")));

        assertThat(dashboard.path("panels").size()).isGreaterThan(5);
        dashboard.path("panels").forEach(panel -> assertThat(
                        panel.path("targets").size())
                .as(panel.path("title").asText())
                .isPositive());
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }
}
