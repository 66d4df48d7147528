/** Charts as files: where they go and how they look, whatever they show. */
package dev.unmask.plot;
