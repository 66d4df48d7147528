/** The progress of long work. */
package dev.unmask.progress;
