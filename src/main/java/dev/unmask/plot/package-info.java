/** Charts as files: whether they can be written, and how the chart libraries are found. */
package dev.unmask.plot;
