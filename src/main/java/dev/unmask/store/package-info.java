/**
 * The model store on disk: its layout, manifests, digests, and the import that makes an entry from a checkpoint, be it
 * downloaded from a hub, in an archive or in a folder. An entry is whole or not there. What a graph computes and how it runs is not known here.
 */
package dev.unmask.store;
