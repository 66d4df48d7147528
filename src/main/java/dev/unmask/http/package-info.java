/**
 * HTTP: the JAX-RS resources, the wire format, request and response headers, and the one place that turns a fault into a
 * status. What a query means and how it is answered is not decided here.
 */
package dev.unmask.http;
