package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertConfigTest {
    @TempDir
    Path folder;

    private BertConfig read(String json) throws IOException {
        return BertConfig.of(ConfigJson.read(Files.writeString(folder.resolve("config.json"), json)));
    }

    private void refused(String json, String sentence) {
        assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> read(json))
                .matches(fault -> fault.kind() == Fault.Kind.MODEL_REFUSED)
                .withMessageContaining(sentence);
    }

    @Test
    void absentKeysHaveTheDefaultsOfTransformers() throws IOException {
        assertThat(read("{}"))
                .isEqualTo(new BertConfig("bert", 12, 768, 12, 3072, 30522, 512, 2, 1e-12, Activation.GELU, true, 128));
    }

    @Test
    void everyKeyIsRead() throws IOException {
        String json = """
        {"model_type": "cxr-bert", "num_hidden_layers": 1, "hidden_size": 6,
         "num_attention_heads": 3, "intermediate_size": 7, "vocab_size": 8,
         "max_position_embeddings": 9, "type_vocab_size": 10, "layer_norm_eps": 1e-5,
         "hidden_act": "gelu_new", "tie_word_embeddings": false, "is_decoder": false,
         "position_embedding_type": "absolute", "auto_map": {"AutoModel": "m.M"},
         "projection_size": 11, "pad_token_id": null}
        """;
        assertThat(read(json))
                .isEqualTo(new BertConfig("cxr-bert", 1, 6, 3, 7, 8, 9, 10, 1e-5, Activation.GELU_TANH, false, 11));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          {"model_type":"roberta"}     | model_type is "roberta"; supported are "bert" and "cxr-bert"
          {"model_type":7}             | model_type is 7; it must be a string
          {"model_type":null}          | model_type is null; it must be a string
          {"position_embedding_type":"relative_key"} | position_embedding_type is "relative_key"
          {"is_decoder":true}          | is_decoder is true
          {"is_decoder":"no"}          | is_decoder is "no"; it must be true or false
          {"tie_word_embeddings":1}    | tie_word_embeddings is 1; it must be true or false
          {"hidden_act":"swish"}       | "swish"; "gelu", "gelu_new" and "relu" are allowed
          {"hidden_act":["gelu"]}      | hidden_act is an object or array
          {"num_hidden_layers":0}      | num_hidden_layers is 0; it must be an integer from 1 to
          {"num_hidden_layers":1001}   | an integer from 1 to 1000
          {"hidden_size":768.0}        | hidden_size is 768.0; it must be an integer
          {"hidden_size":"768"}        | hidden_size is "768"; it must be an integer
          {"hidden_size":65537}        | an integer from 1 to 65536
          {"hidden_size":770}          | hidden_size is 770 and num_attention_heads is 12
          {"num_attention_heads":-1}   | num_attention_heads is -1
          {"intermediate_size":1000001} | an integer from 1 to 1000000
          {"vocab_size":4294967297}    | vocab_size is 4294967297; it must be an integer
          {"vocab_size":123456789012345678901234567890} | vocab_size is 1234567890
          {"max_position_embeddings":null} | max_position_embeddings is null
          {"type_vocab_size":true}     | type_vocab_size is true
          {"projection_size":0}        | projection_size is 0
          {"layer_norm_eps":0}         | layer_norm_eps is 0; it must be a number above 0
          {"layer_norm_eps":-1e-12}    | it must be a number above 0 and up to 1
          {"layer_norm_eps":1e400}     | it must be a number above 0 and up to 1
          {"layer_norm_eps":1e-400}    | it must be a number above 0 and up to 1
          {"layer_norm_eps":"1e-12"}   | layer_norm_eps is "1e-12"; it must be a number
          {"layer_norm_eps":NaN}       | config.json is not valid JSON
          {"vocab_size":1,"vocab_size":2} | config.json is not valid JSON: Duplicate field
          {} {}                        | config.json is not valid JSON
          {                            | config.json is not valid JSON
          ``                           | config.json must hold a JSON object
          []                           | config.json must hold a JSON object
          null                         | config.json must hold a JSON object
          """)
    void whatCannotBeComputedIsRefused(String json, String sentence) {
        refused(json, sentence);
    }

    @Test
    void aFileThatIsMissingIsRefused() {
        assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> BertConfig.of(ConfigJson.read(folder.resolve("config.json"))))
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.STORAGE))
                .withMessageStartingWith("config.json can't be read: ");
    }

    @Test
    void aFileThatIsTooLongIsRefused() {
        refused(" ".repeat(ConfigJson.MOST_BYTES) + "{}", "longer than 1048576 bytes");
    }

    @Test
    void aFileThatIsTooDeepIsRefused() {
        refused("{\"a\":" + "[".repeat(500_000) + "}", "config.json is not valid JSON");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused() {
        byte[] json = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
        assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> BertConfig.of(ConfigJson.read(Files.write(folder.resolve("config.json"), json))))
                .withMessageContaining("config.json is not valid JSON");
    }
}
