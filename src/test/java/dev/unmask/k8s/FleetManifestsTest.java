package dev.unmask.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fleet has beside a deployment: scaling, watching, two deployments behind one address, KServe. */
class FleetManifestsTest {
    @TempDir
    private Path folder;

    @Test
    void prometheusFindsThePortOfTheMetricsAndNoOther() throws Exception {
        List<HasMetadata> objects = Kustomize.with("monitoring", folder);

        ServiceMonitor monitor = Manifests.only(objects, ServiceMonitor.class);
        Map<String, String> wanted = monitor.getSpec().getSelector().getMatchLabels();
        List<Service> found = objects.stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .filter(service -> service.getMetadata().getLabels().entrySet().containsAll(wanted.entrySet()))
                .toList();
        assertThat(found).singleElement().satisfies(service -> {
            OneMind.assertSelected(
                    Kustomize.podLabels(objects), service.getSpec().getSelector());
            assertThat(service.getSpec().getPorts()).singleElement().satisfies(port -> {
                assertThat(port.getTargetPort().getStrVal()).isEqualTo("management");
                assertThat(monitor.getSpec().getEndpoints()).singleElement().satisfies(endpoint -> {
                    assertThat(endpoint.getPort()).isEqualTo(port.getName());
                    assertThat(endpoint.getPath()).isEqualTo("/metrics");
                });
            });
        });
    }

    @Test
    void theAutoscalerGoesByMetricsThatThereAre() throws Exception {
        List<HasMetadata> objects = Kustomize.with("autoscaling", folder);

        HorizontalPodAutoscaler autoscaler = Manifests.only(objects, HorizontalPodAutoscaler.class);
        Deployment deployment = Manifests.only(objects, Deployment.class);
        assertThat(autoscaler.getSpec().getScaleTargetRef().getName())
                .isEqualTo(deployment.getMetadata().getName());
        assertThat(deployment.getSpec().getReplicas()).isNull();
        String documented = Files.readString(Path.of("docs/metrics.md"));
        String rules = Files.readString(Path.of("docs/deploying.md"));
        assertThat(autoscaler.getSpec().getMetrics())
                .extracting(metric -> metric.getPods().getMetric().getName())
                .hasSize(2)
                .allSatisfy(name -> assertThat(rules + documented).contains("as: " + name))
                .anySatisfy(name -> assertThat(documented).contains("`" + name + "`"));
        assertMetrics(rules, documented);
    }

    @Test
    void kedaGoesByMetricsThatThereAre() throws Exception {
        List<HasMetadata> objects = Kustomize.with("keda", folder);

        GenericKubernetesResource scaled = Manifests.generic(objects, "ScaledObject");
        assertThat(scaled.<String>get("spec", "scaleTargetRef", "name"))
                .isEqualTo(
                        Manifests.only(objects, Deployment.class).getMetadata().getName());
        assertThat(Manifests.only(objects, Deployment.class).getSpec().getReplicas())
                .isNull();
        List<Map<String, Map<String, String>>> triggers = scaled.get("spec", "triggers");
        assertThat(triggers).hasSize(2);
        for (Map<String, Map<String, String>> trigger : triggers) {
            assertMetrics(trigger.get("metadata").get("query"), Files.readString(Path.of("docs/metrics.md")));
        }
    }

