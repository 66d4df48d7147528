package dev.unmask.http;

/** The examples and texts that the OpenAPI document and the tests share. */
final class ApiDocs {
    static final String FILL_MASK =
            "Returns score, token, token_str and sequence of each prediction, best first. One text with one mask yields"
                    + " a list; several masks yield a list per mask; several texts a list per text.";

    static final String ONE_MASK = "{\"inputs\": \"There is no [MASK] effusion.\"}";

    static final String TARGETS =
            "{\"inputs\": \"There is no [MASK] effusion.\", \"parameters\": {\"targets\": [\"pleural\", \"pericardial\"]}}";

    static final String EMBEDDINGS =
            "Only for models with a projection head, such as CXR-BERT-specialized; GET /info then shows embedding_size."
                    + " The scalar product of two embeddings is the texts' cosine similarity.";

    static final String TWO_TEXTS =
            "{\"inputs\": [\"There is no pneumothorax or pleural effusion.\", \"No pleural effusion or pneumothorax is seen.\"]}";

    static final String INFER =
            "One tensor \"text\" of type BYTES, with one mask per text; parameters as for /predict. The answer has the"
                    + " tensors score, token, token_str and sequence, with a row for each text, best first.";

    static final String TENSOR =
            "{\"id\": \"1\", \"inputs\": [{\"name\": \"text\", \"shape\": [2], \"datatype\": \"BYTES\", \"data\": [\"There is no [MASK]"
                    + " effusion.\", \"The heart is [MASK].\"]}], \"parameters\": {\"top_k\": 2}}";

    static final String PREDICT =
            "Instances are texts with one mask each, or objects with a key \"text\"; parameters as for /predict.";

    static final String INSTANCES =
            "{\"instances\": [\"There is no [MASK] effusion.\", {\"text\": \"The heart is [MASK].\"}], \"parameters\": {\"top_k\": 2}}";

    private ApiDocs() {}
}
