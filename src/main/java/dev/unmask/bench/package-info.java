/** Measures what a machine reaches with a model of some size: the engine alone, beside what its matrix products reach. */
package dev.unmask.bench;
