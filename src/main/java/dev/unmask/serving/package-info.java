/**
 * Which model is served: load, verify, warm up, ready, drain, close. The Quarkus beans and health checks of that live
 * here; what a request means, and HTTP, do not.
 */
package dev.unmask.serving;
