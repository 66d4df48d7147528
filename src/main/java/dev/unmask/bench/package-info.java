/** Measures what a machine achieves with a model of a given size: the engine alone, next to its matrix products. */
package dev.unmask.bench;
