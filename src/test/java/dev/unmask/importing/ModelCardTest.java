package dev.unmask.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from a model card. */
class ModelCardTest {
    private static final ModelCard NONE = new ModelCard(null, null);

    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutACardHasNoFacts() throws IOException {
        assertThat(ModelCard.read(folder)).isEqualTo(NONE);
    }

    @Test
    void theLicenceIsThatOfTheFrontMatter() throws IOException {
        assertThat(card("---\nlanguage: en\nlicense:  mit \ntags:\n- license: x\n---\n\nlicense: apache")
                        .licence())
                .isEqualTo("mit");
        assertThat(card("license: mit\n").licence()).isNull();
        assertThat(card("---\nlanguage: en\n---\nlicense: mit\n").licence()).isNull();
        assertThat(card("---\nlicense:\n---\n").licence()).isNull();
        assertThat(card("").licence()).isNull();
    }

    @Test
    void theIntendedUseIsTheFirstParagraphUnderItsHeading() throws IOException {
        String text =
                "# Model\n\nIntro\n\n## Intended Uses & limits\n\n  For tests,\nand only  \nfor them.\n\nMore.\n## Next\n";

        assertThat(card(text).intendedUse()).isEqualTo("For tests, and only for them.");
        assertThat(card("# A\n### intended use\nx\n## B\ny").intendedUse()).isEqualTo("x");
    }

    @Test
    void aSectionWithoutAParagraphIsIgnored() throws IOException {
        assertThat(card("## Intended use\n\n## Next\n\nText").intendedUse()).isNull();
        assertThat(card("The intended use is testing.").intendedUse()).isNull();
    }

    @Test
    void aLongUseIsCutBetweenCharacters() throws IOException {
        assertThat(card("## Intended use\n" + "x".repeat(600)).intendedUse()).isEqualTo("x".repeat(600));
        assertThat(card("## Intended use\n" + "x".repeat(601)).intendedUse()).isEqualTo("x".repeat(600) + "…");
        assertThat(card("## Intended use\n" + "x".repeat(599) + "\ud83d\ude00y").intendedUse())
                .isEqualTo("x".repeat(599) + "…");
    }

    @Test
    void aCardThatIsNotTextHasNoFacts() throws IOException {
        Files.write(folder.resolve("README.md"), "---\nlicense: caf\u00e9\n---".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(ModelCard.read(folder)).isEqualTo(NONE);
    }

    private ModelCard card(String text) throws IOException {
        Files.writeString(folder.resolve("README.md"), text);
        return ModelCard.read(folder);
    }
}
