/**
 * The model store on disk: its layout, manifests, digests and locks, and what it holds. An entry is whole or not there.
 * What a graph computes and how it runs is not known here, nor how an entry is made.
 */
package dev.unmask.store;
