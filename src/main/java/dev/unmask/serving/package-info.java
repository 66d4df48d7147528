/**
 * The life cycle of the served model: load, verify, warm up, ready, drain, close. Its Quarkus beans and health checks live
 * here; the meaning of requests, and HTTP, do not.
 */
package dev.unmask.serving;
