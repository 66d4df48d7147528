package dev.unmask.hub;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of a repository at one commit, in the form of the hub's
 * {@code GET /api/models/OWNER/NAME/revision/REVISION?blobs=true}: {@code sha}, and {@code siblings} with
 * {@code rfilename}, {@code size}, {@code blobId} and, for large files, {@code lfs.sha256}.
 *
 * @param commit 40 hexadecimal digits
 * @param files all files
 */
public record HubListing(String commit, List<HubFile> files) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Empty parts, "." and "..", backslashes and control characters. */
    private static final Pattern ELSEWHERE = Pattern.compile("^$|(?:^|/)\\.{0,2}(?:/|$)|[\\\\\\p{Cntrl}]");

    private static final long LARGEST = 1L << 40;

    /**
     * Parses the hub's response.
     *
     * @throws Fault of kind MODEL_REFUSED when it is not such a response
     */
    static HubListing read(HubReference model, byte[] json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException broken) {
            throw notAListing(model, "is not valid JSON");
        } catch (IOException impossible) {
            throw notAListing(model, "can't be read");
        }
        String commit = root.path("sha").asText();
        if (!COMMIT.matcher(commit).matches()) {
            throw notAListing(model, "has no commit (\"sha\", 40 hexadecimal digits)");
        }
        if (model.isPinned() && !commit.equals(model.revision())) {
            throw Fault.modelRefused(
                    "The hub returned the commit %2$s for %1$s, which is not the requested one. Use another endpoint (HF_ENDPOINT) or revision."
                            .formatted(model, commit));
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonNode sibling : root.path("siblings")) {
            if (sibling.path("rfilename").isTextual()) {
                files.add(checked(model, file(sibling)));
            }
        }
        return new HubListing(commit, List.copyOf(files));
    }

    private static HubFile file(JsonNode sibling) {
        JsonNode lfs = sibling.path("lfs");
        String sha256 = lfs.path("sha256").asText(lfs.path("oid").asText()).replaceFirst("^sha256:", "");
        String blob = sibling.path("blobId").asText();
        return new HubFile(
                sibling.path("rfilename").asText(),
                sibling.path("size").asLong(lfs.path("size").asLong(-1)),
                SHA256.matcher(sha256).matches() ? sha256 : null,
                lfs.isObject() || !COMMIT.matcher(blob).matches() ? null : blob);
    }

    /** A repository can't have such a path or size: it is an attempt to write elsewhere, or to fill the disk. */
    private static HubFile checked(HubReference model, HubFile file) {
        if (ELSEWHERE.matcher(file.path()).find()) {
            throw notAListing(model, "lists a path that leads elsewhere or is malformed");
        }
        if (file.size() > LARGEST) {
            throw notAListing(model, "lists a file of more than %d GiB".formatted(LARGEST >> 30));
        }
        return file;
    }

    private static Fault notAListing(HubReference model, String found) {
        return Fault.modelRefused(
                "The response for the files of %s %s; HF_ENDPOINT must be a Hugging Face hub or a mirror of one."
                        .formatted(model, found));
    }

    /** The file with a path; empty if the repository has none. */
    public Optional<HubFile> find(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }
}
