/**
 * What a Hugging Face hub, or a mirror of one, is asked for: which files a model has, and the files, resumed where a
 * download broke off. Nothing that it says is trusted.
 */
package dev.unmask.hub;
