package dev.unmask.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in k8s: known to Kubernetes, and of one mind with the code, the image and itself. */
class ManifestsTest {
    @TempDir
    private Path folder;

    @Test
    void unknownFieldsAndWrongTypesAreFound() throws IOException {
        String good = Files.readString(Kustomize.K8S.resolve("base/deployment.yaml"));

        assertThatThrownBy(() -> Manifests.read(good.replace("periodSeconds: 10", "periodSecond: 10")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("livenessProbe");
        assertThatThrownBy(() -> Manifests.read(good.replace("replicas: 2", "replicas: two")))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void everyFileIsKnownToKubernetes() throws IOException {
        assertThat(Kustomize.files(".")).hasSizeGreaterThan(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "gpu-mig"})
    void overlaysRender(String overlay) throws Exception {
        List<HasMetadata> objects =
                Kustomize.rendered(Kustomize.K8S.resolve("overlays").resolve(overlay));

        assertThat(objects).allSatisfy(object -> assertThat(object.getMetadata().getNamespace())
                .isEqualTo("unmask"));
        OneMind.assertConsistent(objects);
        Container container = Kustomize.container(Kustomize.pod(objects));
        assertThat(Kustomize.environment(container).containsKey("UNMASK_DEVICE"))
                .isEqualTo(!overlay.equals("cpu"));
        assertThat(container.getResources().getLimits().keySet().stream()
                        .filter(resource -> resource.startsWith("nvidia.com/"))
                        .count())
                .as("one GPU, or one slice of one")
                .isEqualTo(overlay.equals("cpu") ? 0 : 1);
    }

    @Test
    void aModelOnAVolumeTakesTheDemosPlace() throws Exception {
        List<HasMetadata> objects = Kustomize.with("model", folder);

        OneMind.assertConsistent(objects);
        Job job = Manifests.only(objects, Job.class);
        PodSpec importing = job.getSpec().getTemplate().getSpec();
        Container importer = Kustomize.container(importing);
        assertThat(importer.getArgs())
                .startsWith("import")
                .endsWith(Kustomize.environment(Kustomize.container(Kustomize.pod(objects)))
                        .get("UNMASK_MODEL"));
        assertThat(importer.getImage())
                .isEqualTo(Kustomize.container(Kustomize.pod(objects)).getImage());
        String claim = Manifests.only(objects, PersistentVolumeClaim.class)
                .getMetadata()
                .getName();
        assertThat(Stream.of(Kustomize.pod(objects), importing)).allSatisfy(pod -> assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getPersistentVolumeClaim().getClaimName())
                                .isEqualTo(claim)));
        Map<String, String> labels = job.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(Kustomize.policies(objects, labels))
                .as("another policy than the service's, since it has to reach the hub")
                .singleElement()
                .satisfies(policy -> assertThat(policy.getSpec().getEgress()).isNotEmpty());
    }

    @Test
    void aModelInAnImageTakesTheDemosPlace() throws Exception {
        List<HasMetadata> objects = Kustomize.with("model-image", folder);

        OneMind.assertConsistent(objects);
        assertThat(Kustomize.pod(objects).getVolumes())
                .filteredOn(volume -> volume.getImage() != null)
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getImage().getReference()).contains("cxr-bert-general"));
        assertThat(Kustomize.container(Kustomize.pod(objects)).getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("models"))
                .singleElement()
                .satisfies(mount -> assertThat(Files.readString(Path.of("docker/Dockerfile")))
                        .contains("UNMASK_MODEL_STORE=" + mount.getMountPath()));
    }

    @Test
    void theBaseIsConsistent() throws IOException {
        OneMind.assertConsistent(Kustomize.files("base"));
    }
}
