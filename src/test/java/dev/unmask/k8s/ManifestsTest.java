package dev.unmask.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    @ValueSource(strings = {"cpu", "gpu"})
    void overlaysRender(String overlay) throws Exception {
        List<HasMetadata> objects = rendered(K8S.resolve("overlays").resolve(overlay));

        assertThat(objects).allSatisfy(object -> assertThat(object.getMetadata().getNamespace())
                .isEqualTo("unmask"));
        assertConsistent(objects);
        assertThat(environment(container(pod(objects))).containsKey("UNMASK_DEVICE"))
                .isEqualTo(overlay.equals("gpu"));
    }

    @Test
    void aModelOnAVolumeTakesTheDemosPlace() throws Exception {
        Path overlay = Files.createDirectories(folder.resolve("overlays/mine"));
        copy(K8S.resolve("base"), folder.resolve("base"));
        copy(K8S.resolve("components/model"), folder.resolve("components/model"));
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                Files.readString(K8S.resolve("overlays/cpu/kustomization.yaml"))
                        .replace("# components:", "components:")
                        .replace("#   - ../../components", "  - ../../components"));

        List<HasMetadata> objects = rendered(overlay);

        assertConsistent(objects);
        Job job = Manifests.only(objects, Job.class);
        Container importer = container(job.getSpec().getTemplate().getSpec());
        assertThat(importer.getArgs())
                .startsWith("import")
                .endsWith(environment(container(pod(objects))).get("UNMASK_MODEL"));
        assertThat(importer.getImage()).isEqualTo(container(pod(objects)).getImage());
        String claim = Manifests.only(objects, PersistentVolumeClaim.class)
                .getMetadata()
                .getName();
        assertThat(Stream.of(pod(objects), job.getSpec().getTemplate().getSpec()))
                .allSatisfy(pod -> assertThat(pod.getVolumes())
                        .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
                        .singleElement()
                        .satisfies(volume -> assertThat(
                                        volume.getPersistentVolumeClaim().getClaimName())
                                .isEqualTo(claim)));
        assertThat(job.getSpec().getTemplate().getMetadata().getLabels())
                .as("the service's network policy isn't for the import")
                .isNotEqualTo(Manifests.only(objects, NetworkPolicy.class)
                        .getSpec()
                        .getPodSelector()
                        .getMatchLabels());
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
        assertSelected(
                labels,
                Manifests.only(objects, NetworkPolicy.class)
                        .getSpec()
                        .getPodSelector()
                        .getMatchLabels());
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
