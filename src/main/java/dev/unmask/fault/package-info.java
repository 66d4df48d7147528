/**
 * The one vocabulary for problems. Every package may import it; it imports none. Statuses live
 * in {@code http}, exit codes in {@code cli}.
 */
package dev.unmask.fault;
