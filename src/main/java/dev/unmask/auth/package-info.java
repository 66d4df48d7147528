/**
 * Who may call: bearer keys from one setting or from a folder that is re-read while the service
 * runs. The core is plain Java around {@link dev.unmask.auth.Keys}; {@link
 * dev.unmask.auth.ConfiguredKeys} alone knows CDI and where the settings come from. The answer to an unauthorized caller
 * lives in {@code http}.
 */
package dev.unmask.auth;
