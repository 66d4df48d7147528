package dev.unmask.hub;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import java.io.IOException;

/**
 * A request to a hub, and its failure messages.
 *
 * @param model the repository
 * @param file one of its files, or null for the list of files
 * @param settings the settings of the request
 */
record HubQuestion(HubReference model, HubFile file, HubSettings settings) {

    /** The meaning of an unsuccessful status, and what to do about it. */
    Fault refused(Receiver.Answer answer) {
        // In this header the hub says what exactly it did not find or allow (huggingface_hub,
        // "X-Error-Code").
        String code = answer.header("X-Error-Code");
        return fault(
                switch (answer.status()) {
                    case 401 ->
                        settings.token() == null
                                ? "it does not exist, or it is private or gated (401): check the name, or set HF_TOKEN to a token that may read it"
                                : "HF_TOKEN was rejected, or may not read it (401): check the name, or create a new token";
                    case 403 ->
                        "there is no permission (403): accept the model's terms at %s/%s, and set HF_TOKEN to a token of that account that may read it"
                                .formatted(settings.endpoint(), model.repository());
                    case 404 -> notFound(code);
                    case 429 ->
                        "the hub received too many requests (429)%s: try again later, or set HF_TOKEN"
                                .formatted(wait(answer));
                    default ->
                        answer.status() >= 500
                                ? "the hub has a problem (%d)%s: try again later"
                                        .formatted(answer.status(), wait(answer))
                                : "it responded with %d: check HF_ENDPOINT and the proxy".formatted(answer.status());
                },
                null);
    }

    private String notFound(String code) {
        if (code.equals("RevisionNotFound")) {
            return "there is no revision \"%s\" (404): use a branch, a tag, a commit or refs/pr/N"
                    .formatted(model.revisionOrMain());
        }
        if (file != null) {
            return "the file is missing (404) although it is listed: try again, or use another revision";
        }
        String missing = "there is no repository \"%s\"".formatted(model.repository());
        return code.equals("RepoNotFound")
                ? missing + " (404): check the name; for a private one set HF_TOKEN"
                : missing
                        + " or no revision \"%s\" (404): check both; for a private one set HF_TOKEN"
                                .formatted(model.revisionOrMain());
    }

    private static String wait(Receiver.Answer answer) {
        String seconds = answer.header("Retry-After");
        return seconds.matches("[0-9]{1,9}") ? ", asking to wait %s s".formatted(seconds) : "";
    }

    /** The file differs from its listing, even after a complete download. */
    Fault corrupt() {
        return fault(
                "its size or digest differs from the hub's list; a proxy or mirror may have changed it: try again, or use another HF_ENDPOINT",
                null);
    }

    /** The received bytes could not be written, or were wrong. */
    Fault notTaken(IOException failure) {
        if (failure instanceof Receiver.Unwanted) {
            return fault(failure.getMessage() + "; nothing was kept. Use another HF_ENDPOINT or revision", failure);
        }
        return fault(FileFailure.describe(failure) + "; run the import again to resume the download", failure);
    }

    /** The connection failed on every attempt. */
    Fault unreachable(IOException failure) {
        return fault(
                "%s is unreachable or stalls (%s): check the network, https_proxy and HF_ENDPOINT; run the import again to resume the download"
                        .formatted(settings.endpoint().getHost(), failure.getMessage()),
                failure);
    }

    private Fault fault(String found, Throwable cause) {
        String what = file == null ? model.toString() : "%s, file \"%s\"".formatted(model, file.path());
        return Fault.modelRefused("%s could not be downloaded: %s.".formatted(what, found), cause);
    }
}
