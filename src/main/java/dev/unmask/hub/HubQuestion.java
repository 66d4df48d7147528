package dev.unmask.hub;

import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import java.io.IOException;

/**
 * What a hub was asked for, and what to say when it does not give it.
 *
 * @param model the repository
 * @param file one of its files, or null for the list of them
 * @param settings how it was asked
 */
record HubQuestion(HubReference model, HubFile file, HubSettings settings) {

    /** What an unsuccessful status means and what to do about it. */
    Fault refused(Receiver.Answer answer) {
        // The hub says in this header which of several things it did not find or give (huggingface_hub,
        // "X-Error-Code").
        String code = answer.header("X-Error-Code");
        return fault(
                switch (answer.status()) {
                    case 401 ->
                        settings.token() == null
                                ? "it does not exist, or it is private or gated (401): check the name, or set HF_TOKEN to a token that may read it"
                                : "HF_TOKEN was not accepted, or may not see it (401): check the name and make a new token";
                    case 403 ->
                        "there is no permission (403): accept the model's terms at %s/%s, and set HF_TOKEN to a token of that account that may read it"
                                .formatted(settings.endpoint(), model.repository());
                    case 404 -> notFound(code);
                    case 429 ->
                        "there are too many requests (429)%s: try again later, or set HF_TOKEN".formatted(wait(answer));
                    default ->
                        answer.status() >= 500
                                ? "the hub has a problem (%d)%s: try again later"
                                        .formatted(answer.status(), wait(answer))
                                : "it answered %d: check HF_ENDPOINT and the proxy".formatted(answer.status());
                },
                null);
    }

    private String notFound(String code) {
        if (code.equals("RevisionNotFound")) {
            return "there is no revision \"%s\" (404): take a branch, a tag, a commit or refs/pr/N"
                    .formatted(model.revisionOrMain());
        }
        if (file != null) {
            return "the file is not there (404), although it is listed: try again, or take another revision";
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
        return seconds.matches("[0-9]{1,9}") ? ", it asks to wait %s s".formatted(seconds) : "";
    }

    /** The file is not what it is listed as, also when it is loaded from the beginning. */
    Fault corrupt() {
        return fault(
                "its size or digest differs from what the hub lists; a proxy or mirror may have changed it: try again, or another HF_ENDPOINT",
                null);
    }

    /** What came could not be written, or was not what it had to be. */
    Fault notTaken(IOException failure) {
        if (failure instanceof Receiver.Unwanted) {
            return fault(
                    failure.getMessage() + "; nothing of it was kept. Take another HF_ENDPOINT or revision", failure);
        }
        return fault(
                FileFailure.describe(failure) + "; what came before is kept, and the next import goes on from there",
                failure);
    }

    /** The connection broke, as often as it was tried. */
    Fault unreachable(IOException failure) {
        return fault(
                "%s can't be reached or does not deliver (%s): check the network, https_proxy and HF_ENDPOINT; what came is kept, and the next import goes on from there"
                        .formatted(settings.endpoint().getHost(), failure.getMessage()),
                failure);
    }

    private Fault fault(String found, Throwable cause) {
        String what = file == null ? model.toString() : "%s, file \"%s\"".formatted(model, file.path());
        return new Fault(Fault.Kind.MODEL_REFUSED, "%s could not be downloaded: %s.".formatted(what, found), cause);
    }
}
