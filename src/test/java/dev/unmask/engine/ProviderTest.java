package dev.unmask.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.unmask.fault.Fault;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which execution provider is chosen where CUDA can't be had. */
class ProviderTest {
    private static final Optional<Path> DRIVER = Optional.of(Path.of("libcuda.so.1"));

    private final SessionOptions options = new SessionOptions();

    @AfterEach
    void close() {
        options.close();
    }

    @Test
    void theCpuIsTakenWhereItIsAskedForThoughThereIsADriver() {
        Provider provider = Provider.choose(Device.parse("cpu"), DRIVER, options);

        assertThat(provider).isEqualTo(new Provider("CPUExecutionProvider", "cpu was requested"));
        assertThat(provider.cuda()).isFalse();
    }

    @Test
    void autoFallsBackToTheCpuAndSaysThatThereIsNoDriver() {
        Provider provider = Provider.choose(Device.parse("auto"), Optional.empty(), options);

        assertThat(provider.cuda()).isFalse();
        assertThat(provider.reason()).startsWith("there is no NVIDIA driver (").contains(NvidiaDriver.libraryName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda", "cuda:1"})
    void cudaWithoutADriverIsRefusedWithWhatIsMissing(String device) {
        assertThatThrownBy(() -> Provider.choose(Device.parse(device), Optional.empty(), options))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.DEVICE_UNAVAILABLE))
                .hasMessageStartingWith("CUDA was requested, but there is no NVIDIA driver (")
                .hasMessageEndingWith(". Install what is missing, or choose auto or cpu.");
    }

    @Test
    void aBuildWithoutCudaSaysSoWhereThereIsADriver() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "this build has CUDA");

        assertThat(Provider.choose(Device.parse("auto"), DRIVER, options).reason())
                .startsWith("this build holds no CUDA provider");
        assertThatThrownBy(() -> Provider.choose(Device.parse("cuda"), DRIVER, options))
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("CUDA was requested, but this build holds no CUDA provider");
    }

    @Test
    void aMissingLibraryIsNamed() {
        String message = "Error code - ORT_FAIL - message: provider_bridge_ort.cc:2000 Failed to load library"
                + " libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such"
                + " file or directory";

        assertThat(Provider.obstacle(message)).isEqualTo("the library libcudnn.so.9 is missing");
    }

    /** Debian's CUDA 12.4 and onnxruntime_gpu 1.29.0. */
    @Test
    void aLibraryThatIsTooOldIsNamedWithTheVersionThatIsNeeded() {
        String message =
                "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988"
                        + " onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load"
                        + " library /w/libonnxruntime_providers_cuda.so with error: /w/libonnxruntime_providers_cuda.so: undefined"
                        + " symbol: cudaLibraryGetKernel, version libcudart.so.12";

        assertThat(Provider.obstacle(message))
                .startsWith("the library libcudart.so.12 is too old")
                .contains("cudaLibraryGetKernel", "12.8")
                .doesNotContain("/w/", "onnxruntime_src");
    }

    @Test
    void aFailureOfCudaIsQuotedWithoutItsSurroundings() {
        String message =
                "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc:62"
                        + " [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option"
                        + " \"device_id\": CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ;"
                        + " hostname=vm ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc ;"
                        + " line=69 ; expr=cudaGetDeviceCount(&num_devices);";

        assertThat(Provider.obstacle(message))
                .isEqualTo(
                        "the CUDA provider did not load: CUDA failure 35: CUDA driver version is insufficient for CUDA"
                                + " runtime version");
    }

    @Test
    void aDeviceThatDoesNotExistIsToldWithHowManyThereAre() {
        assertThat(Provider.obstacle("... Failed to parse provider option \"device_id\": Invalid device ID: 3, must be"
                        + " between 0 (inclusive) and 2 (exclusive)."))
                .isEqualTo("there is no device 3: this machine has 2, counted from 0");
    }

    @Test
    void anyOtherFailureIsQuotedByItsFirstLine() {
        assertThat(Provider.obstacle("no such option\nsecond line"))
                .isEqualTo("the CUDA provider did not load: no such option");
        assertThat(Provider.obstacle("")).isEqualTo("the CUDA provider did not load: no reason given");
    }

    /** TF32 keeps 10 bits of a factor, so that fp32 would not be the reference's numbers. */
    @Test
    void cudaIsAskedForTheReferencesArithmeticAndForNoMoreMemoryThanAllowed() {
        Device device = Device.parse("cuda:1");

        assertThat(Provider.cudaOptions(device))
                .containsEntry("use_tf32", "0")
                .containsEntry("enable_skip_layer_norm_strict_mode", "1")
                .doesNotContainKey("gpu_mem_limit");
        assertThat(Provider.cudaOptions(device.limitedTo(8L << 30))).containsEntry("gpu_mem_limit", "8589934592");
    }
}
