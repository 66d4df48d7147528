/** The progress of long work on bytes. */
package dev.unmask.progress;
