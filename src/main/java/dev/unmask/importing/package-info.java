/**
 * How a model gets into the store: from a checkpoint's folder, an export's, an archive or a hub to graph, tokenizer and
 * manifest, which are asked a question before the import counts as made.
 */
package dev.unmask.importing;
