package dev.unmask.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import dev.unmask.hub.HubReference;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

/** Whatever a model of a hub is called: its entry lies in the store, and nowhere else. */
class EntryNamesPropertiesTest {
    @Property
    void whatIsTakenNamesAnEntryInsideTheStore(
            @ForAll @AlphaChars @StringLength(min = 1, max = 9) String owner,
            @ForAll @AlphaChars @Chars({'.', '-', '/', '@', '_', '7', '\\'}) @StringLength(min = 1, max = 12)
                    String rest) {
        Path root = Path.of("store");
        try {
            HubReference reference = HubReference.parse("hf://" + owner + "/" + rest);
            assertThat(new ModelStore(root).entry(reference.entryName()).getParent())
                    .isEqualTo(root);
        } catch (Fault refused) {
            assertThat(refused.kind()).isEqualTo(Fault.Kind.CONFIGURATION);
        }
    }
}
