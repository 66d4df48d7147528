package dev.unmask.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in k8s: known to Kubernetes, and of one mind with the code, the image and itself. */
class ManifestsTest {
    private static final Path K8S = Path.of("k8s");

    @TempDir
    private Path folder;

    private static List<HasMetadata> files(String under) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        try (Stream<Path> files = Files.walk(K8S.resolve(under))) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (file.toString().endsWith(".yaml") && !file.endsWith("kustomization.yaml")) {
                    objects.addAll(Manifests.read(Files.readString(file)));
                }
            }
        }
        return objects;
    }

    /** What kustomize makes of a folder; the test is left out where there is no kubectl. */
    private static List<HasMetadata> rendered(Path kustomization) throws IOException, InterruptedException {
        Process kubectl;
        try {
            kubectl = new ProcessBuilder("kubectl", "kustomize", kustomization.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException notInstalled) {
            assumeTrue(false, "there is no kubectl");
            throw notInstalled;
        }
        String yaml;
        try (InputStream out = kubectl.getInputStream()) {
            yaml = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(kubectl.waitFor()).isZero();
        return Manifests.read(yaml);
    }

    private static PodSpec pod(List<HasMetadata> objects) {
        return Manifests.only(objects, Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static Container container(PodSpec pod) {
        assertThat(pod.getContainers()).hasSize(1);
        return pod.getContainers().get(0);
    }

    private static Map<String, String> environment(Container container) {
        return container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static int seconds(String duration) {
        assertThat(duration).matches("\\d+s");
        return Integer.parseInt(duration.substring(0, duration.length() - 1));
    }

    @Test
    void unknownFieldsAndWrongTypesAreFound() throws IOException {
        String good = Files.readString(K8S.resolve("base/deployment.yaml"));

        assertThatThrownBy(() -> Manifests.read(good.replace("periodSeconds: 10", "periodSecond: 10")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("livenessProbe");
        assertThatThrownBy(() -> Manifests.read(good.replace("replicas: 2", "replicas: two")))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void everyFileIsKnownToKubernetes() throws IOException {
        assertThat(files(".")).hasSizeGreaterThan(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "gpu-mig"})
    void overlaysRender(String overlay) throws Exception {
        List<HasMetadata> objects = rendered(K8S.resolve("overlays").resolve(overlay));

        assertThat(objects).allSatisfy(object -> assertThat(object.getMetadata().getNamespace())
                .isEqualTo("unmask"));
        assertConsistent(objects);
        Container container = container(pod(objects));
        assertThat(environment(container).containsKey("UNMASK_DEVICE")).isEqualTo(!overlay.equals("cpu"));
        assertThat(container.getResources().getLimits().keySet().stream()
                        .filter(resource -> resource.startsWith("nvidia.com/"))
                        .count())
                .as("one GPU, or one slice of one")
                .isEqualTo(overlay.equals("cpu") ? 0 : 1);
    }

    /** The cpu overlay with a component that it has, or could have. */
    private List<HasMetadata> with(String component) throws Exception {
        Path overlay = Files.createDirectories(folder.resolve("overlays/mine"));
        copy(K8S.resolve("base"), folder.resolve("base"));
        copy(
                K8S.resolve("components").resolve(component),
                folder.resolve("components").resolve(component));
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                Files.readString(K8S.resolve("overlays/cpu/kustomization.yaml"))
                        .replace("# components:", "components:")
                        .replace("#   - ../../components/model", "  - ../../components/" + component));
        return rendered(overlay);
    }

    @Test
    void aModelOnAVolumeTakesTheDemosPlace() throws Exception {
        List<HasMetadata> objects = with("model");

        assertConsistent(objects);
        Job job = Manifests.only(objects, Job.class);
        PodSpec importing = job.getSpec().getTemplate().getSpec();
        Container importer = container(importing);
        assertThat(importer.getArgs())
                .startsWith("import")
                .endsWith(environment(container(pod(objects))).get("UNMASK_MODEL"));
        assertThat(importer.getImage()).isEqualTo(container(pod(objects)).getImage());
        String claim = Manifests.only(objects, PersistentVolumeClaim.class)
                .getMetadata()
                .getName();
        assertThat(Stream.of(pod(objects), importing)).allSatisfy(pod -> assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getPersistentVolumeClaim().getClaimName())
                                .isEqualTo(claim)));
        Map<String, String> labels = job.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(policies(objects, labels))
                .as("another policy than the service's, since it has to reach the hub")
                .singleElement()
                .satisfies(policy -> assertThat(policy.getSpec().getEgress()).isNotEmpty());
    }

    @Test
    void aModelInAnImageTakesTheDemosPlace() throws Exception {
        List<HasMetadata> objects = with("model-image");

        assertConsistent(objects);
        assertThat(pod(objects).getVolumes())
                .filteredOn(volume -> volume.getImage() != null)
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getImage().getReference()).contains("cxr-bert-general"));
        assertThat(container(pod(objects)).getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("models"))
                .singleElement()
                .satisfies(mount -> assertThat(Files.readString(Path.of("docker/Dockerfile")))
                        .contains("UNMASK_MODEL_STORE=" + mount.getMountPath()));
    }

    @Test
    void prometheusFindsThePortOfTheMetricsAndNoOther() throws Exception {
        List<HasMetadata> objects = with("monitoring");

        ServiceMonitor monitor = Manifests.only(objects, ServiceMonitor.class);
        Map<String, String> wanted = monitor.getSpec().getSelector().getMatchLabels();
        List<Service> found = objects.stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .filter(service -> service.getMetadata().getLabels().entrySet().containsAll(wanted.entrySet()))
                .toList();
        assertThat(found).singleElement().satisfies(service -> {
            assertSelected(podLabels(objects), service.getSpec().getSelector());
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
        List<HasMetadata> objects = with("autoscaling");

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
    void soDoesKeda() throws Exception {
        List<HasMetadata> objects = with("keda");

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
        List<HasMetadata> objects = rendered(K8S.resolve("overlays/bluegreen"));

        HTTPRoute route = Manifests.only(objects, HTTPRoute.class);
        List<HTTPRouteRule> rules = route.getSpec().getRules();
        for (String colour : List.of("blue", "green")) {
            List<HasMetadata> one = objects.stream()
                    .filter(object -> object.getMetadata().getName().endsWith("-" + colour))
                    .toList();
            assertConsistent(one);
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
                    .as("the pods of %s alone", colour)
                    .hasSize(1);
            assertThat(environment(container(pod(one)))).containsEntry("UNMASK_AZUREML_DEPLOYMENT", colour);
            assertThat(rules)
                    .filteredOn(rule -> !rule.getMatches().isEmpty()
                            && rule.getMatches()
                                    .get(0)
                                    .getHeaders()
                                    .get(0)
                                    .getValue()
                                    .equals(colour))
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
        List<HasMetadata> objects = rendered(K8S.resolve("kserve"));

        GenericKubernetesResource runtime = Manifests.generic(objects, "ClusterServingRuntime");
        List<Object> containers = runtime.get("spec", "containers");
        Container container = Manifests.part(containers.get(0), Container.class);
        List<Object> volumes = runtime.get("spec", "volumes");
        Volume keys = Manifests.part(volumes.get(0), Volume.class);
        Map<String, String> environment = environment(container);
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
                .isGreaterThanOrEqualTo(seconds(environment.get("UNMASK_DRAIN_DELAY"))
                        + seconds(environment.get("UNMASK_DRAIN_TIMEOUT"))
                        + 10);
    }

    private static Map<String, String> podLabels(List<HasMetadata> objects) {
        return Manifests.only(objects, Deployment.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
    }

    /** Those that apply to pods with these labels. */
    private static List<NetworkPolicy> policies(List<HasMetadata> objects, Map<String, String> labels) {
        return objects.stream()
                .filter(NetworkPolicy.class::isInstance)
                .map(NetworkPolicy.class::cast)
                .filter(policy -> labels.entrySet()
                        .containsAll(policy.getSpec()
                                .getPodSelector()
                                .getMatchLabels()
                                .entrySet()))
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    @Test
    void theBaseIsOfOneMind() throws IOException {
        assertConsistent(files("base"));
    }

    private static void assertConsistent(List<HasMetadata> objects) throws IOException {
        Deployment deployment = Manifests.only(objects, Deployment.class);
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        PodSpec pod = pod(objects);
        Container container = container(pod);
        Map<String, Integer> ports = container.getPorts().stream()
                .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));

        assertThat(ports).isEqualTo(Map.of("http", 8080, "management", 9000));
        assertSelected(labels, deployment.getSpec().getSelector().getMatchLabels());
        Service service = Manifests.only(objects, Service.class);
        assertSelected(labels, service.getSpec().getSelector());
        assertThat(service.getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("http"));
        assertSelected(
                labels,
                Manifests.only(objects, PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels());
        assertThat(policies(objects, labels)).singleElement().satisfies(policy -> {
            assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
            assertThat(policy.getSpec().getEgress()).isEmpty();
        });
        assertThat(pod.getTopologySpreadConstraints())
                .allSatisfy(spread ->
                        assertSelected(labels, spread.getLabelSelector().getMatchLabels()));
        assertProbe(container.getStartupProbe(), "started");
        assertProbe(container.getReadinessProbe(), "ready");
        assertProbe(container.getLivenessProbe(), "live");
        assertSettings(pod, container);
        assertThat(container.getResources().getRequests())
                .as("guaranteed, so that nothing is taken away")
                .isEqualTo(container.getResources().getLimits());
        String dockerfile = Files.readString(Path.of("docker/Dockerfile"));
        assertThat(dockerfile)
                .contains("USER %d:%d\n"
                        .formatted(
                                pod.getSecurityContext().getRunAsUser(),
                                pod.getSecurityContext().getRunAsGroup()));
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(
                        pod.getVolumes().stream().map(Volume::getName).toList());
    }

    private static void assertSelected(Map<String, String> labels, Map<String, String> selector) {
        assertThat(selector).isNotEmpty();
        assertThat(labels).containsAllEntriesOf(selector);
    }

    private static void assertProbe(Probe probe, String name) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo("/q/health/" + name);
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
    }

    private static void assertSettings(PodSpec pod, Container container) throws IOException {
        String documented = Files.readString(Path.of("docs/configuration.md"));
        Map<String, String> environment = environment(container);

        assertThat(environment.keySet())
                .allSatisfy(name -> assertThat(documented).contains("| `" + name + "` |"));
        assertThat(pod.getTerminationGracePeriodSeconds())
                .isGreaterThanOrEqualTo(seconds(environment.get("UNMASK_DRAIN_DELAY"))
                        + seconds(environment.get("UNMASK_DRAIN_TIMEOUT"))
                        + 10L);
        assertThat(container.getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("keys"))
                .singleElement()
                .satisfies(
                        mount -> assertThat(mount.getMountPath()).isEqualTo(environment.get("UNMASK_AUTH_KEYS_DIR")));
    }
}
