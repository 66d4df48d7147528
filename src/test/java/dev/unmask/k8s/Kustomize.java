package dev.unmask.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
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

/** What kustomize makes of k8s, and what is in it. */
final class Kustomize {
    static final Path K8S = Path.of("k8s");

    private Kustomize() {}

    static List<HasMetadata> files(String under) throws IOException {
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
    static List<HasMetadata> rendered(Path kustomization) throws IOException, InterruptedException {
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

    /** The cpu overlay with a component that it has, or could have, made in an empty folder. */
    static List<HasMetadata> with(String component, Path folder) throws Exception {
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

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    static PodSpec pod(List<HasMetadata> objects) {
        return Manifests.only(objects, Deployment.class).getSpec().getTemplate().getSpec();
    }

    static Container container(PodSpec pod) {
        assertThat(pod.getContainers()).hasSize(1);
        return pod.getContainers().get(0);
    }

    static Map<String, String> environment(Container container) {
        return container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    static int seconds(String duration) {
        assertThat(duration).matches("\\d+s");
        return Integer.parseInt(duration.substring(0, duration.length() - 1));
    }

    static Map<String, String> podLabels(List<HasMetadata> objects) {
        return Manifests.only(objects, Deployment.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
    }

    /** Those that apply to pods with these labels. */
    static List<NetworkPolicy> policies(List<HasMetadata> objects, Map<String, String> labels) {
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
}
