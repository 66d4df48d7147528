/**
 * The domain of text embeddings: vectors whose scalar products are similarities of texts, from the projection head of
 * models such as CXR-BERT-specialized. It knows nothing of HTTP.
 */
package dev.unmask.embedding;
