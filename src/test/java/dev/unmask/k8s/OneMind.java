package dev.unmask.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Whether the objects of a deployment agree with the code, the image and each other. */
final class OneMind {
    private OneMind() {}

    static void assertConsistent(List<HasMetadata> objects) throws IOException {
        Deployment deployment = Manifests.only(objects, Deployment.class);
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        PodSpec pod = Kustomize.pod(objects);
        Container container = Kustomize.container(pod);
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
        assertThat(Kustomize.policies(objects, labels)).singleElement().satisfies(policy -> {
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

    static void assertSelected(Map<String, String> labels, Map<String, String> selector) {
        assertThat(selector).isNotEmpty();
        assertThat(labels).containsAllEntriesOf(selector);
    }

    static void assertProbe(Probe probe, String name) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo("/q/health/" + name);
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
    }

    static void assertSettings(PodSpec pod, Container container) throws IOException {
        String documented = Files.readString(Path.of("docs/configuration.md"));
        Map<String, String> environment = Kustomize.environment(container);

        assertThat(environment.keySet())
                .allSatisfy(name -> assertThat(documented).contains("| `" + name + "` |"));
        assertThat(pod.getTerminationGracePeriodSeconds())
                .isGreaterThanOrEqualTo(
                        container.getLifecycle().getPreStop().getSleep().getSeconds()
                                + Kustomize.seconds(environment.get("UNMASK_DRAIN_DELAY"))
                                + Kustomize.seconds(environment.get("UNMASK_DRAIN_TIMEOUT"))
                                + 10L);
        assertThat(container.getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("keys"))
                .singleElement()
                .satisfies(
                        mount -> assertThat(mount.getMountPath()).isEqualTo(environment.get("UNMASK_AUTH_KEYS_DIR")));
    }
}
