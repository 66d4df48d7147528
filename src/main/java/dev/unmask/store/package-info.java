/**
 * The model store on disk: its layout, manifests, digests, locks and contents. An entry is complete or doesn't exist. This
 * package doesn't know how an entry is made, what its graph computes or how it runs.
 */
package dev.unmask.store;
