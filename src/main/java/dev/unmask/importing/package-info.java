/**
 * How a model gets into the store: from the folder of a checkpoint or an export, an archive or a hub to graph, tokenizer
 * and manifest, which must pass a trial before the import counts.
 */
package dev.unmask.importing;
