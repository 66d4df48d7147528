/**
 * Access to a Hugging Face hub or a mirror of one: listing a model's files, and resumable downloads. Nothing from a hub is
 * trusted.
 */
package dev.unmask.hub;
