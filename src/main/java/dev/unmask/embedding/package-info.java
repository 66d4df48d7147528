/**
 * The domain of text embeddings: texts to vectors whose scalar products are similarities, by the projection head of models
 * such as CXR-BERT-specialized. It knows nothing of HTTP.
 */
package dev.unmask.embedding;