    /** Each series that is named in a text stands in another, as it is or as the histogram that it is a part of. */
    private static void assertMetrics(String text, String documented) {
        Matcher names = Pattern.compile("\\bunmask_[a-z_]+(?=\\{)").matcher(text);
        assertThat(names.results().map(MatchResult::group).toList())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(documented)
                        .containsAnyOf("`" + name + "`", "`" + name.replaceAll("_(sum|count)$", "") + "`"));
    }

    @Test
    void blueAndGreenAreTwoServicesBehindOneAddress() throws Exception {
        List<HasMetadata> objects = Kustomize.rendered(Kustomize.K8S.resolve("overlays/bluegreen"));

        HTTPRoute route = Manifests.only(objects, HTTPRoute.class);
        List<HTTPRouteRule> rules = route.getSpec().getRules();
        for (String color : List.of("blue", "green")) {
            List<HasMetadata> one = objects.stream()
                    .filter(object -> object.getMetadata().getName().endsWith("-" + color))
                    .toList();
            OneMind.assertConsistent(one);
            Service service = Manifests.only(one, Service.class);
            assertThat(objects.stream()
                            .filter(Deployment.class::isInstance)
                            .map(Deployment.class::cast)
                            .filter(deployment -> deployment
                                    .getSpec()
                                    .getTemplate()
                                    .getMetadata()
                                    .getLabels()
                                    .entrySet()
                                    .containsAll(service.getSpec().getSelector().entrySet())))
                    .as("the pods of %s alone", color)
                    .hasSize(1);
            assertThat(Kustomize.environment(Kustomize.container(Kustomize.pod(one))))
                    .containsEntry("UNMASK_AZUREML_DEPLOYMENT", color);
            assertThat(rules)
                    .filteredOn(rule -> !rule.getMatches().isEmpty()
                            && rule.getMatches()
                                    .get(0)
                                    .getHeaders()
                                    .get(0)
                                    .getValue()
                                    .equals(color))
                    .singleElement()
                    .satisfies(rule -> {
                        assertThat(rule.getMatches().get(0).getHeaders().get(0).getName())
                                .isEqualTo("azureml-model-deployment");
                        assertThat(rule.getBackendRefs())
                                .extracting(HTTPBackendRef::getName)
                                .containsExactly(service.getMetadata().getName());
                    });
            assertThat(rules)
                    .flatExtracting(HTTPRouteRule::getBackendRefs)
                    .filteredOn(backend ->
                            backend.getName().equals(service.getMetadata().getName()))
                    .hasSize(2)
                    .allSatisfy(backend -> assertThat(backend.getPort())
                            .isEqualTo(service.getSpec().getPorts().get(0).getPort()));
        }
        assertThat(rules.get(2).getBackendRefs().stream()
                        .mapToInt(HTTPBackendRef::getWeight)
                        .sum())
                .isEqualTo(100);
    }

    @Test
    void kserveAsksWhatThereIs() throws Exception {
        List<HasMetadata> objects = Kustomize.rendered(Kustomize.K8S.resolve("kserve"));

        GenericKubernetesResource runtime = Manifests.generic(objects, "ClusterServingRuntime");
        List<Object> containers = runtime.get("spec", "containers");
        Container container = Manifests.part(containers.get(0), Container.class);
        List<Object> volumes = runtime.get("spec", "volumes");
        Volume keys = Manifests.part(volumes.get(0), Volume.class);
        Map<String, String> environment = Kustomize.environment(container);
        String documented = Files.readString(Path.of("docs/configuration.md"));
        assertThat(container.getName()).as("KServe looks for this one").isEqualTo("kserve-container");
        assertThat(environment.keySet())
                .allSatisfy(name -> assertThat(documented).contains("| `" + name + "` |"));
        assertThat(container.getVolumeMounts()).singleElement().satisfies(mount -> {
            assertThat(mount.getName()).isEqualTo(keys.getName());
            assertThat(mount.getMountPath()).isEqualTo(environment.get("UNMASK_AUTH_KEYS_DIR"));
        });
        String protocol = Files.readString(Path.of("docs/kserve.md"));
        assertThat(List.of(container.getReadinessProbe(), container.getLivenessProbe()))
                .allSatisfy(probe -> {
                    assertThat(protocol).contains("| `GET " + probe.getHttpGet().getPath() + "` | no |");
                    assertThat(probe.getHttpGet().getPort().getIntVal())
                            .isEqualTo(container.getPorts().get(0).getContainerPort())
                            .isEqualTo(8080);
                });

        GenericKubernetesResource service = Manifests.generic(objects, "InferenceService");
        assertThat(service.<String>get("spec", "predictor", "model", "runtime"))
                .isEqualTo(runtime.getMetadata().getName());
        List<Map<String, Object>> formats = runtime.get("spec", "supportedModelFormats");
        assertThat(service.<String>get("spec", "predictor", "model", "modelFormat", "name"))
                .isEqualTo(formats.get(0).get("name"));
        assertThat(service.<Integer>get("spec", "predictor", "terminationGracePeriodSeconds"))
                .isGreaterThanOrEqualTo(Kustomize.seconds(environment.get("UNMASK_DRAIN_DELAY"))
                        + Kustomize.seconds(environment.get("UNMASK_DRAIN_TIMEOUT"))
                        + 10);
    }
}
