/** Charts as files: how they are written and styled, whatever they show. */
package dev.unmask.plot;
