/**
 * The one vocabulary of what can go wrong. Anyone may import it; it imports nobody. Statuses live
 * in {@code http}, exit codes in {@code cli}.
 */
package dev.unmask.fault;
