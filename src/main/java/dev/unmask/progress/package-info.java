/** How far long work on bytes is, for whoever wants to see it. */
package dev.unmask.progress;
